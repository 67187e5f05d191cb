/** The hostile: users with connections of their own, and a component of the server's. Every request of theirs is noted. */
import { rawComponent } from "../bench/raw.js";
import type { Account } from "../lab/options.js";
import type { Server } from "../lab/server.js";
import { streamReader, type Node } from "../lab/stanza-reader.js";
import { DOMAIN, HOST, HOSTILE_DOMAIN, HOSTILE_USERS, hostileName, type Sender } from "./case.js";
import { Session } from "./session.js";

/** A connection of the hostile, whoever it is. */
interface Connection {
  readonly jid: string;
  write(text: string): void;
  close(): void;
}

interface Answer {
  readonly type: "result" | "error";
  readonly payload: string;
}

/** Asked of their own server, to see whether it still listens to them. */
const TO_SERVER = `<iq type='get' id='{id}' to='${HOST}'><ping xmlns='urn:xmpp:ping'/></iq>`;

const ACCOUNTS: readonly Required<Account>[] = Array.from({ length: HOSTILE_USERS }, (_, index) => ({
  username: hostileName(index),
  host: HOST,
  password: "secret",
}));

export class HostileParty {
  readonly #server: Server;
  readonly #connections = new Map<Sender, Connection>();
  readonly #answers = new Map<Sender, Answer[]>();
  /** Requests that have not been answered, by id. */
  readonly #open = new Map<string, { readonly by: Sender; readonly stanza: string }>();
  #count = 0;
  /** What came to one of them and could not be read. */
  readonly unreadable: string[] = [];
  /** How often their own streams were closed. */
  closed = 0;
  /** When something last came to one of them, as performance.now() tells it. */
  heardAt = 0;

  constructor(server: Server) {
    this.#server = server;
  }

  static async gather(server: Server): Promise<HostileParty> {
    await server.addAccounts(...ACCOUNTS);
    const party = new HostileParty(server);
    await party.comeBack();
    return party;
  }

  /** Everybody asks the component, and their own server, whether it is there. */
  ask(): void {
    for (let by = 0; by < HOSTILE_USERS; by++) {
      this.send(by, `<iq type='get' id='{id}' to='${DOMAIN}'><ping xmlns='urn:xmpp:ping'/></iq>`);
      this.send(by, TO_SERVER);
    }
  }

  /** Requests that are still to be answered: the stanzas. */
  get unanswered(): readonly string[] {
    return [...this.#open.values()].map(({ stanza }) => stanza);
  }

  /** Those whose streams were closed connect again. */
  async comeBack(): Promise<void> {
    for (const [index, account] of ACCOUNTS.entries()) {
      if (this.#connections.has(index)) continue;
      const session = await Session.login(this.#server.clientPort, account, {
        stanza: (stanza) => this.#take(index, stanza),
        closed: (unreadable) => {
          if (unreadable !== undefined) this.unreadable.push(unreadable);
          this.#lose(index);
        },
      });
      this.#connections.set(index, session);
    }
    if (!this.#connections.has("component")) this.#connections.set("component", await this.#component());
  }

  send(by: Sender, stanza: string): void {
    const connection = this.#connections.get(by);
    if (connection === undefined) return;
    const id = `fuzz-${++this.#count}`;
    const text = stanza.replaceAll("{id}", id).replaceAll("{self}", connection.jid);
    if (/^<iq[^>]* type=['"][gs]et['"]/.test(stanza) && text.includes(id)) this.#open.set(id, { by, stanza });
    connection.write(text);
  }

  /**
   * Those whom their own server doesn't answer any more leave, and come back on another stream: nobody else can answer
   * what the server doesn't pass on. (A stanza of 3,000 attributes does that to its sender on Prosody 13.)
   */
  leaveWhereMute(): void {
    const mute = [...this.#open.values()].filter(({ stanza }) => stanza === TO_SERVER).map(({ by }) => by);
    for (const by of new Set(mute)) {
      this.#connections.get(by)?.close();
      this.#lose(by);
    }
  }

  /** The next request that this user gets is answered so. */
  prepare(by: Sender, answer: Answer): void {
    this.#answers.set(by, [...(this.#answers.get(by) ?? []), answer]);
  }

  /** What is open now won't be waited for any more. */
  forget(): void {
    this.#open.clear();
    this.#answers.clear();
    this.unreadable.length = 0;
  }

  leave(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  #take(by: Sender, { name, attrs }: Node): void {
    this.heardAt = performance.now();
    const { id, type, from } = attrs;
    if (name !== "iq" || id === undefined) return;
    if (type === "result" || type === "error") {
      this.#open.delete(id);
      return;
    }
    const answer = this.#answers.get(by)?.shift() ?? { type: "result", payload: "" };
    const to = from === undefined ? "" : ` to='${escaped(from)}'`;
    this.#connections
      .get(by)
      ?.write(`<iq id='${escaped(id)}'${to} type='${answer.type}'>${answer.payload}</iq>`);
  }

  #lose(by: Sender): void {
    this.closed += 1;
    this.#connections.delete(by);
    for (const [id, open] of this.#open) if (open.by === by) this.#open.delete(id);
  }

  async #component(): Promise<Connection> {
    const { port, domain, password } = this.#server.component(HOSTILE_DOMAIN);
    const socket = await rawComponent(port, domain, password);
    const reader = streamReader({
      open: () => undefined,
      element: (stanza) => this.#take("component", stanza),
      end: () => undefined,
    });
    reader.write("<stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'>");
    socket.setEncoding("utf8").on("error", () => undefined);
    socket.on("data", (text: string) => {
      try {
        reader.write(text);
      } catch (error) {
        // The end of the stream in our own root's place, or what nobody could read.
        if (!text.includes("</stream:stream>"))
          this.unreadable.push(`${String(error)} in ${text.slice(-1_000)}`);
        socket.destroy();
      }
    });
    socket.once("close", () => this.#lose("component"));
    return {
      jid: `eve@${domain}/fuzz`,
      write: (text) => void socket.write(text),
      close: () => {
        socket.removeAllListeners("close").destroy();
      },
    };
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>'"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
