/**
 * Lets a component's clock run faster, and shows the sizes of its maps and sets; loaded by `node --import`. PACE in the
 * environment says how many of the component's seconds pass in a second. SIGUSR2 writes the sizes beside the configuration file.
 */
import { Session, type Runtime } from "node:inspector";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A map or set: its size, and its first key, which tells what it is. */
export interface MapSize {
  readonly size: number;
  readonly first: string;
}

const pace = Number(process.env.PACE ?? 1);
const file = join(dirname(process.argv.at(-1) ?? ""), "map-sizes");

const RealDate = Date;
const [startedAt, realNow] = [RealDate.now(), performance.now.bind(performance)];
const started = realNow();
const elapsed = (): number => (realNow() - started) * pace;

class PacedDate extends RealDate {
  constructor(...given: readonly [] | readonly [number]) {
    super(...((given.length === 0 ? [PacedDate.now()] : given) as [number]));
  }

  static override now(): number {
    return Math.floor(startedAt + elapsed());
  }
}
globalThis.Date = PacedDate as DateConstructor;
performance.now = () => started + elapsed();

for (const name of ["setTimeout", "setInterval"] as const) {
  const real = globalThis[name];
  const paced = (work: () => void, ms = 0, ...args: []): NodeJS.Timeout => real(work, ms / pace, ...args);
  globalThis[name] = Object.assign(paced, real) as never;
}

process.on("SIGUSR2", () => writeFileSync(file, JSON.stringify(sizes())));

/** Returns the sizes of all maps and sets of the process that have entries, by V8's own list of objects. */
function sizes(): MapSize[] {
  const session = new Session();
  session.connect();
  const found: MapSize[] = [];
  const text = `function () {
    return Array.from(this, (each) => ({ size: each.size, first: String([...each.keys()][0]).slice(0, 60) }));
  }`;
  for (const kind of ["Map", "Set"])
    session.post("Runtime.evaluate", { expression: `${kind}.prototype` }, (_, { result }) => {
      const prototypeObjectId = result.objectId ?? "";
      session.post("Runtime.queryObjects", { prototypeObjectId }, (_, { objects }) => {
        const question = { objectId: objects.objectId ?? "", functionDeclaration: text, returnByValue: true };
        session.post("Runtime.callFunctionOn", question, (_error, answer) => {
          const { result } = answer as Runtime.CallFunctionOnReturnType;
          found.push(...(result.value as MapSize[]));
        });
      });
    });
  session.disconnect();
  return found.filter(({ size }) => size > 0).sort((a, b) => b.size - a.size);
}
