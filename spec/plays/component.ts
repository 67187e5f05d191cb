/** What isn't a person in plays of rooms: the component and its parts, the disk, the link, time, bots. */
import { announce } from "../component/muc/announcing.js";
import type { PlayOptions } from "../component/muc/component-in-memory.js";
import { nameOf, placeOf, sessionOf } from "./cast.js";
import { asks, does, seesSent, type RoomStep } from "./rooms.js";
import type { Said } from "./steps.js";

const optionsIn = (text: string): PlayOptions => (text === "" ? {} : (JSON.parse(text) as PlayOptions));

abstract class Thing {
  abstract readonly name: string;

  toString(): string {
    return this.name;
  }
}

class Component extends Thing {
  readonly name = "component";

  /** `{"rooms": …}`: on the same database. */
  restarts(...said: Said): RoomStep {
    return does(this, "restarts", said, (play, { text }) => play.restarts(optionsIn(text)));
  }

  /** `{"rooms": …}`: on an empty database. */
  begins(...said: Said): RoomStep {
    return does(this, "begins", said, (play, { text }) => play.begins(optionsIn(text)));
  }

  /** Removes all messages that are expired. */
  expires(...said: Said): RoomStep {
    return does(this, "expires", said, (play) => {
      while (play.service.housekeeping.retention.expire(Date.now()));
    });
  }

  /** Makes all messages searchable that aren't yet. */
  indexes(...said: Said): RoomStep {
    return does(this, "indexes", said, (play) => {
      while (play.service.housekeeping.index(Date.now() + 60_000));
    });
  }

  /** `qtalk_…_total = 2`: a metric. */
  counts(...said: Said): RoomStep {
    return asks(this, "counts", said, {
      ask: async (play, { words: [name = ""] }) =>
        (await play.metrics.registry.getSingleMetricAsString(name)).split(`\n${name} `).at(-1) ?? "",
    });
  }

  /** `"could not be" = 1`: how many lines of the log say so. */
  logs(...said: Said): RoomStep {
    return asks(this, "logs", said, {
      ask: (play, { words: [text = ""] }) => String(play.log.about(text).length),
    });
  }

  /** `= hag66@qtalk.test.org`: whose keys it revoked. */
  revokes(...said: Said): RoomStep {
    return asks(this, "revokes", said, { ask: (play) => play.revoked.join(", ") || "nobody's" });
  }

  /** `2 = message crone, iq hag`: the last stanzas but pings, and to whom. */
  wrote(...said: Said): RoomStep {
    return asks(this, "wrote", said, {
      ask: (play, { words: [count] }) => {
        const last = play.link.withoutPings.slice(-Number(count));
        return last.map(({ name, attrs: { to = "" } }) => `${name} ${nameOf(to)}`).join(", ");
      },
    });
  }

  /** `BOB <this type="chat"/>`: what it sent since the last look, by receiver, in order; `nothing`, `2 stanzas`. */
  sends(...said: Said): RoomStep {
    return seesSent(said);
  }

  /** `= hag crone`: whom it pinged. */
  pinged(...said: Said): RoomStep {
    return asks(this, "pinged", said, {
      ask: (play) => play.pings.map(({ attrs: { to = "" } }) => nameOf(to)).join(" ") || "nobody",
    });
  }

  /** Memory is short, from now on. */
  lacksMemory(...said: Said): RoomStep {
    return does(this, "lacksMemory", said, (play) => (play.memory.isShort = () => true));
  }

  /** Memory suffices again. */
  hasMemory(...said: Said): RoomStep {
    return does(this, "hasMemory", said, (play) => (play.memory.isShort = () => false));
  }

  /** No room stays in memory. */
  forgets(...said: Said): RoomStep {
    return does(this, "forgets", said, (play) => {
      play.service.rooms.sweep(Infinity);
    });
  }

  /** `CRONE`: its administrators, from now on. */
  admits(...said: Said): RoomStep {
    return does(this, "admits", said, (play, { words }) => play.service.setAdmins(words.map(placeOf)));
  }
}

class Disk extends Thing {
  readonly name = "disk";

  /** `INSERT ON archive`: from now on. */
  refuses(...said: Said): RoomStep {
    return does(this, "refuses", said, (play, { text }) => {
      play.db.exec(`CREATE TRIGGER full BEFORE ${text} BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
    });
  }

  /** Refuses nothing any more. */
  recovers(...said: Said): RoomStep {
    return does(this, "recovers", said, (play) => {
      play.db.exec("DROP TRIGGER full");
    });
  }
}

class Db extends Thing {
  readonly name = "db";

  /** `UPDATE …`: SQL. */
  runs(...said: Said): RoomStep {
    return does(this, "runs", said, (play, { text }) => play.db.exec(text));
  }

  /** `archive WHERE kept = 1 = 2`: how many rows. */
  has(...said: Said): RoomStep {
    return asks(this, "has", said, { ask: (play, { text }) => String(play.count(text)) });
  }

  /** `SELECT … = one, two`: a column. */
  shows(...said: Said): RoomStep {
    return asks(this, "shows", said, {
      ask: (play, { text }) => play.db.prepare(text).pluck().all().join(", "),
    });
  }

  /** `archive`: waits until there are no such rows. */
  loses(...said: Said): RoomStep {
    return does(this, "loses", said, (play, { text }) =>
      play.until(() => (play.count(text) === 0 ? true : undefined)),
    );
  }
}

class Link extends Thing {
  readonly name = "link";

  /** Nothing comes back any more. */
  breaks(...said: Said): RoomStep {
    return does(this, "breaks", said, ({ link }) => {
      Object.assign(link, { confirms: false, isUp: false });
      link.emit("down", { cause: "network", text: "cut" });
    });
  }

  /** It is up again. */
  returns(...said: Said): RoomStep {
    return does(this, "returns", said, (play) => play.link.emit("up"));
  }
}

class Everybody extends Thing {
  readonly name = "everybody";

  /** Forgets what was received until now. */
  hush(...said: Said): RoomStep {
    return does(this, "hush", said, (play) => {
      play.hush();
    });
  }
}

class Coven extends Thing {
  readonly name = "coven";

  /** `wicca …`: hag's room is made, crone enters it, and these do; what is received is forgotten. */
  meets(...said: Said): RoomStep {
    return does(this, "meets", said, (play, { words }) =>
      play.coven(...words.map((name) => [sessionOf(name), name.split("/")[0] ?? ""] as const)),
    );
  }
}

class Bot extends Thing {
  constructor(readonly name: string) {
    super();
  }

  /** `[[anew ]instead of id: ]text = said`: a post of a hook (muc/announcing.ts). */
  announces(...said: Said): RoomStep {
    return asks(this, "announces", said, {
      ask: (play, { text }) => announce(play, this.name, text),
      usual: "said",
    });
  }
}

export const component = new Component();
export const disk = new Disk();
export const db = new Db();
export const link = new Link();
export const everybody = new Everybody();
export const coven = new Coven();
export const bot = (name: string): Bot => new Bot(name);
