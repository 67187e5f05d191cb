/**
 * The calls of the state-machine test of the outbox: the rows that a call contains, and the stanzas that must result.
 */
import { randomBytes } from "node:crypto";
import { asStored, type WireText } from "../../../component/xml/wire-text.js";
import type { NewRow } from "../../../storage/outbox-row.js";
import { COPIED, copyOf } from "../../support/on-wire.js";
import { message, withOrigin } from "../../support/sender.js";
import { OCCUPANTS, ROOM } from "./world-server.js";

/** The kinds of rows. */
export type Kind =
  | "plain" // a message from user to user
  | "rejected" // a message for which the server closes the stream
  | "copied" // a message with a copy for its sender's own sessions
  | "copied-rejected"
  | "expiring" // a message that may expire after a minute
  | "many" // a user's message to three receivers
  | "many-copied"
  | "room" // a room's message to six occupants, one of them on another server
  | "room-rejected" // the same, but the server closes the stream for one of the receivers
  | "occupant"; // a room's message to one occupant

export interface Call {
  readonly kinds: readonly Kind[];
  /** Whether the rows have fingerprints, by which the outbox recognises a repetition of the call. */
  readonly hasFingerprints: boolean;
}

/** A stanza that a call asked the outbox to send. */
export interface Wanted {
  readonly id: string;
  /** Names the sender and the receiver; the stanzas of a pair must arrive in order. */
  readonly pair: string;
  /** Whether the server closes the stream for this stanza. */
  readonly isRejected: boolean;
  /** The time of expiry, in milliseconds since 1970; undefined if the stanza doesn't expire. */
  readonly expiresAt: number | undefined;
  /** The number of the call. */
  readonly call: number;
  state: "pending" | "accepted" | "refused";
}

/** A call whose rows were made. */
export interface Made {
  readonly rows: readonly NewRow<WireText>[];
  readonly wanted: readonly Wanted[];
  readonly acceptedAt: number;
}

/**
 * Makes the rows of a call.
 * @param acceptedAt the time of the call, in milliseconds since 1970
 * @param number the call's number
 * @param count returns a new number for each stanza
 */
export function makeCall(call: Call, acceptedAt: number, number: number, count: () => number): Made {
  const wanted: Wanted[] = [];
  const rows = call.kinds.map((kind): NewRow<WireText> => {
    const fingerprint = call.hasFingerprints ? { fingerprint: randomBytes(16) } : {};
    // Only calls without fingerprints expire, as notifications do: they have no ids from callers.
    const expiresAt = kind === "expiring" && !call.hasFingerprints ? acceptedAt + 60_000 : undefined;
    const isCopied = kind.includes("copied");
    const want = (id: string, pair: string, isRejected = kind.endsWith("rejected")): number =>
      wanted.push({ id, pair, isRejected, expiresAt, call: number, state: "pending" });
    const one = count();
    const isRoom = kind.startsWith("room");
    if (isRoom || kind.startsWith("many")) {
      const id = `${isCopied ? COPIED : ""}many${one}`;
      const [from, recipients] = isRoom ? [`${ROOM}/nick`, OCCUPANTS] : ["a@h", ["x@h", "y@h", "z@h"]];
      for (const to of recipients) {
        want(`${id} to ${to}`, `${from} to ${to}`, kind === "room-rejected" && to === OCCUPANTS[2]);
        if (isCopied) want(copyOf(`${id} to ${to}`), "copies of a's");
      }
      const stanza = asStored(`<message from="${from}" id="${id}"><body>hello</body></message>`);
      return withOrigin({ stanza, recipients, acceptedAt, ...fingerprint, isCopied });
    }
    if (kind === "occupant") {
      const to = OCCUPANTS[1] ?? "";
      want(`m${one}`, `${ROOM}/nick to ${to}`);
      return message(`m${one}`, { from: `${ROOM}/other`, to, acceptedAt, ...fingerprint });
    }
    const id = `${isCopied ? COPIED : "m"}${one}`;
    want(id, "plain");
    if (isCopied) want(copyOf(id), "copies");
    return message(id, { acceptedAt, ...fingerprint, isCopied, ...(expiresAt && { expiresAt }) });
  });
  return { rows, wanted, acceptedAt };
}
