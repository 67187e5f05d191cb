/** The calls of the outbox as a state machine: what is asked for, and by which stanzas it is known. */
import { randomBytes } from "node:crypto";
import { asStored, type WireText } from "../../../component/xml/wire-text.js";
import type { NewRow } from "../../../storage/outbox-row.js";
import { COPIED, copyOf } from "../../support/on-wire.js";
import { message, withOrigin } from "../../support/sender.js";
import { INSIDE, ROOM } from "./world-server.js";

/**
 * - `copied`: its sender's own sessions get it, too
 * - `many`: a user's, to three
 * - `room`: a room's, to six of those inside, one of them at a server elsewhere
 * - `room, poison`: the same; the server closes the stream over one of its receivers
 * - `aside`: a room's, to one of those inside
 */
export type Kind =
  "plain" | "poison" | "copied" | "copied, poison" | "expiring" | "many" | "room" | "room, poison" | "aside";

export interface Call {
  readonly kinds: readonly Kind[];
  /** Whether its repetition can be known. */
  readonly isKnowable: boolean;
}

/** One stanza that somebody asked the outbox to send. */
export interface Wanted {
  readonly id: string;
  /** Sender and receiver: between them there is an order. */
  readonly pair: string;
  readonly isPoison: boolean;
  readonly expiresAt: number | undefined;
  /** Which of the calls asked for it. */
  readonly call: number;
  state: "asked" | "accepted" | "refused";
}

export interface Made {
  readonly rows: readonly NewRow<WireText>[];
  readonly wanted: readonly Wanted[];
  readonly acceptedAt: number;
}

/**
 * @param number the call's
 * @param count numbers its stanzas, unlike those of all others
 */
export function makeCall(call: Call, acceptedAt: number, number: number, count: () => number): Made {
  const wanted: Wanted[] = [];
  const rows = call.kinds.map((kind): NewRow<WireText> => {
    const fingerprint = call.isKnowable ? { fingerprint: randomBytes(16) } : {};
    // Notifications have no ids of their callers' to be known by.
    const expiresAt = kind === "expiring" && !call.isKnowable ? acceptedAt + 60_000 : undefined;
    const isPoison = kind === "poison";
    const want = (id: string, pair = "plain", isBad = isPoison): number =>
      wanted.push({ id, pair, isPoison: isBad, expiresAt, call: number, state: "asked" });
    const one = count();
    if (kind === "many") {
      const recipients = ["x@h", "y@h", "z@h"];
      for (const to of recipients) want(`many${one} to ${to}`, `a to ${to}`);
      const stanza = asStored(`<message from="a@h" id="many${one}"><body>hello</body></message>`);
      return withOrigin({ stanza, recipients, acceptedAt, ...fingerprint });
    }
    if (kind === "room" || kind === "room, poison") {
      for (const to of INSIDE) {
        want(`many${one} to ${to}`, `room to ${to}`, kind === "room, poison" && to === INSIDE[2]);
      }
      const stanza = asStored(`<message from="${ROOM}/nick" id="many${one}"><body>hello</body></message>`);
      return withOrigin({ stanza, recipients: INSIDE, acceptedAt, ...fingerprint });
    }
    if (kind === "aside") {
      const to = INSIDE[1] ?? "";
      want(`m${one}`, `room to ${to}`);
      return message(`m${one}`, { from: `${ROOM}/other`, to, acceptedAt, ...fingerprint });
    }
    if (kind === "copied" || kind === "copied, poison") {
      const id = `${COPIED}${one}`;
      want(id, "plain", kind !== "copied");
      want(copyOf(id), "copies", kind !== "copied");
      return message(id, { acceptedAt, ...fingerprint, isCopied: true });
    }
    want(`m${one}`);
    return message(`m${one}`, { acceptedAt, ...fingerprint, ...(expiresAt && { expiresAt }) });
  });
  return { rows, wanted, acceptedAt };
}
