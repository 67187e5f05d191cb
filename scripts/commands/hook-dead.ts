/** `hook dead`, `retry` and `drop`: what programs that are told of events would not take for a day. */
import { counted } from "../../component/counted.js";
import type { Command } from "commander";
import { retryEvents } from "../../component/administration/hooks.js";
import type { Database } from "../../storage/database.js";
import { HookEvents, type DeadEvent } from "../../storage/hook-events.js";
import { OutgoingHooksStore } from "../../storage/outgoing-hooks-store.js";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { table } from "../table.js";
import { timeText } from "../local-time.js";
import { configured } from "./configured.js";
import { configOf, withEither, type Flags } from "./hook-named.js";
import { SECTIONS } from "./hook-parts.js";
import { inStorage } from "./in-storage.js";

const SHOWN = 60;

export function addDead(hook: Command): void {
  configured(hook.command("dead"), SECTIONS)
    .description("list the events that a hook was told for a day and didn't take")
    .argument("[name]", "the hook's; all where left out")
    .action(list);
  configured(hook.command("retry"), SECTIONS)
    .description("tell a hook now what waits, and once more what was set aside")
    .argument("<name>", "the hook's")
    .argument("[ids...]", "events' ids, as dead lists them; all where left out")
    .action((name: string, ids: readonly string[], options: Flags) => act(name, ids, options, retry));
  configured(hook.command("drop"), SECTIONS)
    .description("delete events that were set aside, for good")
    .argument("<name>", "the hook's")
    .argument("<ids...>", "events' ids, as dead lists them, or: all")
    .action((name: string, ids: readonly string[], options: Flags) => act(name, ids, options, drop));
}

async function list(name: string | undefined, options: Flags): Promise<void> {
  const show = (db: Database, hook?: number): void => {
    const names = new Map(new OutgoingHooksStore(db).list().map((each) => [each.id, each.name]));
    const dead = new HookEvents(db).dead(hook);
    if (dead.length === 0) say("Nothing is set aside.");
    else
      say(
        table(
          ["id", "hook", "happened", "set aside", "why", "event"],
          dead.map((event) => [
            ...[String(event.seq), names.get(event.hook) ?? "", timeText(event.happenedAt)],
            ...[timeText(event.diedAt), event.reason, cut(event.body)],
          ]),
        ),
      );
  };
  const config = configOf(options);
  if (name === undefined) await inStorage(config.storage.path, (db) => show(db));
  else await withTold(name, options, (id, db) => show(db, id));
}

type Act = (db: Database, hook: number, dead: readonly DeadEvent[]) => string;

async function act(name: string, ids: readonly string[], options: Flags, work: Act): Promise<void> {
  await withTold(name, options, (hook, db) => {
    const dead = new HookEvents(db).dead(hook);
    const isAll = ids.length === 0 || ids.includes("all");
    const chosen = dead.filter(({ seq }) => isAll || ids.includes(String(seq)));
    const unknown = isAll ? undefined : ids.find((id) => !chosen.some(({ seq }) => String(seq) === id));
    if (unknown !== undefined) {
      throw new Failure(
        `No event ${unknown} of ${name} is set aside: see hook dead ${name}.`,
        ExitCode.dataErr,
      );
    }
    say(db.transaction(() => work(db, hook, chosen)).immediate());
  });
}

function retry(db: Database, hook: number, dead: readonly DeadEvent[]): string {
  const stores = { hookEvents: new HookEvents(db), outgoingHooks: new OutgoingHooksStore(db) };
  return retryEvents(
    stores,
    hook,
    dead.map(({ seq }) => seq),
  );
}

function drop(db: Database, _hook: number, dead: readonly DeadEvent[]): string {
  const events = new HookEvents(db);
  for (const { seq } of dead) events.drop(seq);
  return `${counted(dead.length, "event")} deleted`;
}

async function withTold(
  name: string,
  options: Flags,
  work: (hook: number, db: Database) => void,
): Promise<void> {
  await withEither(name, configOf(options), {
    posted: () => {
      throw new Failure(`Programs post to the hook ${name}: it is told nothing.`, ExitCode.usage);
    },
    told: ({ id }, _hooks, db) => work(id, db),
  });
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
