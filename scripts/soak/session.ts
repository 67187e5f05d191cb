/** A user's client for the soak test, which reports all messages that it receives. */
import type { Account } from "../lab/options.js";
import { find } from "../lab/stanza-reader.js";
import { StrictStream, type StreamEvents } from "../lab/strict-stream.js";

const CARBONS = "<iq type='set' id='carbons'><enable xmlns='urn:xmpp:carbons:2'/></iq>";

/** Returns the name under which the sender's own copy of a message is recorded. @param id the message's id */
export function copyOf(id: string): string {
  return `copy of ${id}`;
}

export class Session {
  #stream: StrictStream | undefined;

  /** @param onMessage called with the id of each message, or the name of a sender's copy (XEP-0280) */
  constructor(
    readonly port: number,
    readonly account: Required<Account>,
    readonly onMessage: (id: string) => void,
  ) {}

  /** Logs in again, and waits until the server sends messages to the session. */
  async login(): Promise<void> {
    this.close();
    const events: StreamEvents = {
      stanza: (stanza) => {
        if (stanza.name !== "message" || stanza.attrs.type === "error") return;
        const copied = find(stanza, "message");
        this.onMessage(copied === undefined ? (stanza.attrs.id ?? "") : copyOf(copied.attrs.id ?? ""));
      },
      closed: () => undefined,
    };
    this.#stream = await StrictStream.user(this.port, this.account, events);
    await this.#stream.appear(CARBONS);
  }

  close(): void {
    this.#stream?.close();
  }
}
