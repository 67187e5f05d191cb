/** People with ordinary clients in a room, and programs that call: what they do, and what they wait to hear. */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";

export const MUC = "http://jabber.org/protocol/muc";
export const USER = `${MUC}#user`;
export const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';

/** A message of a room. */
interface Said {
  /** By which the room's archive knows it (XEP-0359). */
  readonly id: string | undefined;
  readonly text: string;
}

export class Person {
  constructor(
    readonly client: Client,
    readonly room: string,
    readonly nick: string,
  ) {}

  get address(): string {
    return `${this.room}/${this.nick}`;
  }

  /** Enters, and waits for the subject, which comes last. @returns all that came with it */
  async enters(...inside: Element[]): Promise<Element[]> {
    await this.client.send(xml("presence", { to: this.address }, xml("x", { xmlns: MUC }, ...inside)));
    const heard: Element[] = [];
    for (;;) {
      const next = await this.client.next((stanza) => this.#isOfRoom(stanza));
      heard.push(next);
      if (next.attrs.type === "error" || isSubject(next)) return heard;
    }
  }

  async leaves(): Promise<void> {
    await this.client.send(xml("presence", { to: this.address, type: "unavailable" }));
    await this.sees(this.nick, "unavailable");
  }

  /** Says something, and waits for its reflection. */
  async says(text: string): Promise<Element> {
    const id = randomUUID();
    await this.client.send(xml("message", { to: this.room, type: "groupchat", id }, xml("body", {}, text)));
    return await this.client.next((stanza) => stanza.is("message") && stanza.attrs.id === id);
  }

  /** Waits for a message. @returns the sender's nickname */
  async hears(text: string): Promise<string> {
    const message = await this.client.next(
      (stanza) => this.#isOfRoom(stanza) && stanza.is("message") && stanza.getChildText("body") === text,
    );
    return message.attrs.from?.slice(this.room.length + 1) ?? "";
  }

  /** Waits for an occupant's presence, of this type and with this status code. */
  sees(nick: string, type?: "unavailable" | "error", code?: string): Promise<Element> {
    const from = `${this.room}/${nick}`;
    return this.client.next((stanza) => {
      const isTheirs = stanza.is("presence") && stanza.attrs.from === from && stanza.attrs.type === type;
      return isTheirs && (code === undefined || codesOf(stanza).includes(code));
    });
  }

  /** Waits for an invitation through the room. @returns who invites */
  async isInvited(): Promise<string> {
    const isInvitation = (stanza: Element): boolean =>
      stanza.is("message") && stanza.attrs.from === this.room && inviteIn(stanza) !== undefined;
    return inviteIn(await this.client.next(isInvitation))?.attrs.from ?? "";
  }

  /** Waits for an invitation from a user's own address (XEP-0249). */
  isInvitedDirectly(): Promise<Element> {
    return this.client.next((stanza) => this.#invitesHere(stanza));
  }

  /** Every direct invitation that ever came. */
  get invitations(): readonly Element[] {
    return this.client.received.filter((stanza) => this.#invitesHere(stanza));
  }

  iq(type: "get" | "set", payload: Element, to = this.room): Promise<Element> {
    return this.client.iq(type, payload, to);
  }

  /** Submits the configuration: fields by their names without the prefix. */
  configures(fields: Readonly<Record<string, string>> = {}): Promise<Element> {
    const all = Object.entries(fields).map(([name, value]) =>
      xml("field", { var: `muc#roomconfig_${name}` }, xml("value", {}, value)),
    );
    const type = xml("field", { var: "FORM_TYPE" }, xml("value", {}, `${MUC}#roomconfig`));
    const form = xml("x", { xmlns: "jabber:x:data", type: "submit" }, type, ...all);
    return this.iq("set", xml("query", { xmlns: `${MUC}#owner` }, form));
  }

  administers(item: Readonly<Record<string, string>>, reason?: string): Promise<Element> {
    const child = reason === undefined ? undefined : xml("reason", {}, reason);
    return this.iq("set", xml("query", { xmlns: `${MUC}#admin` }, xml("item", { ...item }, child)));
  }

  /** All stanzas of the room, without IQs. */
  get heard(): readonly Element[] {
    return this.client.received.filter((stanza) => this.#isOfRoom(stanza));
  }

  /** The messages with text that the room sent to all, in their order. */
  get said(): Said[] {
    return this.heard.flatMap((stanza) => {
      const text = stanza.getChildText("body");
      if (stanza.attrs.type !== "groupchat" || text === null) return [];
      return { id: stanza.getChild("stanza-id", "urn:xmpp:sid:0")?.attrs.id, text };
    });
  }

  #invitesHere(stanza: Element): boolean {
    return stanza.is("message") && stanza.getChild("x", "jabber:x:conference")?.attrs.jid === this.room;
  }

  #isOfRoom(stanza: Element): boolean {
    return !stanza.is("iq") && stanza.attrs.from?.split("/")[0] === this.room;
  }
}

export function codesOf(stanza: Element): string[] {
  const statuses = stanza.getChild("x", USER)?.getChildren("status") ?? [];
  return statuses.map((status) => status.attrs.code ?? "");
}

/** `auth/forbidden`; "" for what is no error. */
export function errorIn(stanza: Element): string {
  const error = stanza.attrs.type === "error" ? stanza.getChild("error") : undefined;
  const condition = error?.getChildElements().find((child) => child.name !== "text" && child.name !== "by");
  return error === undefined ? "" : `${error.attrs.type ?? ""}/${condition?.name ?? ""}`;
}

/** Calls the interface, and gives the answer as text. */
export async function call(component: ComponentProcess, endpoint: string, body: object): Promise<string> {
  return await (await component.post(endpoint, body)).text();
}

/** A room that programs make and use by calls in its owner's name. */
export class CalledRoom {
  readonly address: string;
  /** The texts whose calls were answered `ret: true`. */
  readonly promised: string[] = [];

  constructor(
    readonly component: ComponentProcess,
    readonly names: Readonly<Record<"muc_id" | "muc_owner" | "muc_domain", string>>,
  ) {
    this.address = `${names.muc_id}@${names.muc_domain}`;
  }

  /** Makes a room with members. */
  static async make(
    component: ComponentProcess,
    [muc_id, muc_domain]: readonly [id: string, domain: string],
    { bareJid: muc_owner }: Client,
    ...members: readonly (Client | string)[]
  ): Promise<CalledRoom> {
    const room = new CalledRoom(component, { muc_id, muc_owner, muc_domain });
    expect(await room.call("create_muc", { system: "test" })).to.equal(SUCCESS);
    if (members.length > 0) await room.adds(...members);
    return room;
  }

  call(endpoint: string, more: object = {}): Promise<string> {
    return call(this.component, endpoint, { ...this.names, ...more });
  }

  async adds(...members: readonly (Client | string)[]): Promise<void> {
    const muc_member = members.map((member) => (typeof member === "string" ? member : member.bareJid));
    expect(await this.call("add_muc_user", { muc_member })).to.equal(SUCCESS);
  }

  /** Somebody enters. */
  async admits(client: Client, nick = client.username, ...inside: Element[]): Promise<Person> {
    const person = new Person(client, this.address, nick);
    await person.enters(...inside);
    return person;
  }

  /** Says something in the owner's name. @returns whether it is promised */
  async says(text: string): Promise<boolean> {
    const message = `<message type='groupchat'><body id='${text}'>${text}</body></message>`;
    const speech = { from: this.names.muc_owner, to: this.address, message };
    const answer = await call(this.component, "send_thirdmessage", speech);
    const isPromised = answer.startsWith('{"ret":true');
    if (isPromised) this.promised.push(text);
    return isPromised;
  }

  /** Says 150 texts by several callers at once. The component is killed in the middle, started again, and says the last. */
  async saysThroughCrash(): Promise<void> {
    const { component, promised } = this;
    const texts = Array.from({ length: 150 }, (_, n) => `m-${n}`).values();
    const caller = async (): Promise<void> => {
      for (const text of texts) await this.says(text);
    };
    const callers = Promise.allSettled([caller(), caller(), caller()]);
    await component.until(() => promised.length > 50, "answering");
    await crash(component, () => callers);
    expect(await this.says("the last")).to.equal(true);
  }
}

/** Kills the component, and starts it again. @param meanwhile what happens before it is started */
export async function crash(
  component: ComponentProcess,
  meanwhile: () => unknown = () => undefined,
): Promise<void> {
  await component.end("SIGKILL");
  await meanwhile();
  component.launch();
  await component.ready();
}

/** Returns the messages with text in an archive (XEP-0313). @param to a room; absent: the user's own */
export async function archiveOf(client: Client, to?: string): Promise<Said[]> {
  const before = client.received.length;
  const max = xml("set", { xmlns: "http://jabber.org/protocol/rsm" }, xml("max", {}, "250"));
  await client.iq("set", xml("query", { xmlns: "urn:xmpp:mam:2" }, max), to);
  return client.received.slice(before).flatMap((stanza) => {
    const result = stanza.getChild("result", "urn:xmpp:mam:2");
    const text = result?.getChild("forwarded")?.getChild("message")?.getChildText("body");
    return text == null ? [] : { id: result?.attrs.id, text };
  });
}

function inviteIn(stanza: Element): Element | undefined {
  return stanza.getChild("x", USER)?.getChild("invite");
}

function isSubject(stanza: Element): boolean {
  return stanza.is("message") && stanza.getChild("subject") !== undefined && !stanza.getChild("body");
}
