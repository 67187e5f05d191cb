/** Where scenes are played: a private server with the component on it, and people who know each other. */
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { Client, xml, type Element } from "../../scripts/lab/client.js";
import type { Account } from "../../scripts/lab/options.js";
import type { Server } from "../../scripts/lab/server.js";
import { Person as Occupant } from "../scenarios/rooms-people.js";
import { operate } from "../support/command-line.js";
import type { Chat } from "./converse.js";
import type { Web } from "./web.js";

const PASSWORD = "secret";

/** A user with an account, and a name in a vCard or the directory. */
export interface Person extends Chat {
  readonly kind: "person";
  readonly account: Required<Account>;
}

export interface Room extends Chat {
  readonly kind: "room";
  readonly id: string;
  readonly owner: Person;
}

export class ChatStage {
  readonly #guests: Occupant[] = [];
  readonly #names = new Set<string>();

  private constructor(
    readonly server: Server,
    readonly component: ComponentProcess,
    readonly web: Web,
  ) {}

  /** @param server one that runs, with `modules.webSocket` where browsers are to log in */
  static async open(server: Server, web: Web): Promise<ChatStage> {
    const access = server.component();
    const component = await ComponentProcess.start({ access, hosts: server.settings.hosts });
    await component.ready();
    return new ChatStage(server, component, web);
  }

  /** The address of the rooms' service. */
  get service(): string {
    return this.server.component().domain;
  }

  /** Logs a user in, who enters a room of which they are a member. */
  async enter(room: Room, person: Person): Promise<Occupant> {
    const guest = new Occupant(await this.#logIn(person.account), room.address, person.name);
    this.#guests.push(guest);
    await guest.enters();
    return guest;
  }

  /** Has everybody leave. */
  async clear(): Promise<void> {
    await Promise.all(this.#guests.splice(0).map(({ client }) => client.close()));
  }

  async close(): Promise<void> {
    await this.clear();
    await this.component.stop();
  }

  /**
   * An account with a vCard, which a program has looked up, so that the component knows the name. The account's own
   * name gets a number where it is taken, so that scenes on one stage don't meet.
   */
  async person(username: string, name: string): Promise<Person> {
    const person = await this.#account(username, name);
    const { account } = person;
    const client = await this.#logIn(account);
    const names = [xml("FN", {}, name), xml("NICKNAME", {}, name)];
    await client.iq("set", xml("vCard", { xmlns: "vcard-temp" }, ...names));
    await client.close();
    await this.call("get_user_nick", { ID: account.username, Domain: account.host });
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
    const clients = await Promise.all(people.map(({ account }) => this.#logIn(account)));
    for (const client of clients) {
      // Prosody tells of subscriptions only those who asked for the list.
      await client.iq("get", xml("query", { xmlns: "jabber:iq:roster" }));
      await client.appear();
    }
    for (const client of clients) {
      for (const other of clients) {
        if (other !== client) await subscribe(client, other);
      }
    }
    await Promise.all(clients.map((client) => client.close()));
  }

  /** Adds a bot to a user's contacts, as some clients show messages from contacts only. */
  async befriend(person: Person, bot: Chat): Promise<void> {
    const client = await this.#logIn(person.account);
    await client.iq("get", xml("query", { xmlns: "jabber:iq:roster" }));
    await client.appear();
    await client.send(xml("presence", { to: bot.address, type: "subscribe" }));
    await client.next(
      ({ name, attrs }) =>
        name === "presence" && attrs.type === undefined && attrs.from?.startsWith(`${bot.address}/`) === true,
    );
    await client.close();
  }

  /** Has a program make a room; its owner is the only member. */
  async room(id: string, name: string, owner: Person): Promise<Room> {
    const unique = this.#unique(id);
    const room = {
      kind: "room",
      id: unique,
      address: `${unique}@${this.service}`,
      name,
      owner,
    } as const;
    const more = { muc_name: name, muc_desc: "", system: "example" };
    await this.call("create_muc", { ...this.#roomFields(room), ...more });
    return room;
  }

  async addMember(room: Room, member: Person): Promise<void> {
    const muc_member = [member.account.username];
    await this.call("add_muc_user", { ...this.#roomFields(room), muc_member, system: "example" });
  }

  async removeMember(room: Room, member: Person): Promise<void> {
    await this.call("del_muc_user", { ...this.#roomFields(room), muc_member: [member.account.username] });
  }

  /** Sends a message in a user's name, as programs do. @param type QTalk's msgType */
  async send(from: Person, to: Person | Room, text: string, type = "1"): Promise<void> {
    const isRoom = to.kind === "room";
    await this.call("send_message", {
      From: from.account.username,
      To: [{ User: isRoom ? to.id : to.account.username }],
      Body: text,
      Type: isRoom ? "groupchat" : "chat",
      Msg_Type: type,
      Host: this.server.host,
      Domain: isRoom ? this.service : this.server.host,
      Extend_Info: "",
    });
  }

  /** @throws Error where the answer isn't `ret: true` */
  async call(endpoint: string, body: object): Promise<void> {
    const answer = await (await this.component.post(endpoint, body)).text();
    if (!answer.startsWith('{"ret":true')) throw new Error(`${endpoint} was answered ${answer}`);
  }

  /** Makes a user an administrator of the service. */
  async appoint({ address }: Person): Promise<void> {
    await this.component.reconfigure({ rooms: { admins: [address] } });
  }

  /** Kills the component as a crash would, and starts it again. */
  async crash(): Promise<void> {
    await this.component.end("SIGKILL");
    this.component.launch();
    await this.component.ready();
  }

  async #account(username: string, name: string): Promise<Person> {
    const account = { username: this.#unique(username), host: this.server.host, password: PASSWORD };
    await this.server.addAccounts(account);
    return { kind: "person", address: `${account.username}@${account.host}`, name, account };
  }

  #roomFields(room: Room): object {
    return { muc_id: room.id, muc_owner: room.owner.account.username, muc_domain: this.service };
  }

  #unique(name: string, number = 1): string {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (this.#names.has(candidate)) return this.#unique(name, number + 1);
    this.#names.add(candidate);
    return candidate;
  }

  #logIn(account: Required<Account>): Promise<Client> {
    return Client.login({ ...account, port: this.server.clientPort });
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
