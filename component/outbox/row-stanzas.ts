/** A row taken apart: its stanzas as they are written, each by its place in the row. */
import type { Row } from "../../storage/outbox-row.js";

import { carbonOf } from "../composing/carbon.js";
import { NS, xml } from "../xml/builder.js";
import {
  addressable,
  addressed,
  separate,
  together,
  withLastChild,
  type Addressable,
} from "../xml/splice.js";
import { inOneWrite, type WireText } from "../xml/wire-text.js";
import type { OutboxRow } from "./origin.js";

/** A message written later than this after it was accepted says so (XEP-0203); milliseconds. */
const LATE_MS = 5_000;

const NO_TEXT = inOneWrite([]);

export class RowStanzas {
  readonly row: OutboxRow;
  /** Whether its messages say when they were accepted. */
  readonly isLate: boolean;
  /** For many receivers: the stanza without `to`. */
  readonly parts: Addressable | undefined;
  readonly #stanzas: readonly WireText[];
  /** The receivers, where there are many. */
  readonly recipients: readonly string[];
  readonly #domain: string;

  /**
   * @param domain the component's, which says that a message is late
   * @param isLate as isLate() tells
   */
  constructor(row: OutboxRow, domain: string, isLate: boolean) {
    const { stanza, recipients } = row;
    this.row = row;
    this.isLate = isLate;
    this.#domain = domain;
    this.parts = recipients === undefined ? undefined : addressable(this.#late(stanza));
    this.recipients = recipients?.split("\n") ?? [];
    this.#stanzas =
      recipients !== undefined ? [] : row.stanzas === 1 || row.isCopied ? [stanza] : separate(stanza);
  }

  /** Whether something written now comes late; both in milliseconds since 1970. */
  static isLate({ acceptedAt }: Row, now: number): boolean {
    return now - acceptedAt > LATE_MS;
  }

  get count(): number {
    return this.parts === undefined
      ? this.#stanzas.length + Number(this.row.isCopied)
      : this.recipients.length;
  }

  /** The stanza at this place, complete. */
  at(place: number): WireText {
    const { row } = this;
    if (isCopy(row, place)) return this.#late(carbonOf(row.sender, row.stanza));
    return this.parts === undefined
      ? this.#late(this.#stanzas[place] ?? NO_TEXT)
      : addressed(this.parts, this.recipients[place] ?? "");
  }

  /** Only messages carry a delay: a presence says what is so now. */
  #late(stanza: WireText): WireText {
    if (!this.isLate || this.row.kind !== "message") return stanza;
    const stamp = new Date(this.row.acceptedAt).toISOString();
    return withLastChild(stanza, xml("delay", { xmlns: NS.delay, from: this.#domain, stamp }));
  }
}

/** The stanzas of a row that has no recipients. */
function stanzasOf({ stanza, isCopied, sender = "" }: Row<WireText>): WireText[] {
  return isCopied ? [stanza, carbonOf(sender, stanza)] : separate(stanza);
}

/** Whether what lies at this place of a row is the sender's copy, made of the stanza before. */
export function isCopy({ isCopied, stanzas }: Row, place: number): boolean {
  return isCopied && place === stanzas - 1;
}

/** The row with these of its stanzas, or receivers, alone; undefined where none is left that isn't routed. */
export function withOnly<R extends Row<WireText>>(row: R, isKept: (place: number) => boolean): R | undefined {
  const stays = (_: string, place: number): boolean => place < row.done || isKept(place);
  if (row.recipients === undefined) {
    const stanzas = stanzasOf(row);
    const kept = stanzas.filter(stays);
    if (kept.length <= row.done) return undefined;
    if (kept.length === stanzas.length) return row;
    const left = { ...row, stanza: together(kept), stanzas: kept.length, isCopied: false };
    const isCopyLeft = row.isCopied && kept[0] !== row.stanza;
    return isCopyLeft ? { ...left, receiver: row.sender, way: "plain" } : left;
  }
  const kept = row.recipients.split("\n").filter(stays);
  return kept.length <= row.done ? undefined : { ...row, recipients: kept.join("\n"), stanzas: kept.length };
}
