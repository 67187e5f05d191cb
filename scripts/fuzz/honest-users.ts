/** The honest users. All their messages must arrive, from HTTP requests and from clients. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentProcess } from "../lab/component-process.js";
import type { Account } from "../lab/options.js";
import type { Server } from "../lab/server.js";
import { StrictStream } from "../lab/strict-stream.js";
import { HALL, HOST, type Seen } from "./case.js";

/** The longest time for a message to arrive while hostile users keep the server busy, in milliseconds. */
const ARRIVAL_MS = 120_000;
/** The interval of checks for messages, in milliseconds. */
const LOOK_MS = 5;
export const HONEST = ["honest-ann", "honest-ben"] as const;

export class HonestUsers {
  /** The texts that arrived, each preceded by the name of the text's receiver. */
  readonly #came = new Set<string>();
  readonly #streams: StrictStream[] = [];
  #unreadable: string | undefined;

  private constructor(private readonly seen: Seen) {}

  static async login(server: Server, seen: Seen): Promise<HonestUsers> {
    const users = new HonestUsers(seen);
    for (const name of HONEST) {
      const account: Required<Account> = { username: name, host: HOST, password: "secret" };
      await server.addAccounts(account);
      const stream = await StrictStream.user(server.clientPort, account, {
        stanza: (stanza) => {
          const { attrs, name: kind } = stanza;
          const text = stanza.getChildText("body") ?? "";
          if (kind === "message" && attrs.type !== "error") users.#came.add(`${name} ${text}`);
          if (kind === "presence" && attrs.from === `${HALL}/${name}`) users.#came.add(`${name} entered`);
        },
        closed: (reason) => {
          users.#unreadable = reason ?? "the server closed an honest user's stream";
        },
      });
      await stream.appear();
      users.#streams.push(stream);
    }
    return users;
  }

  async enter(): Promise<void> {
    for (const [index, stream] of this.#streams.entries())
      stream.write(
        `<presence to='${HALL}/${HONEST[index] ?? ""}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`,
      );
    await this.#within(() => HONEST.every((name) => this.#came.has(`${name} entered`)));
  }

  /** Sends messages in every possible way. @returns refused requests and messages that did not arrive */
  async talk(component: ComponentProcess): Promise<readonly string[]> {
    const [ann, ben] = HONEST;
    const mark = randomUUID();
    const [hall = "", domain = ""] = HALL.split("@");
    const call = async (From: string, User: string, Body: string, more: object): Promise<string> => {
      const message = { From, To: [{ User }], Body, Msg_Type: "1", Host: HOST, Domain: HOST, ...more };
      return await (await component.post("send_message", message)).text();
    };
    const asked = performance.now();
    const answers = [
      call(ann, ben, `call ${mark}`, { Type: "chat" }),
      call(ben, hall, `hall ${mark}`, { Type: "groupchat", Domain: domain }),
    ];
    this.#streams[0]?.write(
      `<message to='${HALL}' type='groupchat' id='${mark}'><body>said ${mark}</body></message>`,
    );
    const outcomes = await Promise.all(answers.map((answer) => answer.catch(String)));
    const refused = outcomes.filter((answer) => !answer.startsWith('{"ret":true'));
    const expected = [
      `${ben} call ${mark}`,
      ...[ann, ben].flatMap((to) => [`${to} hall ${mark}`, `${to} said ${mark}`]),
    ];
    await this.#within(() => expected.every((text) => this.#came.has(text)));
    this.seen.slowestMessage = Math.max(this.seen.slowestMessage, performance.now() - asked);
    const missing = expected.filter((text) => !this.#came.has(text));
    this.#came.clear();
    return [
      ...refused.map((answer) => `an honest call was answered ${answer}`),
      ...missing.map((text) => `did not arrive: ${text}`),
      ...(this.#unreadable === undefined ? [] : [this.#unreadable]),
    ];
  }

  leave(): void {
    for (const stream of this.#streams) stream.close();
  }

  /** Waits until the condition holds, for at most ARRIVAL_MS. */
  async #within(holds: () => boolean): Promise<void> {
    const deadline = performance.now() + ARRIVAL_MS;
    while (!holds() && performance.now() < deadline) await sleep(LOOK_MS);
  }
}
