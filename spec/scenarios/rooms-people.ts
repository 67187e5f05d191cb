/** People with ordinary clients in a room: what they do, and what they wait to hear. */
import { randomUUID } from "node:crypto";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";

export const MUC = "http://jabber.org/protocol/muc";
export const USER = `${MUC}#user`;

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

  /** The stanzas of the room that no test waited for. */
  get heard(): readonly Element[] {
    return this.client.received.filter((stanza) => this.#isOfRoom(stanza));
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

function inviteIn(stanza: Element): Element | undefined {
  return stanza.getChild("x", USER)?.getChild("invite");
}

function isSubject(stanza: Element): boolean {
  return stanza.is("message") && stanza.getChild("subject") !== undefined && !stanza.getChild("body");
}
