/** How users' stanzas are sent: `privileged` (XEP-0356) or `direct`, as component/privilege detects for each host. */
import type { Origin, SendMode } from "../../storage/outbox-row.js";
import type { Refusal } from "../refusal.js";
import type { StreamEnd } from "../link/stream-end.js";
import type { OutboxRow } from "./row-stanzas.js";

export interface SendModes {
  /** Returns the mode for a stanza of this kind and sender; "none" if the sender's host allows no mode now. */
  of(kind: Origin["kind"], sender: string): SendMode | "none";
  /** Detects the modes on a new stream. @param onKnown called when the modes are known, unless the stream ends first */
  begin(onKnown: () => void): void;
  end(closed: StreamEnd): void;
  /** Notes that the host refused a privileged message. */
  forbidden(host: string): void;
  onChange(listener: () => void): void;
}

/** Decides which calls in users' names are taken. */
export interface SenderPolicy {
  /** Returns a refusal if nothing is ever sent in this sender's name. */
  refuse(sender: string): Refusal | undefined;
}

/**
 * Determines the send mode of each row, in the order of writing. A sender's copy of a message is meant for direct mode
 * only, because the server itself copies a privileged message. It gets the mode of the preceding row of its call and
 * sender, even if the host's mode has changed since, so that a message is copied exactly once.
 */
export class RowModes {
  #last: { readonly call: number; readonly sender: string; readonly mode: SendMode } | undefined;

  constructor(private readonly modes: SendModes) {}

  /** Returns a row's mode; "omitted" if the row is meant for the other mode; "none" if its host allows no mode now. */
  of({ kind, sender, call, mode: only }: OutboxRow): SendMode | "none" | "omitted" {
    const last = this.#last?.call === call && this.#last.sender === sender ? this.#last : undefined;
    const mode =
      only === undefined ? this.modes.of(kind, sender) : (last?.mode ?? this.modes.of("message", sender));
    if (mode === "none") return mode;
    if (last?.mode !== mode) this.#last = { call, sender, mode };
    return only === undefined || only === mode ? mode : "omitted";
  }

  /** Forgets the mode of the last row, because rows are written again, perhaps in another mode. */
  forget(): void {
    this.#last = undefined;
  }
}
