/** Rows as they come from the database, for tests that need no database. */
import type { OutboxRow } from "../../../component/outbox/origin.js";
import { asStored } from "../../../component/xml/wire-text.js";

/** A message from alice to bob, if nothing else is said. */
export function row(seq: number, more: Partial<OutboxRow> = {}): OutboxRow {
  return {
    ...{ seq, acceptedAt: 0, expiresAt: undefined, stanzas: 1, done: 0, kind: "message" },
    stanza: asStored(`<message from="alice@h" to="bob@h" id="m${seq}"/>`),
    ...{ recipients: undefined, receiver: "bob@h", sender: "alice@h", call: undefined, way: undefined },
    isCopied: false,
    ...more,
  };
}
