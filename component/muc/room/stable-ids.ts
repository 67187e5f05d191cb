/** Stable ids: occupant-id (XEP-0421) and stanza-id (XEP-0359). */
import { createHmac } from "node:crypto";
import type { BareJid, Jid } from "../../address.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { MUC } from "../wire/ns.js";

/** An account's occupant-id: the same for all its nicknames in a room, different in every room. */
export function occupantIdOf(secret: Buffer, account: BareJid): string {
  return createHmac("sha256", secret).update(account.text).digest("base64url");
}

export function occupantId(id: string): Element {
  return xml("occupant-id", { xmlns: MUC.occupantId, id });
}

/**
 * The stanza-id of a message: its number in the archive. A message that isn't kept gets a number followed by "e", a
 * position in the archive from which a client can continue to read.
 */
export function stanzaId(room: Jid, id: number, kept: boolean): Element {
  return xml("stanza-id", { xmlns: NS.sid, by: room.text, id: kept ? String(id) : `${id}e` });
}

/** Parses a stanza-id of a room. */
export function parseStanzaId(text: string): { readonly number: number; readonly kept: boolean } | undefined {
  const [, number, mark] = /^(\d{1,16})(e?)$/.exec(text) ?? [];
  return number === undefined ? undefined : { number: Number(number), kept: mark === "" };
}

/** Generates stanza-ids: microseconds since 1970, each higher than all before it. */
export class StanzaIds {
  /** @param last the highest number used so far */
  constructor(private last: number) {}

  /** Reserves `count` consecutive numbers. @returns the first of them */
  next(count = 1): number {
    const first = Math.max(this.last + 1, Date.now() * 1000);
    this.last = first + count - 1;
    return first;
  }
}
