/**
 * By which routes stanzas go to their receivers: all by the stream, a stanza for each, or those of rooms by multicast
 * services, too (multicast-routes.ts).
 */
import type { Origin } from "../../storage/outbox-row.js";
import { addressed, type Addressable } from "../xml/splice.js";
import type { WireText } from "../xml/wire-text.js";
import type { OutboxRow } from "./origin.js";

/** The stream itself, or the address of a multicast service. */
export type Route = string;
export const STREAM: Route = "";

/** One stanza to a multicast service. */
export interface Multicast {
  readonly service: Route;
  readonly room: string;
  /** Quoted. */
  readonly receivers: readonly string[];
}

/** What was chosen for the next of a row's recipients. */
export interface Outgoing {
  /** Stanzas for the stream. */
  readonly text: WireText;
  /** How many of the recipients they are for, from the one asked for on. */
  readonly count: number;
  readonly multicasts: readonly Multicast[];
}

/** A stanza for many, and they. */
export interface StanzaForMany {
  readonly parts: Addressable;
  readonly recipients: readonly string[];
  readonly origin: Origin;
}

/** Between whom a stanza goes. */
export type Between = Pick<OutboxRow, "sender" | "receiver">;

export interface Routes {
  /** A stanza with its own `to`; undefined: not now, but when something more is routed. */
  one(stanza: WireText, row: Between): Outgoing | undefined;
  /** A stanza for many, to the recipient at this place and perhaps to more. */
  many(stanza: StanzaForMany, at: number): Outgoing;
}

const NONE: readonly Multicast[] = [];

/** To each a stanza of its own. */
export const STREAM_ONLY: Routes = {
  one: (text) => ({ text, count: 1, multicasts: NONE }),
  many: ({ parts, recipients }, at) => ({
    text: addressed(parts, recipients[at] ?? ""),
    count: 1,
    multicasts: NONE,
  }),
};
