/** Stable ids: occupant-id (XEP-0421) and stanza-id (XEP-0359). */
import { createHmac } from "node:crypto";
import type { BareJid, Jid } from "../../addresses/address.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { MUC } from "../wire/ns.js";

/** Returns an account's occupant-id: one for all nicknames, but another in each room. @param secret the room's key */
export function occupantIdOf(secret: Buffer, account: BareJid): string {
  return createHmac("sha256", secret).update(account.text).digest("base64url");
}

export function occupantId(id: string): Element {
  return xml("occupant-id", { xmlns: MUC.occupantId, id });
}

/**
 * Builds a message's <stanza-id/>. An archived message's id is its number in the archive. Any other message's id is a
 * number and "e": a position from which clients can read on in the archive.
 * @param kept whether the message is archived
 */
export function stanzaId(room: Jid, id: number, kept: boolean): Element {
  return xml("stanza-id", { xmlns: NS.sid, by: room.text, id: kept ? String(id) : `${id}e` });
}

/** Parses a stanza-id made by stanzaId(). @returns undefined if it is malformed */
export function parseStanzaId(text: string): { readonly number: number; readonly kept: boolean } | undefined {
  const [, number, mark] = /^(\d{1,16})(e?)$/.exec(text) ?? [];
  return number === undefined ? undefined : { number: Number(number), kept: mark === "" };
}

/** How far ids may be ahead of the clock, in microseconds; the clock was set back if they are farther. */
const MAX_AHEAD = 60_000_000;

/** Returns the highest number that ids may have now. @param now milliseconds since 1970 */
export function latestId(now: number): number {
  return now * 1000 + MAX_AHEAD;
}

/** Generates the numbers of stanza-ids: microseconds since 1970, each higher than all earlier ones. */
export class StanzaIds {
  /** @param last the highest number used so far */
  constructor(private last: number) {}

  /** Whether the clock was set back. @param now milliseconds since 1970 */
  isAhead(now: number): boolean {
    return this.last > latestId(now);
  }

  /** Continues behind this number, when all higher ones were moved back (housekeeping.ts). */
  resume(last: number): void {
    this.last = last;
  }

  next(count = 1): number {
    const first = Math.max(this.last + 1, Date.now() * 1000);
    this.last = first + count - 1;
    return first;
  }
}
