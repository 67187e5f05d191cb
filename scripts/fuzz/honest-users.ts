/** The honest users. All their messages must arrive, from HTTP requests and from clients. */
import { randomUUID } from "node:crypto";
import { xml } from "../../component/xml/builder.js";
import { Client } from "../lab/client.js";
import type { ComponentProcess } from "../lab/component-process.js";
import type { Server } from "../lab/private-server.js";
import { HALL, HOST, MUC, SEEN, type Seen } from "./case.js";

export const HONEST = ["honest-ann", "honest-ben"] as const;

export class HonestUsers {
  private constructor(
    private readonly ann: Client,
    private readonly ben: Client,
    private readonly seen: Seen,
  ) {}

  static async login(server: Server, seen: Seen): Promise<HonestUsers> {
    const logIn = async (username: string): Promise<Client> => {
      const account = { username, host: HOST, password: "secret" };
      await server.addAccounts(account);
      const client = await Client.login({ ...account, port: server.clientPort });
      await client.appear();
      return client;
    };
    return new HonestUsers(await logIn(HONEST[0]), await logIn(HONEST[1]), seen);
  }

  async enter(): Promise<void> {
    for (const client of [this.ann, this.ben]) {
      const to = `${HALL}/${client.username}`;
      await client.send(
        xml("presence", { to }, xml("x", { xmlns: MUC }, xml("history", { maxstanzas: "0" }))),
      );
      await client.next((stanza) => stanza.is("presence") && stanza.attrs.from === to);
    }
  }

  /** Sends messages in every possible way. @returns refused requests and messages that did not arrive */
  async talk(component: ComponentProcess): Promise<readonly string[]> {
    const { ann, ben } = this;
    const mark = randomUUID();
    const [hall = "", domain = ""] = HALL.split("@");
    const began = performance.now();
    const call = async (from: Client, User: string, Body: string, more: object) => {
      const message = { From: from.username, To: [{ User }], Body, Msg_Type: "1", Host: HOST, Domain: HOST };
      const answer = await component
        .post("send_message", { ...message, ...more })
        .then((response) => response.text(), String);
      return answer.startsWith('{"ret":true') ? [] : [`an honest call was answered ${answer}`];
    };
    const arrival = async (client: Client, text: string) =>
      client
        .next((stanza) => stanza.getChildText("body") === text && stanza.attrs.type !== "error")
        .then(
          () => [],
          (error: unknown) => [`did not arrive: ${client.username} ${text}: ${String(error)}`],
        );
    await ann.send(
      xml("message", { to: HALL, type: "groupchat", id: mark }, xml("body", {}, `said ${mark}`)),
    );
    const faults = await Promise.all([
      call(ann, ben.username, `call ${mark}`, { Type: "chat" }),
      call(ben, hall, `hall ${mark}`, { Type: "groupchat", Domain: domain }),
      arrival(ben, `call ${mark}`),
      ...[ann, ben].flatMap((client) => [arrival(client, `hall ${mark}`), arrival(client, `said ${mark}`)]),
    ]);
    this.seen.highest(SEEN.slowest, performance.now() - began);
    return faults.flat();
  }

  leave(): void {
    this.ann.cut();
    this.ben.cut();
  }
}
