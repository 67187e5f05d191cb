/** A client that keeps all text it receives, so that tests can compare the exact stanzas of different servers. */
import { once } from "node:events";
import type { Socket } from "node:net";
import { PATIENCE_MS } from "../../scripts/lab/inbox.js";
import type { Account } from "../../scripts/lab/options.js";
import { rawLogin } from "../../scripts/lab/raw.js";

export class RawClient {
  #text = "";

  private constructor(
    readonly jid: string,
    readonly socket: Socket,
  ) {
    socket.on("data", (text: string) => (this.#text += text));
  }

  /** Logs a user in and sends initial presence. */
  static async login(port: number, account: Required<Account>, resource: string): Promise<RawClient> {
    const jid = `${account.username}@${account.host}/${resource}`;
    return new RawClient(jid, await rawLogin(port, account, { resource }));
  }

  /** Sends text, and waits until `end` is received. @returns all text received since the last call */
  async asks(text: string, end: string): Promise<string> {
    this.socket.write(text);
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    while (!this.#text.includes(end)) await once(this.socket, "data", { signal: deadline });
    const came = this.#text;
    this.#text = "";
    return came;
  }

  close(): void {
    this.socket.destroy();
  }
}
