/** Changes in rooms that change nothing that anybody could notice, each with the reason (equivalent.ts). */
import { CACHE, FAST, GUARD, ONE_MORE } from "./reasons.js";

export const ROOMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "component/muc/admin/actor.ts": {
    'occupant?.role ?? "none": ?? left out': GUARD,
  },
  "component/muc/admin/affiliations.ts": {
    "isTold taken for true": FAST,
    "if (kind === undefined) always": FAST,
    "added.length > 0: > → >=": "of nobody nothing is changed",
    "if (added.length > 0) always": "of nobody nothing is changed",
    "removed.length > 0: > → >=": "of nobody nothing is changed",
    "if (removed.length > 0) always": "of nobody nothing is changed",
    "isMember taken for false": FAST,
    "isMember taken for true": "of nobody nothing is changed",
    "isPlain && !isMember taken for false": FAST,
  },
  "component/muc/admin/configuration.ts": {
    "changes.length > 0: > → >=": "every room has an owner",
  },
  "component/muc/admin/items.ts": {
    ".some() → .every()": "one feature alone lets others read lists",
    "affiliations.length > 0 taken for true": "every room has an owner",
  },
  "component/muc/admin/service-admins.ts": {
    "this.#jids.size > 0: > → >=": FAST,
    "this.#jids.size > 0 && left out": FAST,
    "if (account !== undefined) always": GUARD,
    "if (jid === undefined) never": GUARD,
    "if (transaction.isEmpty) never": FAST,
  },
  "component/muc/discovery/description.ts": {
    "before.hasHats === hasHats: === → !==": CACHE,
    "&& before.hasHats === hasHats left out": "hats are the service's, which are the same as long as it runs",
    "isKnown taken for false": CACHE,
    "! of !isKnown left out": CACHE,
    "known.set(room, { options, pictures, hasHats, ver }); left out": CACHE,
    "if (!isKnown) never": CACHE,
  },
  "component/muc/features/absent-members/absent-members.ts": {
    "return; left out": FAST,
    "if (absent.length === 0) never": FAST,
  },
  "component/muc/features/absent-members/departures.ts": {
    "if (!transaction.isEmpty) always": FAST,
    "false → true": "only whether the program may end meanwhile",
  },
  "component/muc/features/activity/requests.ts": {
    "roomJid(name, context.domain)?.text ?? []: ?? left out": GUARD,
    "rooms.length < PAGE taken for false": FAST,
    "return; left out": "while nothing can be asked none of the others is, either",
    "if (from === undefined) never": GUARD,
    "continue; left out": GUARD,
    "if (to === undefined) never": GUARD,
    'if (answer.kind === "unasked") never': "while nothing can be asked none of the others is, either",
    'answer.kind === "error" && left out': GUARD,
  },
  "component/muc/features/activity/subscriptions.ts": {
    "session !== undefined && left out": GUARD,
    "&& isFull(session) left out": GUARD,
    "if (session !== undefined && isFull(session)) always": GUARD,
    "&& oldest !== undefined left out": GUARD,
    'Jid.parse(session)?.bare.text ?? "": ?? left out': GUARD,
    "if (this.#count === 0) never": FAST,
    "return; left out": "to nobody nothing is told",
    "if (sessions.length === 0) never": "to nobody nothing is told",
    "this.#told.size < members.size: < → <=": FAST,
    "this.#told.has(jid) && left out": FAST,
    "if (this.#told.size < members.size) never": FAST,
    "if (this.#told.size < members.size) always": FAST,
    "this.#told.delete(account); left out": "without sessions there is nobody to tell",
    "if (sessions.size === 0) never": "without sessions there is nobody to tell",
  },
  "component/muc/features/history.ts": {
    'element.attrs.since ?? "": ?? left out': GUARD,
    "seconds === undefined taken for false": "no number of seconds is no time either",
    "bounds.length === 0 taken for false": "there is nothing from before 1970",
    "messages === 0 || left out": FAST,
    "|| chars === 0 left out": FAST,
    "messages === 0 || chars === 0 || left out": FAST,
    "text !== undefined && left out": GUARD,
  },
  "component/muc/features/invitations/declines.ts": {
    "first + index: + → -": "only which of those that one message invites are forgotten first",
    "account === undefined taken for false": GUARD,
  },
  "component/muc/features/invitations/direct.ts": {
    "return; left out": "to nobody nothing is told",
    "if (accounts.length === 0) never": "to nobody nothing is told",
    "throw new Error(`${domain} is no address`); left out": GUARD,
  },
  "component/muc/features/members-only.ts": {
    ".filter() left out": "whoever is invited has an account's address",
    'room.members.get(jid.text)?.affiliation ?? "none": ?? left out': GUARD,
  },
  "component/muc/features/own-retraction.ts": {
    'if (said.keeping.kind === "retraction") always': FAST,
    "return; left out": GUARD,
    "if (id === undefined) never": GUARD,
    "number === undefined taken for false": "no message has the number that no number is",
  },
  "component/muc/features/registration/requests.ts": {
    'throw roomError(room.jid, "modify", "jid-malformed"); left out': GUARD,
    "if (!isAccount(account)) never": GUARD,
  },
  "component/muc/features/vcard/requests.ts": {
    'typeof child === "string" || left out': GUARD,
  },
  "component/muc/features/voice-requests/requests.ts": {
    "return; left out": "what says nothing of it allows nothing",
    '|| isAtLeast(affiliation, "admin") left out': "administrators are always moderators",
  },
  "component/muc/limits/presence-queue.ts": {
    "clearInterval(this.#timer); left out": "nothing waits any more that it would find",
    "wish === undefined || left out": "a copy that says the same",
  },
  "component/muc/relay/iqs.ts": {
    "asked === undefined || left out": GUARD,
    'payload.getNS() ?? "": ?? left out': GUARD,
  },
  "component/muc/room/affiliation.ts": {
    "text !== undefined && left out": GUARD,
  },
  "component/muc/room/hats.ts": {
    "departments.length > 0: > → >=": FAST,
    "if (!this.areThere) never": FAST,
    "this.#byDepartment taken for true": FAST,
  },
  "component/muc/room/occupant.ts": {
    'if (presence === "") never': FAST,
  },
  "component/muc/room/occupants.ts": {
    "this.#recipients ??= [...this.#bySession.keys()]: ??= → =": CACHE,
    "this.#byAccount.get(text)?.filter((other) => other !== occupant) ?? []: ?? left out": GUARD,
    "made ??= id(): ??= → =": CACHE,
    "if (occupant.presence !== session.presence) always": CACHE,
    "this.#parsed.size >= MOST_PARSED: >= → >": ONE_MORE,
    "this.#parsed.clear(); left out": "a bound of memory, that is kept by forgetting",
    "if (this.#parsed.size >= MOST_PARSED) never": "a bound of memory, that is kept by forgetting",
    "if (this.#parsed.size >= MOST_PARSED) always": CACHE,
  },
  "component/muc/room/room.ts": {
    "return; left out": "there is no row to take away, nor a session to change",
    "if (known === undefined) never": "there is no row to take away",
    'known?.affiliation ?? "none": ?? left out': "whoever isn't listed is no member either",
    'this.roster.get(jid)?.affiliation ?? "none": ?? left out': "whoever isn't listed is no member either",
    "account !== undefined && left out": GUARD,
    "&& this.roster.get(account.text) !== undefined left out": "there is no row to note it in",
    "if (account !== undefined && this.roster.get(account.text) !== undefined) always":
      "there is no row to note it in",
    "if (session === undefined) never": GUARD,
    "session === undefined || left out": GUARD,
    '|| role === "none" left out': GUARD,
    'throw new Error("nobody is inside without a role"); left out': GUARD,
    'if (session === undefined || role === "none") never': GUARD,
    "subject === undefined taken for false": "nothing is nothing in JSON, too",
  },
  "component/muc/room/room-view.ts": {
    "continue; left out": GUARD,
    "if (session === undefined) never": GUARD,
    "looks === nick.key taken for false": FAST,
    "if (this.absent === undefined) always": CACHE,
    "member !== undefined && left out": GUARD,
  },
  "component/muc/rooms.ts": {
    "true → false": "it is set before anybody looks for a room",
    "this.#sweeper.unref(); left out": "only how long a process lives that has nothing else to do",
    "|| room.isGone left out": "what is set there asks it, too",
    "if (this.#loaded.get(jid.local)?.isGone === true) always": FAST,
  },
  "component/muc/wire/capabilities.ts": {
    'attrs.var ?? "": ?? left out': GUARD,
    'field.attrs.var ?? "": ?? left out': GUARD,
  },
  "component/muc/wire/lists.ts": {
    "ids.length === 0 taken for false": "a page without items has no first one to give a number to",
  },
  "component/muc/wire/payload.ts": {
    'if (typeof child === "string") always': GUARD,
    "throw error; left out": GUARD,
    "if (!(error instanceof RebuildFault || error instanceof NamespaceFault)) never": GUARD,
  },
  "component/muc/wire/result-set.ts": {
    'text("before") ?? "": ?? left out': GUARD,
  },
  "component/muc/wire/text.ts": {
    "text.length <= most: <= → <": FAST,
    "text.length <= most taken for false": FAST,
  },
};
