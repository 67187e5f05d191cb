/** Ids that others can rely on: occupant-id (XEP-0421) and stanza-id (XEP-0359). */
import { createHmac } from "node:crypto";
import type { BareJid, Jid } from "../../address.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { MUC } from "../wire/ns.js";

/** The same for all of an account's nicknames in a room, and different in every room. */
export function occupantIdOf(secret: Buffer, account: BareJid): string {
  return createHmac("sha256", secret).update(account.text).digest("base64url");
}

export function occupantId(id: string): Element {
  return xml("occupant-id", { xmlns: MUC.occupantId, id });
}

/**
 * The stanza-id of a message that is kept is its number in the archive. One that isn't kept gets a number with "e"
 * behind it: a place in the archive, from which its reader can go on.
 */
export function stanzaId(room: Jid, id: number, kept: boolean): Element {
  return xml("stanza-id", { xmlns: NS.sid, by: room.text, id: kept ? String(id) : `${id}e` });
}

/** Numbers what happens in rooms, in microseconds since 1970: each number is higher than all before it. */
export class StanzaIds {
  /** @param last the highest number that was given out before */
  constructor(private last: number) {}

  /** @param count how many are taken; they follow one another from the one given */
  next(count = 1): number {
    const first = Math.max(this.last + 1, Date.now() * 1000);
    this.last = first + count - 1;
    return first;
  }
}
