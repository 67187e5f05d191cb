/** A bot in a room of another service, which the test plays: the hook's posts, the room, the link, and the operator. */
import { expect } from "chai";
import { ROOM, type PlayedRoom } from "../component/hooks/remote/played-room.js";
import type { World } from "../component/hooks/remote/world.js";
import { filled, Step, textOf, type Said, type Stage } from "./steps.js";
import { isText } from "./text.js";

/** A stage with a bot and its room. */
export interface ElsewhereStage extends Stage {
  readonly world: World;
}

export type ElsewhereStep = Step<ElsewhereStage>;

/** What the room has seen, by name: the lists and numbers of PlayedRoom. */
type Seen =
  "entered" | "left" | "messages" | "said" | "addresses" | "pings" | "searches" | "made" | "destroyed";
/** What the room is, and does with what comes. */
type Manner = Partial<
  Pick<
    PlayedRoom,
    | ("isThere" | "isSilent" | "isMembersOnly" | "missing" | "identity" | "registered" | "nick")
    | ("refusals" | "joinErrors" | "notInside" | "archive" | "pageSize")
  >
>;

/** A step that acts on the world. */
function acts(line: string, said: Said, act: (world: World, text: string) => unknown): ElsewhereStep {
  const text = textOf(said);
  return new Step(`${line} ${text}`.trim(), ({ world, names }: ElsewhereStage) =>
    act(world, filled(text, names)),
  );
}

/** A step that looks at the world: `= wanted`, in which `*` is any text; several values are joined by blanks. */
function looks(line: string, said: Said, look: (world: World, text: string) => unknown): ElsewhereStep {
  const text = textOf(said);
  const [, asked = "", wanted] = /^(.*?)(?:^| )=(?: (.*))?$/.exec(text) ?? [];
  if (!text.includes("=")) throw new Error(`${line} ${text}: what is wanted stands behind =`);
  return new Step(
    `${line} ${text}`,
    async ({ world, names }: ElsewhereStage) => {
      const value = [await look(world, filled(asked, names))].flat().join(" ");
      const expected = filled(wanted ?? "", names);
      if (!isText(value, expected)) expect(value).to.equal(expected);
    },
    { looks: true },
  );
}

class Bot {
  /** Enters, and is inside. */
  isInside(): ElsewhereStep {
    return acts("bot is inside", [], (world) => world.enters());
  }

  /** `= outside kicked`: its state, and why; `nowhere` if nobody needs it there. */
  is(...said: Said): ElsewhereStep {
    return looks("bot is", said, ({ listed }) =>
      listed === undefined
        ? "nowhere"
        : [listed.state, ...(listed.condition === undefined ? [] : [listed.condition])],
    );
  }
}

class Hook {
  /** `2 = confirmed`: posts, three seconds pass, and the answer. */
  posts(...said: Said): ElsewhereStep {
    return looks("hook posts", said, (world, count) => world.posted(Number(count === "" ? "1" : count)));
  }

  /** `2`: posts whose answer isn't waited for. */
  takes(...said: Said): ElsewhereStep {
    return acts("hook takes", said, (world, count) => {
      void world.post(Number(count));
      return world.settle();
    });
  }

  /** `m1 m2 = confirmed`: what became of posts; once, if it is the same. */
  tells(...said: Said): ElsewhereStep {
    return looks("hook tells", said, (world, ids) => [
      ...new Set(ids.split(" ").map((id) => world.repeat(id))),
    ]);
  }

  /** `m1 = undelivered`: what the call was answered. */
  answered(...said: Said): ElsewhereStep {
    return looks("hook answered", said, ({ answers }, id) => answers.get(id));
  }

  /** `= 2`: how many posts wait. */
  waits(...said: Said): ElsewhereStep {
    return looks("hook waits", said, ({ stored }) => stored.posts);
  }

  /** `= forbidden gone`: with which conditions posts bounced. */
  bounced(...said: Said): ElsewhereStep {
    return looks("hook bounced", said, ({ bounces }) => bounces.map(({ condition }) => condition));
  }

  /** `= s3cret`: the password that is stored for the room. */
  knows(...said: Said): ElsewhereStep {
    return looks("hook knows", said, ({ listed }) => listed?.password);
  }
}

class Room {
  /** What it is, and does, from now on. */
  is(manner: Manner): ElsewhereStep {
    return acts(`room is ${JSON.stringify(manner)}`, [], ({ room }) => Object.assign(room, manner));
  }

  /** `307`: the bot, with these status codes. */
  expels(...said: Said): ElsewhereStep {
    return acts("room expels", said, ({ room }, codes) => {
      room.expel(codes.split(" "));
    });
  }

  /** Ends. */
  isDestroyed(): ElsewhereStep {
    return acts("room is destroyed", [], ({ room }) => {
      room.destroy();
    });
  }

  /** `Valet`: gives the bot this nickname. */
  renames(...said: Said): ElsewhereStep {
    return acts("room renames", said, ({ room }, nick) => {
      room.rename(nick);
    });
  }

  /** What it has seen of a kind: `Bot Bot`. */
  saw(what: Seen, wanted: string | number): ElsewhereStep {
    return looks(`room saw ${what}`, [[`= ${wanted}`]], ({ room }) => room[what]);
  }

  /** What it has seen of a kind so many times at most. */
  sawAtMost(most: number, what: "entered" | "messages"): ElsewhereStep {
    return acts(`room saw at most ${most} ${what}`, [], ({ room }) => {
      expect(room[what].length).to.be.at.most(most);
    });
  }

  /** Gets what is on its way, and answers, but nothing arrives at the bot. */
  receives(): ElsewhereStep {
    return acts("room receives", [], (world) => world.receive());
  }
}

class Link {
  /** Is up, and all arrives. */
  rises(): ElsewhereStep {
    return acts("link rises", [], (world) => {
      world.up();
      return world.exchange();
    });
  }

  /** Is down: what is on its way to the bot is lost. */
  falls(): ElsewhereStep {
    return acts("link falls", [], (world) => {
      world.down();
      return world.settle();
    });
  }

  /** Loses what is on its way. */
  loses(): ElsewhereStep {
    return acts("link loses", [], (world) => {
      [world.toRoom, world.toBot] = [[], []];
      return world.settle();
    });
  }

  /** Lets everything arrive. */
  delivers(): ElsewhereStep {
    return acts("link delivers", [], (world) => world.exchange());
  }
}

class Operator {
  /** `to=a@b move_waiting=true`: changes of the hook. */
  setsHook(given: object): ElsewhereStep {
    return acts(`operator sets the hook ${JSON.stringify(given)}`, [], ({ operator }) =>
      operator.run("hook set", { name: "h", ...given }),
    );
  }

  /** Removes the hook. */
  removesHook(): ElsewhereStep {
    return acts("operator removes the hook", [], ({ operator }) =>
      operator.run("hook remove", { name: "h" }),
    );
  }

  /** Lets the bot enter, by the command. */
  letsBotEnter(): ElsewhereStep {
    return acts("operator lets the bot enter", [], ({ operator }) =>
      operator.run("bot enter", { bot: "bot", room: ROOM }),
    );
  }

  /** Lets the bot leave, by the command. */
  letsBotLeave(): ElsewhereStep {
    return acts("operator lets the bot leave", [], ({ operator }) =>
      operator.run("bot leave", { bot: "bot", room: ROOM }),
    );
  }

  /** Needs the bot in the room from now on, and lets it try at once. */
  insists(): ElsewhereStep {
    return acts("operator insists", [], (world) => {
      world.operatorEnters();
    });
  }

  /** `= Done.`: the result of the last command. */
  isTold(...said: Said): ElsewhereStep {
    return looks("operator is told", said, ({ operator }) => operator.told);
  }
}

class Component {
  /** Is killed, and started anew on the same database. */
  restarts(): ElsewhereStep {
    return acts("component restarts", [], (world) => {
      world.restart();
    });
  }
}

class Disk {
  /** Takes nothing more. */
  fails(): ElsewhereStep {
    return acts("disk fails", [], (world) => {
      world.setReadOnly(true);
    });
  }

  /** Takes all again. */
  works(): ElsewhereStep {
    return acts("disk works", [], (world) => {
      world.setReadOnly(false);
    });
  }
}

export const bot = new Bot();
export const hook = new Hook();
export const room = new Room();
export const link = new Link();
export const operator = new Operator();
export const component = new Component();
export const disk = new Disk();
