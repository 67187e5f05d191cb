/** Changes in the outbox that change nothing that anybody could notice, each with the reason (equivalent.ts). */
import { CACHE, FAST, GUARD, ONE_MORE } from "./reasons.js";

export const OUTBOX: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "component/outbox/batch-writer.ts": {
    "|| !cursor.hasMore left out": FAST,
    "most <= 0: <= → <": FAST,
    "if (most <= 0) never": FAST,
    "multicastRoutes ?? STREAM_ONLY: ?? left out": "the cursor takes nothing for that",
    "if (route !== STREAM) always": "the stream's is made anew behind the others",
  },
  "component/outbox/call-history.ts": {
    "first === undefined || left out": GUARD,
    "|| last === undefined left out": GUARD,
    "clearTimeout(this.#timer); left out": "what it would note is noted before",
    "this.#timer ??= setTimeout(() => this.#note(), NOTE_MS).unref(): ??= → =":
      "the first of several notes all, and the others find nothing",
  },
  "component/outbox/cleaner.ts": {
    "this.#timer ??= setTimeout(() => this.#cleanNow(), ms).unref(): ??= → =":
      "the first of several does all, and the others find nothing",
  },
  "component/outbox/cursor.ts": {
    "this.#bufferedBytes < READ_AHEAD.bytes: < → <=": ONE_MORE,
    "read.at(-1)?.seq ?? to.seq: ?? left out": "no number is before the end, either",
    "this.#stanzas = undefined; left out": CACHE,
    "this.#position.seq === row.seq taken for true": "the cursor is at the row that it has read",
    "expiresAt !== undefined && left out": GUARD,
    "if (before?.row === row && before.isLate === isLate) never": CACHE,
  },
  "component/outbox/envelopes.ts": {
    "if (around === undefined) always": CACHE,
    "|| from === undefined left out": GUARD,
  },
  "component/outbox/in-flight-window.ts": {
    "route === undefined || left out": GUARD,
    "|| number === undefined left out": GUARD,
    "if (route === undefined || number === undefined) never": "nothing was sent by that route",
    "this.#last = 0; left out": "numbers of another stream are forgotten, and these are higher",
    "this.#acknowledged.get(route) ?? 0: ?? left out": "no number is as high, either",
  },
  "component/outbox/keep-alive.ts": {
    "this.#timer.unref(); left out": "only how long a process lives that has nothing else to do",
    "window.oldestAt ?? now: ?? left out": "what is no number isn't longer than anything, either",
  },
  "component/outbox/multicast-discovery.ts": {
    'answer.kind === "result" taken for true': "an error has no payload",
    "value !== undefined && left out": GUARD,
    'field?.getChildText("value") ?? undefined: ?? left out': GUARD,
  },
  "component/outbox/multicast-routes.ts": {
    'row.receiver ?? "": ?? left out': GUARD,
    "slice.size + size > mostBytes: > → >=": ONE_MORE,
    "left?.indexOf(one) ?? -1: ?? left out": GUARD,
  },
  "component/outbox/multicast-services.ts": {
    "++this.#connection → --": "each number is another",
    "|| from === undefined left out": GUARD,
    "this.#strikes = []; left out": "after the pause they are too old",
    "return; left out": "of no services nothing is asked",
    'typeof one !== "string" && left out': GUARD,
  },
  "component/outbox/origin.ts": {
    "slash < 0: < → <=": "an address doesn't begin with a slash",
  },
  "component/outbox/outbox.ts": {
    "this.#ticker.unref(); left out": "only how long a process lives that has nothing else to do",
    "clearTimeout(timer); left out": "only how long a process lives that has nothing else to do",
  },
  "component/outbox/pending-calls.ts": {
    "unwritten.length === 0 taken for false": FAST,
  },
  "component/outbox/poison-detection.ts": {
    "false → true": GUARD,
  },
  "component/outbox/quarantine.ts": {
    "first.seq < this.#position.seq: < → <=": "how much of a row is routed is in the row",
    "first !== undefined && left out": GUARD,
    ".filter() left out": GUARD,
    "this.#position = end; left out": FAST,
    "&& start <= place left out": "what lies before in a row was never left for it",
    "routed.end > routed.start: > → >=": "a row of which nothing is routed keeps nothing",
    "if (routed.end > routed.start) always": "a row of which nothing is routed keeps nothing",
    "running.first?.row.seq ?? 0: ?? left out": GUARD,
    "running.first?.place ?? 0: ?? left out": GUARD,
    "this.#position = { seq, done: place }; left out": FAST,
    "if (this.#position.seq === seq) never": FAST,
    "this.isEmpty || left out": "what is kept lies before the next trial, or is followed by what waits",
  },
  "component/outbox/quarantined-senders.ts": {
    "if (this.#senders.size === 0) never": FAST,
    "row.call === undefined || left out": GUARD,
    "if (row.call !== undefined) always": GUARD,
    "entry.rows ?? 0: ?? left out": GUARD,
  },
  "component/outbox/refused-stanzas.ts": {
    "&& isBefore(end, before) left out": FAST,
    "if (before !== undefined && isBefore(end, before)) always": FAST,
    "this.#left.clear(); left out": "what is left there is looked at by nobody",
  },
  "component/outbox/retention.ts": {
    "now < heardAt: < → <=": "nothing was confirmed later than it was heard last",
    "if (now < heardAt) always": "nothing was confirmed later than it was heard last",
  },
  "component/outbox/row-stanzas.ts": {
    'recipients?.split("\\n") ?? []: ?? left out': GUARD,
    "recipients !== undefined taken for false": FAST,
  },
  "component/outbox/row-validation.ts": {
    "origin === undefined || left out": "where nothing tells what a row holds, nothing of it is left",
    "stanzas !== 0 || left out": "no stanza goes without its bytes",
    "origin ??= found: ??= → =": "what is found is the same from the first stanza on",
    'typeof read === "string" taken for true': GUARD,
    "bytes + to.length > most - AROUND: > → >=": FAST,
    "origin instanceof Error || left out": FAST,
    "|| !isDoubtful left out": FAST,
    "origin instanceof Error || !isDoubtful taken for false": FAST,
    "origin instanceof Error taken for false": "nothing of the row is left then",
    "element instanceof XmlFault taken for false": GUARD,
  },
  "component/outbox/row-ways.ts": {
    "return; left out": CACHE,
    "if (last?.call === call && last?.sender === sender && last.way === way) never": CACHE,
  },
  "component/outbox/sender.ts": {
    "false → true": FAST,
    "this.#keepAlive.heard(); left out": "what is written again is waited for from when it is",
    "if (this.#writer.lastWrite === lastWrite) always": "one barrier more behind what was just written",
  },
  "component/outbox/stream-opening.ts": {
    "this.#uptime = undefined; left out": "it is told anew wherever it is asked for",
  },
  "component/outbox/trial.ts": {
    "expiresAt !== undefined && left out": GUARD,
  },
  "component/outbox/uptime-question.ts": {
    "seconds !== undefined && left out": GUARD,
  },
};
