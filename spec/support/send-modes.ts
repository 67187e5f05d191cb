/** Send modes for tests. */
import type { Origin, SendMode } from "../../storage/outbox-row.js";
import type { SendModes } from "../../component/outbox/dependencies.js";
import type { SendingRights } from "../../component/privilege/sending-rights.js";
import type { Element } from "../../component/xml/builder.js";

/** Send modes that send all stanzas directly. */
export const DIRECT: SendModes & Pick<SendingRights, "refuse"> = {
  of: () => "direct",
  refuse: () => undefined,
  begin: (onKnown) => onKnown(),
  end: () => undefined,
  forbidden: () => undefined,
  onChange: () => undefined,
};

/**
 * The send modes that a fake server permits. Unlike the component's own code, this class learns them only from the
 * server's notifications, without waiting and probing.
 */
export class LearnedModes implements SendModes {
  readonly #permitting = new Set<string>();
  readonly #listeners: (() => void)[] = [];

  /**
   * @param domain the component's domain, whose own stanzas are always sent directly
   * @param isDirect whether users' stanzas may be sent directly, too
   */
  constructor(
    readonly domain: string,
    readonly isDirect: boolean,
  ) {}

  of(kind: Origin["kind"], sender: string): SendMode | "none" {
    const host = sender.slice(sender.indexOf("@") + 1);
    if (host === this.domain) return "direct";
    if (kind === "message" && this.#permitting.has(host)) return "privileged";
    return this.isDirect ? "direct" : "none";
  }

  begin(onKnown: () => void): void {
    onKnown();
  }

  end(): void {
    this.#permitting.clear();
  }

  forbidden(host: string): void {
    if (this.#permitting.delete(host)) this.#notify();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Processes the server's notifications about permissions. @returns false for every other stanza */
  consume({ attrs }: Element): boolean {
    const { id, from = "" } = attrs;
    if (id !== "yes" && id !== "no") return false;
    if (id === "yes") this.#permitting.add(from);
    else this.#permitting.delete(from);
    this.#notify();
    return true;
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
