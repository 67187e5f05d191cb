/** What people, programs and the component do in plays, each in a line (see script.ts). */
import type { Element } from "../../../component/xml/builder.js";
import { quote } from "../../../component/xml/serialise.js";
import { announce } from "./announcing.js";
import { readArchive, textsOf } from "./asking.js";
import { call } from "./calls.js";
import type { Play, PlayOptions } from "./play.js";
import { fieldOf, fillIn, nameOf, placeOf, sessionOf } from "./script.js";
import { errorXml } from "./stanza-lines.js";

/** What follows a verb. */
interface Taken {
  /** How the play calls who acts. */
  readonly name: string;
  /** `"in quotes"` if there are blanks. */
  readonly words: readonly string[];
  /** The first word's address; the room's if there is no word. */
  readonly place: string;
  /** `name=value` */
  readonly values: readonly (readonly [name: string, value: string])[];
  readonly xml: string;
  /** All of it. */
  readonly text: string;
}

type Verb<Result> = (play: Play, who: string, taken: Taken) => Result;

/** The answer to a request, a text, or a text and what it was taken from. */
export type Outcome = Element | string | { readonly outcome: string; readonly from: Element };

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

const partsIn = (text: string): readonly string[] => text.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
const plain = (word: string): string => (/^".*"$/s.test(word) ? (JSON.parse(word) as string) : word);
export const wordsIn = (text: string): readonly string[] => partsIn(text).map(plain);

export function take(text: string, name = ""): Taken {
  const start = /<[a-zA-Z]/.exec(text)?.index ?? text.length;
  const all = partsIn(text.slice(0, start));
  const values = all.flatMap((word) => {
    const [, key, value] = /^([^"=]+)=([^]*)$/.exec(word) ?? [];
    return key === undefined || value === undefined ? [] : [[key, plain(value)] as const];
  });
  const words = all.filter((word) => !/^[^"=]+=/.test(word)).map(plain);
  return { name, words, place: placeOf(words[0] ?? "coven"), values, xml: fillIn(text.slice(start)), text };
}

/** Returns the item of a change: `CRONE member nick=third <reason>so</reason>`, `crone visitor`. */
function itemOf(text: string): string {
  const { words, values, xml: inside } = take(text);
  const [who = "", what = ""] = words;
  const isAccount = /[@.]|^[A-Z][A-Z0-9]*(?:\/|$)/.test(who);
  const target = isAccount ? `jid="${placeOf(who)}" affiliation="${what}"` : `nick="${who}" role="${what}"`;
  return `<item ${target} ${values.map(([name, value]) => `${name}="${value}"`).join(" ")}>${inside}</item>`;
}

/** Returns the fields of a form; one that is named again has several values, and `()` none. */
function fieldsIn(values: Taken["values"]): Record<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const [short, value] of values) {
    const all = fields.get(fieldOf(short)) ?? [];
    const isAccount = /^room(?:owners|admins)$/.test(short) && value !== "";
    if (value !== "()") all.push(isAccount ? placeOf(value) : value);
    fields.set(fieldOf(short), all);
  }
  return Object.fromEntries(fields);
}

/** Returns an occupant's address: `[place] [as nick]`. */
function occupant({ words, name }: Taken): [place: string, nick: string] {
  const [first, second, third] = words;
  const place = placeOf(first === undefined || first === "as" ? "coven" : first);
  return [place, (first === "as" ? second : third) ?? name.split("/")[0] ?? ""];
}

/** Asks: `[place] info`, or `[place] <xml/>`. */
const ask =
  (type: "get" | "set"): Verb<Promise<Outcome>> =>
  (play, who, { words, xml: given, place }) => {
    const payload = given === "" ? fillIn(PAYLOADS[words.at(-1) ?? ""] ?? "") : given;
    return play.asks(who, type, payload, words.length > (given === "" ? 1 : 0) ? place : placeOf("coven"));
  };
const set = (play: Play, who: string, payload: string, to = placeOf("coven")): Promise<Outcome> =>
  play.asks(who, "set", fillIn(payload), to);
const optionsIn = (text: string): PlayOptions => (text === "" ? {} : (JSON.parse(text) as PlayOptions));

export const ACTIONS: Readonly<Record<string, Verb<unknown>>> = {
  /** `enters [place] [as nick] <password/>` */
  enters: (play, who, taken) => {
    const [place, nick] = occupant(taken);
    return play.goesIn(who, nick, taken.xml, place);
  },
  /** `appears [place] [as nick] <show/>` */
  appears: (play, who, taken) =>
    play.sends(who, `<presence to=${quote(occupant(taken).join("/"))}>${taken.xml}</presence>`),
  leaves: (play, who, { place, xml: inside }) =>
    play.sends(who, `<presence to="${place}" type="unavailable">${inside}</presence>`),
  /** `opens whois=anyone`: creates the room, and ignores what is received. */
  opens: (play, who, { values, name }) => play.roomOf(who, name, fieldsIn(values)),
  /** `coven meets wicca`: hag's room with crone and others. */
  meets: (play, _who, { words }) =>
    play.coven(...words.map((name) => [sessionOf(name), name.split("/")[0] ?? ""] as const)),
  /** `says [#id] [in cave:] text` */
  says: (play, who, { text }) => {
    const [, id = "m1", room = "coven", words = ""] =
      /^(?:#(\S+) )?(?:in ([\w-]+): )?([^]*)$/.exec(text) ?? [];
    return play.says(who, words, id, placeOf(room));
  },
  /** `whispers crone text` */
  whispers: (play, who, { text }) => {
    const [, nick = "", words = ""] = /^(\S+) ([^]*)$/.exec(text) ?? [];
    const to = placeOf(`coven/${nick}`);
    return play.sends(who, `<message to="${to}" type="chat"><body>${words}</body></message>`);
  },
  /** `posts [id=m1] <body/>`: children of a message to all. */
  posts: (play, who, { values, xml: inside }) => play.posts(who, inside, values[0]?.[1]),
  sends: (play, who, { xml: stanza }) => play.sends(who, stanza),
  /** `returns message coven/hag [type/]gone [id=…]`: an error. */
  returns: (play, who, { words: [what = "", to = "", condition = ""], values }) => {
    const id = values.map(([name, value]) => ` ${name}="${value}"`).join("");
    const [name = "", type = "cancel"] = condition.split("/").reverse();
    const error = errorXml(name).replace("cancel", type);
    return play.sends(who, `<${what} to="${placeOf(to)}" type="error"${id}>${error}</${what}>`);
  },
  probes: (play, who, { place }) => play.sends(who, `<presence to="${place}" type="probe"/>`),
  /** To the activity of rooms that one isn't in. */
  subscribes: (play, who) =>
    play.sends(who, fillIn(`<presence to="service"><rai xmlns="activity"/></presence>`)),
  unsubscribes: (play, who) => play.sends(who, `<presence to="${placeOf("service")}" type="unavailable"/>`),
  invites: (play, who, { words }) => {
    const all = words.map((to) => `<invite to="${placeOf(to)}"/>`).join("");
    return play.sends(who, fillIn(`<message to="coven"><x xmlns="user">${all}</x></message>`));
  },
  /** `all hush`: ignores all stanzas until now. */
  hush: (play) => {
    play.hush();
  },

  /** `component restarts {"rooms": …}` on the same database, and `begins` on an empty one. */
  restarts: (play, _who, { text }) => play.restarts(optionsIn(text)),
  begins: (play, _who, { text }) => play.begins(optionsIn(text)),
  /** `disk refuses INSERT ON archive`, and `disk recovers`. */
  refuses: (play, _who, { text }) => {
    play.db.exec(`CREATE TRIGGER full BEFORE ${text} BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
  },
  recovers: (play) => {
    play.db.exec("DROP TRIGGER full");
  },
  runs: (play, _who, { text }) => play.db.exec(text),
  /** `db loses archive`: waits until there are no such rows. */
  loses: (play, _who, { text }) => play.until(() => (play.count(text) === 0 ? true : undefined)),
  /** `service admits CRONE`: its administrators. */
  admits: (play, _who, { words }) => play.service.setAdmins(words.map(placeOf)),
  /** `crone waits`, until something is received. */
  waits: (play, who) => play.until(() => (play.hasNews(who) ? true : undefined)),
  /** `all forget`: no room stays in memory. */
  forget: (play) => {
    play.service.rooms.sweep(Infinity);
  },
  /** `minutes pass 11`, `seconds pass 30` */
  pass: (play, unit, { words: [count] }) => {
    play.passes(Number(count) * (unit.startsWith("minutes") ? 60_000 : 1000));
    return play.service.housekeeping.endLocked(Date.now());
  },
  /** `time stands still`, except that `seconds pass`: what a budget gains doesn't depend on the machine. */
  stands: (play) => play.stopsTime(),
  /** All that is expired, or not indexed. */
  expires: (play) => {
    while (play.service.housekeeping.retention.expire(Date.now()));
  },
  indexes: (play) => {
    while (play.service.housekeeping.index(Date.now() + 60_000));
  },
  /** `memory lacks`, and `memory suffices` */
  lacks: (play) => (play.memory.isShort = () => true),
  suffices: (play) => (play.memory.isShort = () => false),
  /** `link breaks`: nothing comes back any more. */
  breaks: ({ link }) => {
    Object.assign(link, { confirms: false, isUp: false });
    link.emit("down", { cause: "network", text: "cut" });
  },
  /** `link comes up` */
  comes: (play) => play.link.emit("up"),
};

export const REQUESTS: Readonly<Record<string, Verb<Outcome | Promise<Outcome>>>> = {
  /** `Alertmanager announces [[anew ]instead of id: ]text`; see announcing.ts. */
  announces: (play, _who, { name, text }) => announce(play, name, text),
  asks: ask("get"),
  sets: ask("set"),
  configures: (play, who, { place, values }) => play.configures(who, fieldsIn(values), place),
  /** `makes CRONE member; wicca visitor` */
  makes: (play, who, { text }) => play.administers(who, text.split(/; ?/).map(itemOf).join("")),
  administers: (play, who, { xml: items }) => play.administers(who, items),
  /** `lists member`: nicknames or addresses. */
  lists: async (play, who, { words: [what = ""] }) => {
    const key = AFFILIATIONS.includes(what) ? "affiliation" : "role";
    const answer = await play.asks(
      who,
      "get",
      fillIn(`<query xmlns="admin"><item ${key}="${what}"/></query>`),
    );
    if (answer.attrs.type === "error") return answer;
    const items = answer.getChild("query")?.getChildren("item") ?? [];
    return items.map(({ attrs }) => attrs.nick ?? attrs.jid).join(" ") || "nobody";
  },
  /** `destroys [place] [jid=…] <reason/>` */
  destroys: (play, who, { place, values, xml: inside }) => {
    const attributes = values.map(([name, value]) => ` ${name}="${value}"`).join("");
    return set(play, who, `<query xmlns="owner"><destroy${attributes}>${inside}</destroy></query>`, place);
  },
  registers: (play, who, { xml: inside }) => set(play, who, `<query xmlns="register">${inside}</query>`),
  /** `moderates id [place] <reason/>` */
  moderates: (play, who, { words: [id = "", place = "coven"], xml: inside }) =>
    set(
      play,
      who,
      `<moderate xmlns="moderate" id="${id}"><retract xmlns="retract"/>${inside}</moderate>`,
      placeOf(place),
    ),
  /** `reads [place] with=coven/hag <max>2</max>`: the archive; its outcome is the texts, `-` for none. */
  reads: (play, who, { place, values, xml: pages }) => {
    const fields = values.map(([name, value]) => [name, name === "with" ? placeOf(value) : value] as const);
    return readArchive(play, who, { room: place, fields, set: pages });
  },
  /** `pages backwards`: two messages. */
  pages: (play, who) =>
    readArchive(play, who, { room: placeOf("coven"), set: "<max>2</max><before/>", more: "<flip-page/>" }),
  /** `replays <history/>`: enters, and leaves; its outcome is the history. */
  replays: async (play, who, { xml: inside, name }) => {
    const heard = await play.enters(who, name, inside);
    await play.leaves(who);
    play.hears(who);
    return textsOf(
      heard.filter((stanza) => stanza.is("message") && stanza.getChild("subject") === undefined),
    );
  },
  /** A program's call in an account's name: `HAG calls add [room=cave] CRONE` (see calls.ts). */
  calls: ({ context }, actor, { words: [name = "", ...words], values, text }) => {
    const people = words.map((word) => (/^[A-Z]/.test(word) ? placeOf(word) : word));
    const { room: id = "coven", domain = placeOf("service"), ...more } = Object.fromEntries(values);
    if (more.to !== undefined) more.to = placeOf(more.to);
    return call(name, {
      context,
      actor,
      room: { id, domain },
      people,
      more,
      text: text.replace(/^\w+ (?:\w+=\S+ )*/, ""),
    });
  },

  /** `hag is asked vCard`: waits for the next request to somebody. */
  is: async (play, who, { words: [, name = ""] }) => {
    const isNext = (iq: Element): boolean =>
      iq.attrs.to === who && iq.getChild(name) !== undefined && !seen.has(iq);
    const from = await play.until(() => play.link.written.find(isNext));
    seen.add(from);
    return { outcome: "", from };
  },
  /** `db has archive WHERE kept = 1 = 2`: rows. */
  has: (play, _who, { text }) => String(play.count(text)),
  /** `db shows SELECT …`: a column. */
  shows: (play, _who, { text }) => play.db.prepare(text).pluck().all().join(", "),
  /** `link wrote 2 = message crone, iq hag`: the last stanzas but pings, and to whom. */
  wrote: (play, _who, { words: [count] }) => {
    const last = play.link.withoutPings.slice(-Number(count));
    return last.map(({ name, attrs: { to = "" } }) => `${name} ${nameOf(to)}`).join(", ");
  },
  /** `keys revoked`: whose. */
  revoked: (play) => play.revoked.join(", ") || "nobody's",
  pinged: (play) => play.pings.map(({ attrs: { to = "" } }) => nameOf(to)).join(" ") || "nobody",
  /** `component counts qtalk_…_total`: a metric. */
  counts: async (play, _who, { words: [name = ""] }) =>
    (await play.metrics.registry.getSingleMetricAsString(name)).split(`\n${name} `).at(-1) ?? "",
  /** `log tells "could not be"`: how many lines do. */
  tells: (play, _who, { words: [text = ""] }) => String(play.log.about(text).length),
};
