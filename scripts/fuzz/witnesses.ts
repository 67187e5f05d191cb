/** Honest users, between whom all must arrive whatever others send: by calls and by their own clients, alone and in a room. */
import { randomUUID } from "node:crypto";
import type { ComponentProcess } from "../lab/component-process.js";
import type { Account } from "../lab/options.js";
import type { Server } from "../lab/server.js";
import { HALL, HOST, HOSTILE_USERS, hostileName } from "./case.js";
import { roomCall } from "./rooms.js";
import { Session } from "./session.js";

/** What an honest message may take where others keep the server busy; how long it took is told. */
const ARRIVAL_MS = 120_000;
const LOOK_MS = 5;
const NAMES = ["honest-ann", "honest-ben"] as const;

export class Witnesses {
  /** Ids that came, to whichever of the two they were for. */
  readonly #came = new Set<string>();
  readonly #sessions: Session[] = [];
  #unreadable: string | undefined;
  /** The longest that something took to arrive, in milliseconds. */
  slowest = 0;

  static async login(server: Server): Promise<Witnesses> {
    const witnesses = new Witnesses();
    await server.addAccounts(...NAMES.map(accountOf));
    for (const name of NAMES) {
      const session = await Session.login(server.clientPort, accountOf(name), {
        stanza: ({ attrs, name: kind, children }) => {
          const text = children.find(({ name: child }) => child === "body")?.text ?? "";
          if (kind === "message" && attrs.type !== "error") witnesses.#came.add(`${name} ${text}`);
          if (kind === "presence" && attrs.from === `${HALL}/${name}`) witnesses.#came.add(`${name} entered`);
        },
        closed: (reason) => {
          witnesses.#unreadable = reason ?? "the server closed an honest user's stream";
        },
      });
      witnesses.#sessions.push(session);
    }
    return witnesses;
  }

  /** Makes the room in which the honest are, with half of the hostile among its members, and enters it. */
  async enter(component: ComponentProcess): Promise<void> {
    const hostile = Array.from({ length: HOSTILE_USERS / 2 }, (_, index) => hostileName(index));
    await roomCall(component, "create_muc", { room: HALL, owner: NAMES[0] });
    await roomCall(component, "add_muc_user", {
      ...{ room: HALL, owner: NAMES[0] },
      members: [NAMES[1], ...hostile],
    });
    for (const [index, session] of this.#sessions.entries()) {
      session.write(
        `<presence to='${HALL}/${NAMES[index] ?? ""}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`,
      );
    }
    await this.#within(() => NAMES.every((name) => this.#came.has(`${name} entered`)));
  }

  /** Each says something to the other, in each way there is. @returns what did not arrive */
  async talk(component: ComponentProcess): Promise<readonly string[]> {
    const [ann, ben] = NAMES;
    const mark = randomUUID();
    const calls = [
      component.post("send_message", call(ann, ben, `call ${mark}`)),
      component.post("send_message", call(ben, HALL.split("@")[0] ?? "", `hall ${mark}`, "groupchat")),
    ];
    this.#sessions[0]?.write(
      `<message to='${HALL}' type='groupchat' id='${mark}'><body>said ${mark}</body></message>`,
    );
    const refused: string[] = [];
    for (const answered of calls) {
      const answer = await answered.then((response) => response.text()).catch(String);
      if (!answer.startsWith('{"ret":true')) refused.push(`an honest call was answered ${answer}`);
    }
    const expected = [
      `${ben} call ${mark}`,
      `${ann} hall ${mark}`,
      `${ben} hall ${mark}`,
      `${ben} said ${mark}`,
    ];
    const asked = performance.now();
    await this.#within(() => expected.every((text) => this.#came.has(text)));
    this.slowest = Math.max(this.slowest, performance.now() - asked);
    const missing = expected.filter((text) => !this.#came.has(text)).map((text) => `did not arrive: ${text}`);
    for (const text of expected) this.#came.delete(text);
    return [...refused, ...missing, ...(this.#unreadable === undefined ? [] : [this.#unreadable])];
  }

  leave(): void {
    for (const session of this.#sessions) session.close();
  }

  async #within(holds: () => boolean): Promise<void> {
    const deadline = performance.now() + ARRIVAL_MS;
    while (!holds() && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

function accountOf(username: string): Required<Account> {
  return { username, host: HOST, password: "secret" };
}

function call(from: string, to: string, body: string, type = "chat"): object {
  const [, domain = HOST] = type === "groupchat" ? HALL.split("@") : [];
  return {
    From: from,
    To: [{ User: to }],
    Body: body,
    Type: type,
    Msg_Type: "1",
    Host: HOST,
    Domain: domain,
  };
}
