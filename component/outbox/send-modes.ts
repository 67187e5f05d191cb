/** In which mode users' stanzas are sent: component/privilege finds out what each host allows, and tells of changes. */
import type { Origin, SendMode } from "../../storage/outbox-row.js";
import type { StreamEnd } from "../link/stream-end.js";
import type { OutboxRow } from "./row-stanzas.js";

export interface SendModes {
  /** The mode for a stanza of this kind and sender; "none": its host allows neither now. */
  of(kind: Origin["kind"], sender: string): SendMode | "none";
  /** Finds out on a new stream what the server allows; `onKnown` is called once, unless the stream ends first. */
  begin(onKnown: () => void): void;
  /** The stream is down. */
  end(closed: StreamEnd): void;
  /** The host refused a privileged message. */
  forbidden(host: string): void;
  /** Calls this on each change while a stream is up. */
  onChange(listener: () => void): void;
}

/** Everything goes directly. */
export const DIRECT: SendModes = {
  of: () => "direct",
  begin: (onKnown) => onKnown(),
  end: () => undefined,
  forbidden: () => undefined,
  onChange: () => undefined,
};

/**
 * The mode of each row, in the order of writing. Rows for one mode alone (the sender's own copies, which a server makes
 * itself of privileged messages) follow the row before them of the same call and sender, whatever has changed in
 * between: a message is copied once.
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

  /** What was written is written again, perhaps in another mode. */
  forget(): void {
    this.#last = undefined;
  }
}
