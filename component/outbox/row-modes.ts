/** How users' stanzas are sent: `privileged` (XEP-0356) or `direct`, as component/privilege detects for each host. */
import type { SendMode } from "../../storage/outbox-row.js";
import type { SendingRights } from "../privilege/sending-rights.js";
import type { OutboxRow } from "./row-stanzas.js";

/** The part of the sending rights that the outbox uses. */
export type SendModes = Pick<SendingRights, "of" | "begin" | "end" | "forbidden" | "onChange">;

/**
 * Determines the send mode of each row, in the order of writing. A notification may have two rows, one for each mode.
 * The second gets the mode of the first, even if the host's mode has changed since, so that exactly one is sent.
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
