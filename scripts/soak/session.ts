/** A user's client for the soak: it logs in like any other, and reports all messages that its session is sent. */
import type { Account } from "../lab/options.js";
import { find, type Node } from "../lab/stanza-reader.js";
import { StrictStream } from "../lab/strict-stream.js";

const CARBONS = "<iq type='set' id='carbons'><enable xmlns='urn:xmpp:carbons:2'/></iq>";

/** The name of a sender's own copy of this message. */
export function copyOf(id: string): string {
  return `copy of ${id}`;
}

export class Session {
  #stream: StrictStream | undefined;

  /** @param onMessage receives the id of each message that arrived in whole; of a copy (XEP-0280), its name */
  constructor(
    readonly port: number,
    readonly account: Required<Account>,
    readonly onMessage: (id: string) => void,
  ) {}

  /** Logs in anew; resolves when the server has made the session available: messages come to it from then on. */
  async login(): Promise<void> {
    this.close();
    const events = {
      stanza: (stanza: Node): void => {
        if (stanza.name !== "message" || stanza.attrs.type === "error") return;
        const copied = find(stanza, "message");
        this.onMessage(copied === undefined ? (stanza.attrs.id ?? "") : copyOf(copied.attrs.id ?? ""));
      },
      closed: () => undefined,
    };
    this.#stream = await StrictStream.user(this.port, this.account, events, CARBONS);
  }

  close(): void {
    this.#stream?.close();
  }
}
