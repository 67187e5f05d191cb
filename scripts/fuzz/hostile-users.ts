/** The hostile users, and a hostile component of the same server, with their unanswered requests. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "../lab/options.js";
import type { Server } from "../lab/private-server.js";
import { padded } from "../../component/link/padding.js";
import type { Element } from "../../component/xml/builder.js";
import { StrictStream, type StreamEvents } from "../lab/strict-stream.js";
import {
  DOMAIN,
  HOST,
  HOSTILE_DOMAIN,
  HOSTILE_USERS,
  hostileName,
  MUC,
  SEEN,
  TRAP,
  type Seen,
  type Sender,
  type Step,
} from "./case.js";
import { escaped } from "./text.js";

const ROOM_INFO = `<query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text'/>
  <feature var='urn:xmpp:sid:0'/><feature var='urn:xmpp:occupant-id:0'/></query>`;

type Answer = Extract<Step, { do: "answer" }>;

/**
 * If no stanza arrives for this long, in milliseconds, missing responses are no longer awaited. While stanzas arrive,
 * responses may wait behind the users' own floods: Prosody took six minutes for 130 MB.
 */
const SILENT_MS = 35_000;
const LOOK_MS = 5;
/** Matches stanzas that ejabberd returns as invalid. It doesn't change them, even if their namespaces are faulty. */
const RETURNED = /<text [^>]*>Bad value of attribute /;
/** A ping that shows whether the hostile user's own server still responds. */
const TO_SERVER = `<iq type='get' id='{id}' from='{self}' to='${HOST}'><ping xmlns='urn:xmpp:ping'/></iq>`;
const TO_COMPONENT = `<iq type='get' id='{id}' from='{self}' to='${DOMAIN}'><ping xmlns='urn:xmpp:ping'/></iq>`;

const ACCOUNTS: readonly Required<Account>[] = Array.from({ length: HOSTILE_USERS }, (_, index) => ({
  username: hostileName(index),
  host: HOST,
  password: "secret",
}));

export class HostileUsers {
  readonly #streams = new Map<Sender, StrictStream>();
  readonly #answers = new Map<Sender, Answer[]>();
  /** Requests without response, by id. */
  readonly #open = new Map<string, { readonly by: Sender; readonly stanza: string }>();
  /** The conditions with which the hostile room refuses the bot's next stanzas. */
  readonly #refusals: string[] = [];
  #count = 0;
  /** When a hostile user last received a stanza, in milliseconds of performance.now(). */
  #heardAt = 0;
  /** Text that wasn't well-formed XML, received by hostile users since the last verdict. */
  unreadable: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly seen: Seen,
  ) {}

  static async login(server: Server, seen: Seen): Promise<HostileUsers> {
    await server.addAccounts(...ACCOUNTS);
    const users = new HostileUsers(server, seen);
    await users.comeBack();
    return users;
  }

  async comeBack(): Promise<void> {
    const { clientPort } = this.server;
    for (const [by, account] of ACCOUNTS.entries()) {
      if (this.#streams.has(by)) continue;
      const stream = await StrictStream.user(clientPort, account, this.#events(by));
      await stream.appear();
      this.#streams.set(by, stream);
    }
    if (this.#streams.has("component")) return;
    const component = this.server.component(HOSTILE_DOMAIN);
    this.#streams.set("component", await StrictStream.component(component, this.#events("component"), "eve"));
  }

  send(by: Sender, stanza: string): void {
    const stream = this.#streams.get(by);
    if (stream === undefined) return;
    const id = `fuzz-${++this.#count}`;
    const text = stanza
      .replaceAll("{id}", id)
      .replaceAll("{n}", String(this.#count))
      .replaceAll("{self}", stream.jid);
    if (/^<iq[^>]* type=['"][gs]et['"]/.test(stanza) && text.includes(id)) this.#open.set(id, { by, stanza });
    stream.write(padded(text));
  }

  prepare(answer: Answer): void {
    this.#answers.set(answer.by, [...(this.#answers.get(answer.by) ?? []), answer]);
  }

  refuse(condition: string): void {
    this.#refusals.push(condition);
  }

  /** Waits until all requests are answered, or SILENT_MS have passed. @returns the unanswered ones */
  async settle(): Promise<readonly string[]> {
    await this.comeBack();
    for (const by of this.#streams.keys()) {
      this.send(by, TO_COMPONENT);
      this.send(by, TO_SERVER);
    }
    const asked = performance.now();
    while (this.#open.size > 0 && performance.now() - Math.max(asked, this.#heardAt) < SILENT_MS)
      await sleep(LOOK_MS);
    this.#leaveWhereMute();
    const unanswered = [...this.#open.values()].map(({ by, stanza }) => `${by}: ${stanza.slice(0, 1_000)}`);
    this.#open.clear();
    this.#answers.clear();
    return unanswered;
  }

  leave(): void {
    for (const stream of this.#streams.values()) stream.close();
  }

  /**
   * Closes streams on which the server no longer responds, because the component can't receive requests from these
   * streams either. Prosody 13 doesn't respond on a component's stream after an overlong address.
   */
  #leaveWhereMute(): void {
    for (const { by, stanza } of [...this.#open.values()]) {
      if (stanza !== TO_SERVER) continue;
      this.#streams.get(by)?.close();
      this.#lose(by);
    }
  }

  #events(by: Sender): StreamEvents {
    return {
      stanza: (stanza) => this.#take(by, stanza),
      closed: (unreadable) => {
        if (unreadable !== undefined && !RETURNED.test(unreadable)) this.unreadable.push(unreadable);
        this.#lose(by);
      },
    };
  }

  #take(by: Sender, { name, attrs }: Element): void {
    this.#heardAt = performance.now();
    const { id, type, from, to: receiver = "" } = attrs;
    if (by === "component" && receiver.startsWith(TRAP) && name !== "iq") this.#trap(name, attrs);
    if (name !== "iq" || id === undefined) return;
    if (type === "result" || type === "error") {
      this.#open.delete(id);
      return;
    }
    const usual = { type: "result", payload: by === "component" ? ROOM_INFO : "" };
    const answer = this.#answers.get(by)?.shift() ?? usual;
    const own = by === "component" ? ` from='${escaped(receiver)}'` : "";
    const to = from === undefined ? "" : ` to='${escaped(from)}'`;
    this.#streams
      .get(by)
      ?.write(`<iq id='${escaped(id)}'${own}${to} type='${answer.type}'>${answer.payload}</iq>`);
  }

  /** Answers as a room: lets the bot in, and sends its messages back, or refuses them. */
  #trap(name: string, { id = "", from = "", to = "", type }: Element["attrs"]): void {
    if (name === "presence" && type !== undefined) return;
    const condition = this.#refusals.shift();
    const error = `<error type='cancel'><${condition ?? ""} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`;
    const item = `<x xmlns='${MUC}#user'><item role='participant' affiliation='none'/><status code='110'/></x>`;
    const [sender, kind, content] =
      condition !== undefined
        ? [to, " type='error'", error]
        : name === "presence"
          ? [to, "", item]
          : [`${TRAP}/Bot`, " type='groupchat'", "<body>x</body>"];
    const head = `${name} from='${escaped(sender)}' to='${escaped(from)}' id='${escaped(id)}'${kind}`;
    this.#streams.get("component")?.write(`<${head}>${content}</${name}>`);
  }

  #lose(by: Sender): void {
    this.seen.count(SEEN.lost);
    this.#streams.delete(by);
    for (const [id, open] of this.#open) if (open.by === by) this.#open.delete(id);
  }
}
