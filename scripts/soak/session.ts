/** A user's client for the soak: it logs in over TCP like any other, and reads all that its session is sent at once. */
import { connect, type Socket } from "node:net";
import { SaxesParser, type SaxesTagPlain } from "saxes";
import type { Account } from "../lab/options.js";
import { LOOPBACK } from "../lab/ports.js";

export interface SessionOptions {
  readonly port: number;
  readonly account: Required<Account>;
  /** Told the id of each message that came in whole; of a copy of what the user sent (XEP-0280), as copyOf() tells. */
  readonly onMessage: (id: string) => void;
}

const STREAMS = "xmlns:stream='http://etherx.jabber.org/streams'";
const CARBONS = "urn:xmpp:carbons:2";
/** A server that was just killed is busy when it is back. */
const LOGIN_MS = 20_000;

/** What a sender's copy of this message is called. */
export function copyOf(id: string): string {
  return `copy of ${id}`;
}

export class Session {
  readonly #options: SessionOptions;
  #socket: Socket | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Logs in anew; resolves when the server has made the session available: messages come to it from then on. */
  login(): Promise<void> {
    const { port, account } = this.#options;
    const { username, host, password } = account;
    this.close();
    const socket = connect(port, LOOPBACK).setEncoding("utf8");
    this.#socket = socket;
    const header = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' ${STREAMS} to='${host}' version='1.0'>`;
    const secret = Buffer.from(`\0${username}\0${password}`).toString("base64");
    const steps = [
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${secret}</auth>`,
      "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>soak</resource></bind></iq>",
      `<iq type='set' id='carbons'><enable xmlns='${CARBONS}'/></iq>`,
      "<presence/>",
    ];
    return new Promise((resolve, reject) => {
      let step = 0;
      const next = (name: string): void => {
        // After the password the stream begins anew, and names its features again.
        if (name === "success") begin();
        else if (name === "failure") reject(new Error(`${username} may not log in`));
        else if (step < steps.length) socket.write(steps[step++] ?? "");
        else if (name === "presence") resolve();
      };
      let parser = this.#parser(next);
      const begin = (): void => {
        parser = this.#parser(next);
        socket.write(header);
      };
      socket.on("data", (text: string) => {
        // What is read last may end in one stream and begin in the next.
        parser.write(text);
      });
      socket.on("error", reject);
      socket.once("close", () => reject(new Error(`the server closed ${username}'s connection`)));
      setTimeout(() => reject(new Error(`${username} was not logged in in time`)), LOGIN_MS).unref();
      socket.once("connect", begin);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  /** @param onElement told the name of whatever else came in whole */
  #parser(onElement: (name: string) => void): SaxesParser<{ xmlns: false }> {
    const parser = new SaxesParser({ xmlns: false, position: false });
    let depth = 0;
    let message: string | undefined;
    parser.on("opentag", ({ name, attributes: { id = "", type } }: SaxesTagPlain) => {
      depth += 1;
      if (depth === 2) message = name === "message" && type !== "error" ? id : undefined;
      if (depth > 2 && name === "message" && message !== undefined) message = copyOf(id);
    });
    parser.on("closetag", ({ name }) => {
      depth -= 1;
      if (depth !== 1) return;
      if (name !== "message") onElement(name);
      else if (message !== undefined) this.#options.onMessage(message);
    });
    // A killed server ends its stream in the middle of a stanza.
    parser.on("error", () => this.#socket?.destroy());
    return parser;
  }
}
