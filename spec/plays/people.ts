/** People in rooms: what they do there, and what they receive. The cast is in cast.ts. */
import type { Element } from "../../component/xml/builder.js";
import { quote } from "../../component/xml/serialise.js";
import { readArchive, textsOf } from "../component/muc/asking.js";
import { call } from "../component/muc/calls.js";
import type { Play } from "../component/muc/play.js";
import { errorXml } from "../component/muc/stanza-lines.js";
import { placeOf, sessionOf, type Name } from "./cast.js";
import { asks, does, looks, type Outcome, type RoomStep } from "./rooms.js";
import type { Said } from "./steps.js";
import { fieldsIn, fillIn, itemsOf, type Taken } from "./text.js";

const COVEN = placeOf("coven");

/** What one may ask of a room by a word. */
const PAYLOADS: Readonly<Record<string, string>> = {
  info: `<query xmlns="discoInfo"/>`,
  nickname: `<query xmlns="discoInfo" node="x-roomuser-item"/>`,
  items: `<query xmlns="discoItems"/>`,
  version: `<query xmlns="version"/>`,
  ping: `<ping xmlns="ping"/>`,
  vcard: `<vCard xmlns="vcard"/>`,
  form: `<query xmlns="owner"/>`,
  register: `<query xmlns="register"/>`,
  archive: `<query xmlns="mam"/>`,
  metadata: `<metadata xmlns="mam"/>`,
};
const AFFILIATIONS = ["owner", "admin", "member", "none", "outcast"];
/** The requests that plays have looked at. */
const seen = new WeakSet<Element>();

/** Somebody's session, or account. */
export class Person {
  readonly address: string;

  /** @param name in lower case a session, in upper case an account; or an address */
  constructor(readonly name: string) {
    this.address = sessionOf(name);
  }

  toString(): string {
    return this.name;
  }

  /** The same account's session with another resource. */
  at(resource: string): Person {
    return new Person(`${this.name}/${resource}`);
  }

  // What somebody received since the last look.

  /** `presence coven/witch none/participant | <show/>`: all of it, in order; `nothing`, `2 stanzas`, after `...` the last. */
  hears(...said: Said): RoomStep {
    return looks(this, "hears", said);
  }

  /** `104 | <body/>`: among others, stanzas whose lines have this text. */
  notices(...said: Said): RoomStep {
    return looks(this, "notices", said);
  }

  /** `104 | <body/>`: no such stanza. */
  misses(...said: Said): RoomStep {
    return looks(this, "misses", said);
  }

  /** Waits until something is received. */
  waits(...said: Said): RoomStep {
    return does(this, "waits", said, (play) =>
      play.until(() => (play.hasNews(this.address) ? true : undefined)),
    );
  }

  /** `vCard | <this id="$id"/>`: waits for the next request to somebody that has this element. */
  isAsked(...said: Said): RoomStep {
    return asks(this, "isAsked", said, {
      usual: "",
      ask: async (play, { words: [name = ""] }) => {
        const isNext = (iq: Element): boolean =>
          iq.attrs.to === this.address && iq.getChild(name) !== undefined && !seen.has(iq);
        const from = await play.until(() => play.link.written.find(isNext));
        seen.add(from);
        return { outcome: "", from };
      },
    });
  }

  // Coming and going.

  /** `[place] [as nick] <password/>` */
  enters(...said: Said): RoomStep {
    return does(this, "enters", said, (play, taken) => {
      const [place, nick] = occupant(taken);
      return play.goesIn(this.address, nick, taken.xml, place);
    });
  }

  /** `[place] [as nick] <show/>`: sends presence, without entering. */
  appears(...said: Said): RoomStep {
    return does(this, "appears", said, (play, taken) =>
      play.sends(this.address, `<presence to=${quote(occupant(taken).join("/"))}>${taken.xml}</presence>`),
    );
  }

  /** `[place] <status/>` */
  leaves(...said: Said): RoomStep {
    return does(this, "leaves", said, (play, { place, xml }) =>
      play.sends(this.address, `<presence to="${place}" type="unavailable">${xml}</presence>`),
    );
  }

  /** `whois=anyone`: creates the room, and ignores what is received. */
  opens(...said: Said): RoomStep {
    return does(this, "opens", said, (play, { values }) =>
      play.roomOf(this.address, this.name, fieldsIn(values)),
    );
  }

  /** `[place]`: asks for presence. */
  probes(...said: Said): RoomStep {
    return does(this, "probes", said, (play, { place }) =>
      play.sends(this.address, `<presence to="${place}" type="probe"/>`),
    );
  }

  /** To the activity of rooms that one isn't in. */
  subscribes(...said: Said): RoomStep {
    return does(this, "subscribes", said, (play) =>
      play.sends(this.address, fillIn(`<presence to="service"><rai xmlns="activity"/></presence>`)),
    );
  }

  /** From the activity of rooms. */
  unsubscribes(...said: Said): RoomStep {
    return does(this, "unsubscribes", said, (play) =>
      play.sends(this.address, `<presence to="${placeOf("service")}" type="unavailable"/>`),
    );
  }

  // Talking.

  /** `[#id] [in cave:] text` */
  says(...said: Said): RoomStep {
    return does(this, "says", said, (play, { text }) => {
      const [, id = "m1", room = "coven", words = ""] =
        /^(?:#(\S+) )?(?:in ([\w-]+): )?([^]*)$/.exec(text) ?? [];
      return play.says(this.address, words, id, placeOf(room));
    });
  }

  /** `crone text`: to an occupant. */
  whispers(...said: Said): RoomStep {
    return does(this, "whispers", said, (play, { text }) => {
      const [, nick = "", words = ""] = /^(\S+) ([^]*)$/.exec(text) ?? [];
      const to = placeOf(`coven/${nick}`);
      return play.sends(this.address, `<message to="${to}" type="chat"><body>${words}</body></message>`);
    });
  }

  /** `[id=m1] <body/>`: a message with these children, to all. */
  posts(...said: Said): RoomStep {
    return does(this, "posts", said, (play, { values, xml }) =>
      play.posts(this.address, xml, values[0]?.[1]),
    );
  }

  /** `<message to="coven"/>`: a stanza. */
  sends(...said: Said): RoomStep {
    return does(this, "sends", said, (play, { xml }) => play.sends(this.address, xml));
  }

  /** `message coven/hag [type/]gone [id=m1]`: an error, to what came from there. */
  returns(...said: Said): RoomStep {
    return does(this, "returns", said, (play, { words: [what = "", to = "", condition = ""], values }) => {
      const [name = "", type = "cancel"] = condition.split("/").reverse();
      const error = errorXml(name).replace("cancel", type);
      const head = `<${what} to="${placeOf(to)}" type="error"${attributesOf(values)}>`;
      return play.sends(this.address, `${head}${error}</${what}>`);
    });
  }

  /** `CRONE WICCA` */
  invites(...said: Said): RoomStep {
    return does(this, "invites", said, (play, { words }) => {
      const all = words.map((to) => `<invite to="${placeOf(to)}"/>`).join("");
      return play.sends(this.address, fillIn(`<message to="coven"><x xmlns="user">${all}</x></message>`));
    });
  }

  // Asking, with an outcome: `result` if the step names none.

  /** `[place] info` or `[place] <query/>` */
  asks(...said: Said): RoomStep {
    return asks(this, "asks", said, { ask: (play, taken) => this.#asked(play, "get", taken) });
  }

  /** `[place] <query/>` */
  sets(...said: Said): RoomStep {
    return asks(this, "sets", said, { ask: (play, taken) => this.#asked(play, "set", taken) });
  }

  /** `[place] whois=anyone :mam=1`: the form, with `()` for no value; a field named again has several. */
  configures(...said: Said): RoomStep {
    return asks(this, "configures", said, {
      ask: (play, { place, values }) => play.configures(this.address, fieldsIn(values), place),
    });
  }

  /** `CRONE member nick=third <reason/>; wicca visitor`: affiliations of accounts, and roles of nicknames. */
  makes(...said: Said): RoomStep {
    return asks(this, "makes", said, {
      ask: (play, { text }) => play.administers(this.address, itemsOf(text)),
    });
  }

  /** `<item/>`: changes of roles or affiliations, as they are. */
  administers(...said: Said): RoomStep {
    return asks(this, "administers", said, { ask: (play, { xml }) => play.administers(this.address, xml) });
  }

  /** `member = CRONE@…`: nicknames or addresses. */
  lists(...said: Said): RoomStep {
    return asks(this, "lists", said, {
      ask: async (play, { words: [what = ""] }) => {
        const key = AFFILIATIONS.includes(what) ? "affiliation" : "role";
        const query = fillIn(`<query xmlns="admin"><item ${key}="${what}"/></query>`);
        const answer = await play.asks(this.address, "get", query);
        if (answer.attrs.type === "error") return answer;
        const items = answer.getChild("query")?.getChildren("item") ?? [];
        return items.map(({ attrs }) => attrs.nick ?? attrs.jid).join(" ") || "nobody";
      },
    });
  }

  /** `[place] [jid=…] <reason/>` */
  destroys(...said: Said): RoomStep {
    return asks(this, "destroys", said, {
      ask: (play, { place, values, xml }) => {
        const destroy = `<destroy${attributesOf(values)}>${xml}</destroy>`;
        return this.#sets(play, `<query xmlns="owner">${destroy}</query>`, place);
      },
    });
  }

  /** `<username>nick</username>` */
  registers(...said: Said): RoomStep {
    return asks(this, "registers", said, {
      ask: (play, { xml }) => this.#sets(play, `<query xmlns="register">${xml}</query>`),
    });
  }

  /** `id [place] <reason/>` */
  moderates(...said: Said): RoomStep {
    return asks(this, "moderates", said, {
      ask: (play, { words: [id = "", place = "coven"], xml }) => {
        const retract = `<retract xmlns="retract"/>${xml}`;
        return this.#sets(
          play,
          `<moderate xmlns="moderate" id="${id}">${retract}</moderate>`,
          placeOf(place),
        );
      },
    });
  }

  /** `[place] with=coven/hag <max>2</max> = one, two`: the archive; texts, `-` for a message without one. */
  reads(...said: Said): RoomStep {
    return asks(this, "reads", said, {
      ask: (play, { place, values, xml }) => {
        const fields = values.map(
          ([name, value]) => [name, name === "with" ? placeOf(value) : value] as const,
        );
        return readArchive(play, this.address, { room: place, fields, set: xml });
      },
    });
  }

  /** `backwards = two, one`: the archive's last two messages. */
  pages(...said: Said): RoomStep {
    return asks(this, "pages", said, {
      ask: (play) => {
        const set = "<max>2</max><before/>";
        return readArchive(play, this.address, { room: COVEN, set, more: "<flip-page/>" });
      },
    });
  }

  /** `<history maxstanzas="2"/> = one, two`: enters, and leaves; the history. */
  replays(...said: Said): RoomStep {
    return asks(this, "replays", said, {
      ask: async (play, { xml }) => {
        const heard = await play.enters(this.address, this.name, xml);
        await play.leaves(this.address);
        play.hears(this.address);
        return textsOf(
          heard.filter((stanza) => stanza.is("message") && stanza.getChild("subject") === undefined),
        );
      },
    });
  }

  /** `add [room=cave] CRONE = 2 User not in Room`: a program's call in somebody's name (muc/calls.ts); usually `done`. */
  calls(...said: Said): RoomStep {
    return asks(this, "calls", said, {
      usual: "done",
      ask: ({ context }, { words: [name = "", ...words], values, text }) => {
        const people = words.map((word) => (/^[A-Z]/.test(word) ? placeOf(word) : word));
        const { room: id = "coven", domain = placeOf("service"), ...more } = Object.fromEntries(values);
        if (more.to !== undefined) more.to = placeOf(more.to);
        const room = { id, domain };
        const given = text.replace(/^\w+ (?:\w+=\S+ )*/, "");
        return call(name, { context, actor: this.address, room, people, more, text: given });
      },
    });
  }

  /** Asks: `[place] info`, or `[place] <xml/>`. */
  #asked(play: Play, type: "get" | "set", { words, xml, place }: Taken): Promise<Outcome> {
    const payload = xml === "" ? fillIn(PAYLOADS[words.at(-1) ?? ""] ?? "") : xml;
    return play.asks(this.address, type, payload, words.length > (xml === "" ? 1 : 0) ? place : COVEN);
  }

  #sets(play: Play, payload: string, to = COVEN): Promise<Outcome> {
    return play.asks(this.address, "set", fillIn(payload), to);
  }
}

/** Several people, of whom each receives the same. */
export function each(...people: readonly Person[]): Pick<Person, "hears" | "notices" | "misses"> {
  const all =
    (verb: "hears" | "notices" | "misses") =>
    (...said: Said): RoomStep =>
      looks(people, verb, said);
  return { hears: all("hears"), notices: all("notices"), misses: all("misses") };
}

/** Somebody of the cast, by name, or by an address. */
export const person = (name: Name | `${string}@${string}`): Person => new Person(name);

export const hag = person("hag");
export const HAG = person("HAG");
export const crone = person("crone");
export const CRONE = person("CRONE");
export const wicca = person("wicca");
export const WICCA = person("WICCA");
export const stranger = person("stranger");
export const STRANGER = person("STRANGER");
/** `new` in texts. */
export const newcomer = person("new");
/** `NEW` in texts. */
export const NEWCOMER = person("NEW");

/** Returns an occupant's address: `[place] [as nick]`. */
function occupant({ words, name }: Taken): [place: string, nick: string] {
  const [first, second, third] = words;
  const place = placeOf(first === undefined || first === "as" ? "coven" : first);
  return [place, (first === "as" ? second : third) ?? name.split("/")[0] ?? ""];
}

const attributesOf = (values: Taken["values"]): string =>
  values.map(([name, value]) => ` ${name}="${value}"`).join("");
