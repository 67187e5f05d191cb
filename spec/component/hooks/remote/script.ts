/**
 * Plays of a bot in a room of another service, as text: a title, and below it steps, in lines or between semicolons.
 *
 *     inside; with queue=3                        The bot is inside; with these options of the world.
 *     room isSilent=true nick=none                What the room is from now on (see PlayedRoom), or its lists:
 *     room refusals=gone*2,forbidden archive=m1
 *     room expels 307; room destroys; room renames Valet
 *     link up; link down; link loses              All arrives once it is up; what is on its way is lost.
 *     post 2 = confirmed                          Two posts, and the answer; without one, nothing is awaited.
 *     hook set to=a@b; bot enter; told = Done.    An operator's operation on the hook or the bot, and its result.
 *     pass 21                                     Seconds, in which all arrives.
 *     room entered = Bot Bot; room messages <= 5  What the room has seen, or at most how many.
 *     bot = outside kicked; m1 m2 = confirmed     Its state, and why; what became of posts.
 */
import { expect } from "chai";
import { blocksIn } from "../../muc/script.js";
import { ROOM } from "./played-room.js";
import { World } from "./world.js";

type Values = Readonly<Record<string, unknown>>;

const CONSTANTS: Values = { none: undefined, true: true, false: false };

/** Declares a test for each scene. `$` in a scene stands for each of these values, in a scene of its own. */
export function scenes(text: string, each: readonly string[] = [""]): void {
  for (const value of each)
    for (const block of blocksIn(text.replaceAll("$", value))) {
      const [title = "", ...lines] = block.split("\n");
      it(title, () => play(lines.join(";")));
    }
}

async function play(text: string): Promise<void> {
  const steps = text.split(";").map((step) => step.trim());
  const options = steps.find((step) => step.startsWith("with "));
  const world = new World(valuesIn(options ?? "", {}));
  try {
    for (const step of steps.filter((each) => each !== "" && each !== options)) {
      const [, what = step, sign, wanted = ""] = /^(.*?) (=|<=)(?: (.*))?$/.exec(step) ?? [];
      const [verb = "", ...words] = what.split(" ");
      const act = ACTS[verb];
      if (sign === undefined && act === undefined) throw new Error(`there is no verb ${verb}`);
      const value = await (sign === undefined || verb === "post" ? act : (LOOKS[verb] ?? repeated))?.(
        world,
        words,
        verb,
      );
      if (sign === "<=") expect((value as unknown[]).length, step).to.be.at.most(Number(wanted));
      else if (sign === "=") expect([value].flat().join(" "), step).to.equal(wanted);
    }
  } finally {
    world.close();
  }
}

type Step = (world: World, words: readonly string[], verb: string) => unknown;

const ACTS: Readonly<Record<string, Step>> = {
  inside: (world) => world.enters(),
  room: ({ room }, [verb = "", ...codes]) => {
    if (verb === "expels") room.expel(codes);
    else if (verb === "destroys") room.destroy();
    else if (verb === "renames") room.rename(codes[0] ?? "");
    else Object.assign(room, valuesIn([verb, ...codes].join(" "), room as unknown as Values));
  },
  link: async (world, [what]) => {
    if (what === "loses") [world.toRoom, world.toBot] = [[], []];
    else if (what === "down") world.down();
    else world.up();
    await (what === "up" ? world.exchange() : world.settle());
  },
  post: (world, [count = "1"]) => world.posted(Number(count)),
  posts: (world, [count = "1"]) => {
    void world.post(Number(count));
    return world.settle();
  },
  pass: (world, [seconds]) => world.pass(Number(seconds) * 1_000),
  exchange: (world) => world.exchange(),
  receive: (world) => world.receive(),
  restart: (world) => world.restart(),
  hook: (world, [verb, ...given]) =>
    world.operator.run(`hook ${verb}`, { name: "h", ...valuesIn(given.join(" "), {}) }),
  bot: (world, [verb]) => world.operator.run(`bot ${verb}`, { bot: "bot", room: ROOM }),
  operator: (world) => world.operatorEnters(),
  disk: (world, [what]) => world.setReadOnly(what === "fails"),
};

const LOOKS: Readonly<Record<string, Step>> = {
  room: ({ room }, [key = ""]) => (room as unknown as Values)[key],
  bot: ({ listed: stored }) =>
    stored === undefined
      ? "nowhere"
      : [stored.state, ...(stored.condition === undefined ? [] : [stored.condition])],
  told: ({ operator }) => operator.told,
  answer: ({ answers }, [id = ""]) => answers.get(id),
  password: ({ listed }) => listed?.password,
  waiting: ({ stored }) => stored.posts,
  bounced: ({ bounces }) => bounces.map(({ condition }) => condition),
};
/** What became of posts: once, if it is the same. */
const repeated: Step = (world, words, verb) => [...new Set([verb, ...words].map((id) => world.repeat(id)))];

/** Returns the values in `key=value …`; a key that is a list in `known` takes `value*times,value`. */
function valuesIn(text: string, known: Values): Values {
  const all = [...text.matchAll(/(\w+)=(\S*)/g)].map(([, key = "", value = ""]) => {
    if (Array.isArray(known[key])) {
      const items = value.split(",").map((item) => item.split("*"));
      return [key, items.flatMap(([item = "", times = "1"]) => Array<string>(Number(times)).fill(item))];
    }
    return [key, value in CONSTANTS ? CONSTANTS[value] : /^\d+$/.test(value) ? Number(value) : value];
  });
  return Object.fromEntries(all) as Values;
}
