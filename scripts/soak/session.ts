/** A user's client for the soak: it logs in like any other, and reads all that its session is sent at once. */
import type { Socket } from "node:net";
import type { Account } from "../lab/options.js";
import { rawLogin } from "../lab/raw.js";
import { find, streamReader } from "../lab/stanza-reader.js";

const CARBONS = "<iq type='set' id='carbons'><enable xmlns='urn:xmpp:carbons:2'/></iq>";
const HEADER = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

/** What a sender's copy of this message is called. */
export function copyOf(id: string): string {
  return `copy of ${id}`;
}

export class Session {
  #socket: Socket | undefined;

  /** @param onMessage told the id of each message that came in whole; of a copy (XEP-0280), as copyOf() tells */
  constructor(
    readonly port: number,
    readonly account: Required<Account>,
    readonly onMessage: (id: string) => void,
  ) {}

  /** Logs in anew; resolves when the server has made the session available: messages come to it from then on. */
  async login(): Promise<void> {
    this.close();
    const reader = streamReader({
      open: () => undefined,
      end: () => undefined,
      element: (stanza) => {
        if (stanza.name !== "message" || stanza.attrs.type === "error") return;
        const copied = find(stanza, "message");
        this.onMessage(copied === undefined ? (stanza.attrs.id ?? "") : copyOf(copied.attrs.id ?? ""));
      },
    });
    reader.write(HEADER);
    const onText = (text: string): void => reader.write(text);
    const login = { resource: "soak", first: CARBONS, onText };
    this.#socket = await rawLogin(this.port, this.account, login);
    // A killed server ends it.
    this.#socket.on("error", () => undefined);
  }

  close(): void {
    this.#socket?.destroy();
  }
}
