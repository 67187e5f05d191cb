/** Has a bot enter a room of another service (XEP-0045 §7.2): with which nickname, and whether there is such a room. */
import type { IqAnswer, IqRequests } from "../../iq-requests.js";
import { Jid, type AccountJid, type FullJid } from "../../address.js";
import { nickFrom, numbered } from "../../nick.js";
import { MUC } from "../../muc/wire/ns.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { WireText } from "../../xml/wire-text.js";
import { errorIn, NO_ROOM, SILENT, type RoomError } from "./room-error.js";

export interface EntranceParts {
  readonly bot: FullJid;
  readonly room: AccountJid;
  readonly nickLength: number;
  /** How long an answer is waited for, in milliseconds. */
  readonly patience: number;
  readonly requests: Pick<IqRequests, "ask">;
  /** Writes a finished stanza; false if it is lost. */
  readonly write: (stanza: WireText) => boolean;
  /** What it is called, and a child for its presence that tells its picture. */
  readonly looks: () => { readonly title: string; readonly photo: Element };
  readonly password: () => string | undefined;
}

const REGISTERED_NICK = "x-roomuser-item";
/** So many nicknames are tried. */
const NICKNAMES = 10;

export class Entrance {
  readonly #parts: EntranceParts;
  /** Whether the address is known to be a room's. */
  isRoom: boolean;
  hasArchive = false;
  #answer: ((presence: Element | undefined) => void) | undefined;

  constructor(parts: EntranceParts, isRoom: boolean) {
    this.#parts = parts;
    this.isRoom = isRoom;
  }

  /** Tries once. @returns its nickname, or why it isn't inside */
  async try(): Promise<string | RoomError> {
    const { room, looks, nickLength } = this.#parts;
    const [about, registered] = await Promise.all([this.#ask(room), this.#ask(room, REGISTERED_NICK)]);
    const error = await this.#faultIn(about);
    if (error !== undefined) return error;
    this.isRoom = true;
    this.hasArchive = featuresIn(about).has(MUC.mam);
    // A server that overlooks the node answers with the room's own name.
    const isAnswered = registered.kind === "result" && registered.payload?.attrs.node === REGISTERED_NICK;
    const own = isAnswered ? identityIn(registered)?.name : undefined;
    const name = nickFrom(looks().title, nickLength)?.text ?? "bot";
    for (let number = 1; number <= NICKNAMES; number += 1) {
      const presence = await this.#join(number === 1 ? (own ?? name) : numbered(name, number, nickLength));
      if (presence === undefined) return { condition: SILENT };
      if (presence.attrs.type !== "error") return this.#entered(presence);
      const refusal = errorIn(presence);
      if (refusal.condition !== "conflict") return refusal;
    }
    return { condition: "conflict" };
  }

  /** Takes the presence by which the room answers. @returns false if none is waited for */
  answered(presence: Element): boolean {
    this.#answer?.(presence);
    return this.#answer !== undefined;
  }

  /** The link is lost. */
  giveUp(): void {
    this.#answer?.(undefined);
  }

  leave(nick: string): void {
    const { room, bot, write } = this.#parts;
    const to = room.withResource(nick)?.text;
    if (to !== undefined) write(serialise(xml("presence", { from: bot.text, to, type: "unavailable" })));
  }

  #entered(presence: Element): string | RoomError {
    const nick = Jid.parse(presence.attrs.from ?? "")?.resource ?? "";
    if (!codesIn(presence).has("201")) return nick;
    // Entering made the room, as it had gone a moment before: it goes again.
    this.leave(nick);
    return { condition: "item-not-found" };
  }

  /** What is wrong with the address, going by its own answer and, the first time, its domain's. */
  async #faultIn(about: IqAnswer): Promise<RoomError | undefined> {
    // Entering a room that isn't there would make it.
    const missing = about.kind === "error" && about.condition === "item-not-found" ? about : undefined;
    if (isSilent(about)) return { condition: SILENT };
    if (about.kind === "error" && /^(?:remote-server-|gone$)/.test(about.condition)) return about;
    if (this.isRoom || identityIn(about)?.category === "conference") return missing;
    const domain = Jid.of(undefined, this.#parts.room.domain);
    const service = domain && (await this.#ask(domain));
    if (service !== undefined && isSilent(service)) return { condition: SILENT };
    if (service === undefined || identityIn(service)?.category !== "conference")
      return { condition: NO_ROOM };
    this.isRoom = true;
    return missing;
  }

  #join(nick: string): Promise<Element | undefined> {
    const { bot, room, write, looks, password, patience } = this.#parts;
    const to = room.withResource(nick);
    const secret = password();
    return new Promise((resolve) => {
      const settle = (presence: Element | undefined): void => {
        clearTimeout(timer);
        this.#answer = undefined;
        resolve(presence);
      };
      const timer = setTimeout(() => settle(undefined), patience).unref();
      this.#answer = settle;
      const more = secret === undefined ? undefined : xml("password", {}, secret);
      const x = xml("x", MUC.muc, xml("history", { maxstanzas: "0" }), more);
      const presence = xml("presence", { from: bot.text, to: to?.text }, x, looks().photo);
      if (to === undefined || !write(serialise(presence))) settle(undefined);
    });
  }

  #ask(to: Jid, node?: string): Promise<IqAnswer> {
    const { requests, bot, patience } = this.#parts;
    const payload = xml("query", { xmlns: NS.discoInfo, node });
    return requests.ask({ type: "get", to, from: bot, payload, timeout: patience });
  }
}

/** The status codes in a presence (XEP-0045 §15.6.2). */
export function codesIn(presence: Element): ReadonlySet<string> {
  const statuses = presence.getChild("x", MUC.user)?.getChildren("status") ?? [];
  return new Set(statuses.map(({ attrs }) => attrs.code ?? ""));
}

function isSilent({ kind }: IqAnswer): boolean {
  return kind === "silence" || kind === "unasked";
}

function identityIn(answer: IqAnswer): Element["attrs"] | undefined {
  return answer.kind === "result" ? answer.payload?.getChild("identity")?.attrs : undefined;
}

function featuresIn(answer: IqAnswer): ReadonlySet<string> {
  const features = answer.kind === "result" ? (answer.payload?.getChildren("feature") ?? []) : [];
  return new Set(features.map(({ attrs }) => attrs.var ?? ""));
}
