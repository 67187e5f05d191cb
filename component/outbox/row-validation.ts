/**
 * Rows that come back from the disk aren't trusted: another process wrote them. Each
 * stanza is read strictly before it is written; what no server would take is set aside, alone, and closes nothing.
 */
import type { Logger } from "winston";
import type { DeadLetters, NewLetter } from "../../storage/dead-letters.js";
import {
  bytesOf,
  isKnown,
  type KnownRow,
  type Origin,
  type Row,
  type Weight,
} from "../../storage/outbox-row.js";
import type { OutboxStore } from "../../storage/outbox-store.js";
import type { Metrics } from "../metrics.js";
import { parseXml, XmlFault } from "../xml/parse.js";
import { addressable, addressed, together } from "../xml/splice.js";
import { stanzasIn, storedStanza } from "../xml/stored.js";
import { asStored, LEFT_FREE, type WireText } from "../xml/wire-text.js";
import { originIn, type OutboxRow } from "./origin.js";
import { withOnly } from "./row-stanzas.js";

export interface RowValidationParts {
  readonly deadLetters: DeadLetters;
  readonly store: OutboxStore;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The most bytes of a stanza on the wire. */
  readonly stanzaBytes: number;
}

/** What is wrong with a stanza at this place of its row. */
interface Fault {
  readonly place: number;
  readonly stanza: string;
  readonly reason: string;
}

interface Validated {
  readonly origin: Origin | undefined;
  readonly faults: readonly Fault[];
  /** The row, with its stanzas told apart. */
  readonly row: Row<WireText>;
}

export class RowValidation {
  readonly #parts: RowValidationParts;
  readonly #onFreed: (weight: Weight) => void;
  /** Rows from here on were accepted by this process, and checked then, where they say what they hold. */
  readonly #ours: number;
  /** Rows before this one were validated. */
  #validatedEnd = 0;

  /** @param onFreed told what the outbox gets rid of */
  constructor(parts: RowValidationParts, onFreed: (weight: Weight) => void) {
    this.#parts = parts;
    this.#onFreed = onFreed;
    this.#ours = parts.store.next();
  }

  /**
   * @param rows as they were read, in order
   * @returns those of which something is left
   * @throws where the disk doesn't take what has to be changed; nothing was changed then
   */
  validate(rows: readonly Row[]): OutboxRow[] {
    const valid: OutboxRow[] = [];
    const letters: NewLetter[] = [];
    const changed: OutboxRow[] = [];
    const removed: number[] = [];
    let [stanzas, bytes] = [0, 0];
    for (const row of rows) {
      if (isComplete(row) && (row.seq >= this.#ours || row.seq < this.#validatedEnd)) {
        valid.push({ ...row, stanza: asStored(row.stanza) });
        continue;
      }
      const { origin, faults, row: told } = this.#validateRow(row);
      for (const { stanza, reason } of faults)
        letters.push({ seq: row.seq, acceptedAt: row.acceptedAt, diedAt: Date.now(), stanza, reason });
      const bad = new Set(faults.map(({ place }) => place));
      const left = withOnly(told, (place) => !bad.has(row.isCopied ? 0 : place));
      const known = origin === undefined || left === undefined ? undefined : { ...left, ...origin };
      if (known === undefined) removed.push(row.seq);
      else valid.push(known);
      if (known !== undefined && (bad.size > 0 || !isComplete(row))) changed.push(known);
      stanzas += row.stanzas - (known?.stanzas ?? row.done);
      bytes += bytesOf(row) - (known === undefined ? 0 : bytesOf(known));
    }
    this.#change(letters, changed, removed);
    if (stanzas !== 0 || bytes !== 0) this.#onFreed({ stanzas, bytes });
    this.#validatedEnd = Math.max(this.#validatedEnd, (rows.at(-1)?.seq ?? 0) + 1);
    return valid;
  }

  #change(letters: readonly NewLetter[], changed: readonly OutboxRow[], removed: readonly number[]): void {
    if (letters.length + changed.length + removed.length === 0) return;
    const { log, metrics, store } = this.#parts;
    this.#parts.deadLetters.add(letters, () => {
      store.replace(changed);
      store.remove(removed);
    });
    const [first] = letters;
    if (first === undefined) return;
    metrics.deadLetters.inc(letters.length);
    const what = letters.length === 1 ? "A stanza" : `${letters.length} stanzas`;
    log.error(
      `${what} of the queue can't be written (${first.reason}). Set aside without a try; see "qtalk-component outbox list".`,
    );
  }

  #validateRow(row: Row): Validated {
    const { recipients } = row;
    return recipients === undefined ? this.#validateStanzas(row) : this.#validateRecipients(row, recipients);
  }

  #validateStanzas(row: Row): Validated {
    const faults: Fault[] = [];
    let origin = knownOrigin(row);
    const stanzas = stanzasIn(row.stanza).map((stanza, place) => {
      // What is routed may still have to be copied.
      if (place < row.done && !row.isCopied) return asStored(stanza);
      const read = storedStanza(stanza, this.#mostOf(stanza));
      const found = typeof read === "string" ? (origin ?? originOfText(read)) : read;
      if (found instanceof Error) {
        faults.push({ place, stanza, reason: reasonOf(found) });
        return asStored(stanza);
      }
      origin ??= found;
      return typeof read === "string" ? read : asStored(stanza);
    });
    const count = stanzas.length + Number(row.isCopied);
    return { origin, faults, row: { ...row, stanza: together(stanzas), stanzas: count } };
  }

  /** The stanza is read once; of the receivers only their addresses differ. */
  #validateRecipients(row: Row, recipients: string): Validated {
    const most = this.#mostOf(row.stanza);
    const whole = storedStanza(row.stanza, most);
    const template = typeof whole === "string" ? whole : asStored(row.stanza);
    const origin = typeof whole === "string" ? (knownOrigin(row) ?? originOfText(whole)) : whole;
    const parts = addressable(template);
    const bytes = Buffer.byteLength(template);
    const faults: Fault[] = [];
    recipients.split("\n").forEach((to, place) => {
      if (place < row.done) return;
      const stanza = addressed(parts, to);
      const isDoubtful = !PLAIN.test(to) || bytes + to.length > most - AROUND;
      const read = origin instanceof Error || !isDoubtful ? origin : storedStanza(stanza, most);
      if (read instanceof Error) faults.push({ place, stanza, reason: reasonOf(read) });
    });
    return {
      origin: origin instanceof Error ? undefined : origin,
      faults,
      row: { ...row, stanza: template },
    };
  }

  /** The bytes that a stanza may have: a message of some age gets a delay, and perhaps an envelope (XEP-0356). */
  #mostOf(stanza: string): number {
    const { stanzaBytes } = this.#parts;
    return stanza.startsWith("<message") ? stanzaBytes - LEFT_FREE.complete : stanzaBytes;
  }
}

/** An address that needs no second look. */
const PLAIN = /^[\x21-\x7e]+$/;
/** What stands around an address. */
const AROUND = 32;

function reasonOf({ message }: Error): string {
  return `not written: ${message}`;
}

/** Whether it says all that there is to be known: an earlier version's rows don't. */
function isComplete(row: Row): row is KnownRow {
  return isKnown(row) && (row.recipients !== undefined || row.receiver !== undefined);
}

function knownOrigin(row: Row): Origin | undefined {
  return isComplete(row) ? { kind: row.kind, sender: row.sender, receiver: row.receiver } : undefined;
}

function originOfText(stanza: WireText): Origin | Error {
  const element = parseXml(stanza);
  return (element instanceof XmlFault ? undefined : originIn(element)) ?? new Error("it is no stanza");
}
