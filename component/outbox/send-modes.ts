/** The send modes of users' stanzas; component/privilege detects them for each host. */
import type { Origin, SendMode } from "../../storage/outbox-row.js";
import type { StreamEnd } from "../link/stream-end.js";
import type { OutboxRow } from "./row-stanzas.js";

export interface SendModes {
  /** The mode for a stanza of this kind and sender; "none": its host allows no mode now. */
  of(kind: Origin["kind"], sender: string): SendMode | "none";
  /** Detects the modes on a new stream; calls `onKnown` once, unless the stream ends first. */
  begin(onKnown: () => void): void;
  /** The stream is down. */
  end(closed: StreamEnd): void;
  /** The host refused a privileged message. */
  forbidden(host: string): void;
  /** Calls this on each change while a stream is up. */
  onChange(listener: () => void): void;
}

/** All stanzas are sent directly. */
export const DIRECT: SendModes = {
  of: () => "direct",
  begin: (onKnown) => onKnown(),
  end: () => undefined,
  forbidden: () => undefined,
  onChange: () => undefined,
};

/**
 * The mode of each row, in the order of writing. A row for one mode only (the sender's copy, which the server makes itself
 * of a privileged message) has the mode of the row before it of the same call and sender, even if the host's mode has
 * changed meanwhile: a message is copied once.
 */
export class RowModes {
  #last: { readonly call: number; readonly sender: string; readonly mode: SendMode } | undefined;

  constructor(private readonly modes: SendModes) {}

  /** @returns "omitted" if the row is for the other mode */
  of({ kind, sender, call, mode: only }: OutboxRow): SendMode | "none" | "omitted" {
    const last = this.#last?.call === call && this.#last.sender === sender ? this.#last : undefined;
    const mode =
      only === undefined ? this.modes.of(kind, sender) : (last?.mode ?? this.modes.of("message", sender));
    if (mode === "none") return mode;
    if (last?.mode !== mode) this.#last = { call, sender, mode };
    return only === undefined || only === mode ? mode : "omitted";
  }

  /** Rows are written again, perhaps in another mode. */
  forget(): void {
    this.#last = undefined;
  }
}
