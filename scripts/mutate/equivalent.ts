/**
 * Changes that change nothing that anybody could notice, each with the reason: nobody need look for their tests again.
 * A place that is written otherwise asks anew.
 */

import { OUTBOX } from "./equivalent-outbox.js";
import { ROOMS } from "./equivalent-rooms.js";
import { CACHE, FAST, GUARD, ONE_MORE } from "./reasons.js";

const SAME_ROOM = "rooms are found by their localparts, which the addresses of their occupants have, too";

/** By file: the words for the change, and why. */
export const EQUIVALENT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...OUTBOX,
  ...ROOMS,
  "component/xml/names.ts": {
    "&& !XML_ATTRIBUTES.has(name) left out":
      "the unchanged program, run before in the same process, has remembered those names; else it is noticed",
    "if (before !== undefined) never": CACHE,
    "known.size < KNOWN.names: < → <=": ONE_MORE,
    "name.length <= KNOWN.length: <= → <": ONE_MORE,
    "known.size < KNOWN.names && left out": ONE_MORE,
    "&& name.length <= KNOWN.length left out": ONE_MORE,
    "known.set(name, prefix); left out": CACHE,
    "if (known.size < KNOWN.names && name.length <= KNOWN.length) never": CACHE,
    "if (known.size < KNOWN.names && name.length <= KNOWN.length) always": ONE_MORE,
  },
  "component/xml/namespaces.ts": {
    "namespace === undefined || left out": GUARD,
    "colon < 0: < → <=": "a name doesn't begin with a colon",
  },
  "component/xml/parse.ts": {
    "if (error instanceof RangeError) always": GUARD,
    "if (error instanceof XmlError) always": "what else is thrown is a RangeError, found deep inside",
    "throw error; left out": GUARD,
    'text.includes("\\r") taken for false': "the parser does it itself, more slowly",
    'text.includes("\\r") taken for true': FAST,
    'throw new RebuildFault("there is no element"); left out': GUARD,
    "if (root === undefined) never": GUARD,
  },
  "component/xml/rebuild.ts": {
    "continue; left out": GUARD,
    "if (value === undefined) never": GUARD,
    'namespace === "" || left out': FAST,
    "this.#namespaces > this.#limits.namespaces: > → >=": ONE_MORE,
  },
  "component/xml/serialise.ts": {
    '|| prefix === "xmlns" left out': "a prefix that nothing declares is refused, too",
    "any.test(text) taken for true": FAST,
    'key === "xmlns" && left out': FAST,
    "&& !isDeclarable(value) left out": FAST,
    "if (!isPlain) always": FAST,
    "isPlain taken for false": FAST,
    "error instanceof NamespaceFault taken for true":
      "the other error is of the same kind, with the same message",
  },
  "component/xml/splice.ts": {
    'stanza.endsWith("/>") && left out': "a text with one tag is one that ends itself",
    '&& stanza.lastIndexOf("<") === 0 left out': "a stanza that ends with an empty tag is that tag",
    "/[ />]/.exec(stanza)?.index ?? stanza.length: ?? left out": GUARD,
    "at < 0: < → <=": "no text begins with it",
    'at > stanza.indexOf(">"): > → >=': "they are two marks",
    "slash < 0: < → <=": GUARD,
    "slash < 0 || left out": GUARD,
    "slash > end: > → >=": "they are two marks",
  },
  "component/xml/stored.ts": {
    "end < 0: < → <=": 'no ">" comes before its "<"',
    "if (error instanceof IllFormed) never": GUARD,
    "if (error instanceof IllFormed) always": GUARD,
    "throw error; left out": GUARD,
  },
  "component/xml/wire-text.ts": {
    "text.length * 3 <= most: <= → <": FAST,
    "text.length <= most && left out": FAST,
    "text.length * 3 <= most || left out": FAST,
    "texts.length === 0 taken for false": FAST,
  },
  "http/callers.ts": {
    "this.#config = config; left out": "it is set twice when it is made, for the compiler",
    "this.#hostCheck = new HostCheck(config); left out": "it is set twice when it is made, for the compiler",
    'authorization ?? "": ?? left out': "no header reads as the word undefined, which is none with a token",
    "config.addresses ?? []: ?? left out":
      "who has no token has addresses: the configuration is checked for it",
    "origin !== undefined && left out": "no Origin can't be parsed either",
  },
  "http/caller.ts": {
    "rate === undefined taken for false": "without a number it is never empty",
    "at < 0: < → <=": "no address begins with its @",
    '|| domain.includes("*") left out': "no alias has one: the pattern stays as it is",
  },
  "http/caller-config.ts": {
    'address.kind() === "ipv4" taken for false': "all bits of an IPv4 address are compared in any case",
  },
  "http/json-depth.ts": {
    "!hasFewBrackets(json) && left out": FAST,
    "true → false": FAST,
    "++count > MAX_JSON_DEPTH: > → >=": FAST,
    "if (++count > MAX_JSON_DEPTH) always": FAST,
    "i < json.length: < → <=": "one byte beyond the end is none",
  },
  "http/client-address.ts": {
    "proxies.length === 0 || left out": FAST,
    "if (address === undefined) never": "what is no address is in no network, and is returned then",
  },
  "component/muc/api/bulk-removal.ts": {
    "if (account !== undefined) always": GUARD,
    "timer.abort(); left out": "nobody waits for that clock any more",
    "this.#asked += 1: += → -=": "it is another number each time",
    "this.#leavers.size === 0 || left out": FAST,
    "|| this.#settled.get(room) === this.#asked left out": FAST,
    "if (this.#leavers.size === 0 || this.#settled.get(room) === this.#asked) never": FAST,
    "this.#settled.set(room, this.#asked); left out": FAST,
    "return; left out": "of nobody nothing is changed",
    "if (leaving.length === 0) never": "of nobody nothing is changed",
    "members.size < this.#leavers.size: < → <=": FAST,
    "isFewer taken for true": FAST,
    "isFewer taken for false": FAST,
    "await nextTurn(); left out": FAST,
    "false → true": "only how long a process lives that has nothing else to do",
    "performance.now() - started > SLICE_MS: > → >=": FAST,
    "if (rooms.length === 0) always": "each room that is looked at says anew how far that is",
    "if (jid === undefined) never": GUARD,
    "wasLoaded taken for false": "what is forgotten is read again",
    "left > 0: > → >=": FAST,
    "if (leaver === undefined) never": GUARD,
    "break; left out": GUARD,
    '|| !isAtLeast(member.affiliation, "member") left out': "removal.ts asks it again",
    "member.since <= leaver.askedAt: <= → <": "no two numbers are the same",
  },
  "component/muc/api/removal.ts": {
    'room.members.get(text)?.affiliation ?? "none": ?? left out': "whoever isn't listed is no member either",
    "return; left out": "of nobody nothing is changed",
    "if (removed.length === 0) never": "of nobody nothing is changed",
    "heir && left out": GUARD,
    "if (jid !== undefined) always": GUARD,
  },
  "component/muc/api/repeats.ts": {
    "if (!fingerprints.isKnown(fingerprint, transaction.at)) never": "the room is lost then, too",
    'throw new Error("the call that it repeats was not stored"); left out': "the room is lost then, too",
  },
  "component/muc/api/send-as-user.ts": {
    "throw new Error(`${nick.text} fits in no address`); left out": GUARD,
    "if (jid === undefined) never": GUARD,
    "numbered !== undefined && left out": GUARD,
  },
  "component/muc/archive/pages.ts": {
    "found.length > 0: > → >=": GUARD,
    "found.length > 0 && left out": GUARD,
    "!isSelective(filter) && left out": FAST,
    "words.length === 0 taken for false": FAST,
    "if (!isSelective(filter) && words.length === 0) never": FAST,
    "! of !isSelective(filter) left out": FAST,
  },
  "component/muc/archive/query-form.ts": {
    "text.length > MAX_TEXT taken for false": FAST,
  },
  "component/muc/archive/retention.ts": {
    "MESSAGES - deleted: - → +": FAST,
    "days === undefined taken for false": "nothing is from before no time",
    "most - deleted: - → +": FAST,
  },
  "component/muc/archive/stored-messages.ts": {
    "stanzaIds.isOurs(id) taken for false": FAST,
  },
  "component/muc/archive/stored-text.ts": {
    "start < 0: < → <=": "no message begins with its body",
    "start < 0 taken for false": "where no body begins none ends",
    'if (rawOf(stanza) === "") never': FAST,
  },
  "component/muc/archive/tombstones.ts": {
    "later.id !== message.id && left out": "the same is put there twice",
  },
  "component/muc/archive/range.ts": {
    "messages.reduce((sum, { stanza }) => sum + stanza.length, 0) > MAX_CH…: > → >=": ONE_MORE,
    "if (size === 0) never": FAST,
    "count === messages.length taken for false": FAST,
    "before && left out": "an empty page has no first message to give a number to",
    'jid.resource ?? "": ?? left out': GUARD,
    "id === undefined || left out": "what is no number is no message's",
  },
  "component/muc/features/anonymity.ts": {
    'occupant?.role ?? "none": ?? left out': "whoever has no role sees as little",
  },
  "component/muc/occupancy/assigned-nick.ts": {
    'throw new Error("there is always another number"); left out': GUARD,
    "if (nick !== undefined) always": "with a number it is a nickname",
  },
  "component/muc/occupancy/client-presence.ts": {
    "text.length <= MAX_PRESENCE: <= → <": ONE_MORE,
    "essential.length <= MAX_PRESENCE: <= → <": ONE_MORE,
  },
  "component/muc/occupancy/entering.ts": {
    "if (there !== undefined) always": "whoever is new has no other sessions",
    "if (occupant === undefined) never": GUARD,
    "return; left out": GUARD,
    'stanza.attrs.to ?? "": ?? left out': GUARD,
  },
  "component/muc/occupancy/ghosts.ts": {
    'stanza.attrs.id ?? "": ?? left out': "no id is none that was sent",
    'to.kind === "room" taken for true': SAME_ROOM,
    'type !== "error" || left out': "a result names no condition",
    "clearTimeout(this.#timer); left out": "it finds that nobody is to be pinged",
    "this.#place = undefined; left out": "the clock that would read it doesn't go",
    "if (this.#place === undefined) never": GUARD,
    "return; left out": GUARD,
    "if (this.#place !== undefined) always": "the next time it finds that all were pinged",
    "room === undefined || left out": GUARD,
    "|| to === undefined left out": GUARD,
    "if (room === undefined || to === undefined) never": GUARD,
  },
  "component/muc/occupancy/leaving.ts": {
    'if (isAtLeast(occupant.affiliation, "member")) always': "only members are invited by what is said",
  },
  "component/muc/occupancy/lock-timeout.ts": {
    "this.#timer.unref(); left out": "it is stopped where the component ends",
    "jid && left out": GUARD,
  },
  "component/muc/occupancy/presence.ts": {
    'stanza.attrs.to ?? "": ?? left out': GUARD,
    'to.kind === "room" taken for true': SAME_ROOM,
    "room !== undefined && left out": GUARD,
    "if (isFull(from)) always": GUARD,
  },
  "component/muc/occupancy/probes.ts": {
    'to.kind === "room" taken for true': SAME_ROOM,
    "room === undefined || left out": "nobody who asks is in a room that isn't there",
  },
};

/** Why nobody can notice a change; undefined where somebody could. */
export function sameMeaning(file: string, words: string): string | undefined {
  return EQUIVALENT[file]?.[words];
}
