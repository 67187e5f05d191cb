/** Where scenes are played: a private server with the component on it, and people who know each other. */
import { expect } from "chai";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import type { Account } from "../../scripts/lab/options.js";
import { CalledRoom, call } from "../scenarios/rooms-people.js";
import { operate } from "../support/command-line.js";
import type { TestServer } from "../support/servers.js";
import type { Chat } from "./converse.js";
import type { Web } from "./web.js";

const PASSWORD = "secret";

/** A user with an account, and a name in a vCard or the directory. */
export interface Person extends Chat {
  readonly kind: "person";
  readonly account: Required<Account>;
}

/** A room that a program makes; its owner is the only member. */
export class Room extends CalledRoom implements Chat {
  readonly kind = "room";

  constructor(
    component: ComponentProcess,
    names: CalledRoom["names"],
    readonly name: string,
  ) {
    super(component, names);
  }

  get id(): string {
    return this.names.muc_id;
  }
}

export class ChatStage {
  readonly #names = new Set<string>();

  constructor(
    readonly server: TestServer,
    readonly component: ComponentProcess,
    readonly web: Web,
  ) {}

  /** The address of the rooms' service. */
  get service(): string {
    return this.server.domain;
  }

  /**
   * An account with a vCard, which a program has looked up, so that the component knows the name. The account's own
   * name gets a number where it is taken, so that scenes on one stage don't meet.
   */
  async person(username: string, name: string): Promise<Person> {
    const person = await this.#account(username, name);
    const { account } = person;
    const client = await this.server.absentClient(account);
    const names = [xml("FN", {}, name), xml("NICKNAME", {}, name)];
    await client.iq("set", xml("vCard", { xmlns: "vcard-temp" }, ...names));
    await client.close();
    await this.#calls("get_user_nick", { ID: account.username, Domain: account.host });
    return person;
  }

  /** An account without a vCard, whose name only the directory knows. */
  async employee(username: string, name: string): Promise<Person> {
    const person = await this.#account(username, name);
    await operate(this.component, "user", "set", person.address, "--name", name);
    return person;
  }

  /** Puts everybody on each other's contact list, without names: those come from their vCards. */
  async acquaint(...people: readonly Person[]): Promise<void> {
    const clients = await Promise.all(people.map((person) => this.#withContacts(person)));
    for (const client of clients) {
      for (const other of clients) {
        if (other !== client) await subscribe(client, other);
      }
    }
    await Promise.all(clients.map((client) => client.close()));
  }

  /** Adds a bot to a user's contacts, as some clients show messages from contacts only. */
  async befriend(person: Person, bot: Chat): Promise<void> {
    const client = await this.#withContacts(person);
    await client.send(xml("presence", { to: bot.address, type: "subscribe" }));
    const isOnline = ({ name, attrs: { type, from } }: Element): boolean =>
      name === "presence" && type === undefined && from?.startsWith(`${bot.address}/`) === true;
    await client.next(isOnline);
    await client.close();
  }

  async room(id: string, name: string, owner: Person): Promise<Room> {
    const names = { muc_id: this.#unique(id), muc_owner: owner.account.username, muc_domain: this.service };
    const room = new Room(this.component, names, name);
    await room.call("create_muc", { muc_name: name, muc_desc: "", system: "example" });
    return room;
  }

  /** Sends a message in a user's name, as programs do. @param type QTalk's msgType */
  async send(from: Person, to: Person | Room, text: string, type = "1"): Promise<void> {
    const isRoom = to.kind === "room";
    const { host } = from.account;
    await this.#calls("send_message", {
      ...{ From: from.account.username, To: [{ User: isRoom ? to.id : to.account.username }] },
      ...{ Body: text, Type: isRoom ? "groupchat" : "chat", Msg_Type: type, Extend_Info: "" },
      ...{ Host: host, Domain: isRoom ? this.service : host },
    });
  }

  async #calls(endpoint: string, body: object): Promise<void> {
    expect(await call(this.component, endpoint, body)).to.match(/^\{"ret":true/);
  }

  async #account(username: string, name: string): Promise<Person> {
    const { server } = this.server;
    const account = { username: this.#unique(username), host: server.host, password: PASSWORD };
    await server.addAccounts(account);
    return { kind: "person", address: `${account.username}@${account.host}`, name, account };
  }

  /** Logs a user in, who asks for the contact list: Prosody tells of subscriptions only those who do. */
  async #withContacts({ account }: Person): Promise<Client> {
    const client = await this.server.absentClient(account);
    await client.iq("get", xml("query", { xmlns: "jabber:iq:roster" }));
    await client.appear();
    return client;
  }

  #unique(name: string, number = 1): string {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (this.#names.has(candidate)) return this.#unique(name, number + 1);
    this.#names.add(candidate);
    return candidate;
  }
}

/** One asks to see the other's presence, and is allowed to. */
async function subscribe(one: Client, other: Client): Promise<void> {
  const says = (client: Client, type: string) => (stanza: Element) =>
    stanza.is("presence") && stanza.attrs.type === type && stanza.attrs.from === client.bareJid;
  await one.send(xml("presence", { to: other.bareJid, type: "subscribe" }));
  await other.next(says(one, "subscribe"));
  await other.send(xml("presence", { to: one.bareJid, type: "subscribed" }));
  await one.next(says(other, "subscribed"));
}
