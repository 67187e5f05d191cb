/** Enters a room of another service (XEP-0045 §7.2): checks that the room exists, chooses a nickname, and joins. */
import type { IqAnswer } from "../../iq-requests.js";
import { Jid } from "../../address.js";
import { nickFrom, numbered } from "../../nick.js";
import { MUC } from "../../muc/wire/ns.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { errorIn, NO_ROOM, SILENT, type RoomError } from "./room-error.js";
import type { RoomSession } from "./room-session.js";

/** The data that a bot sends when it enters. */
export interface BotProfile {
  readonly title: string;
  /** The child element of the bot's presence that identifies its picture (XEP-0153). */
  readonly photo: Element;
  /** The room's password, if known. */
  readonly password: string | undefined;
}

const REGISTERED_NICK = "x-roomuser-item";
/** How many nicknames are tried. */
const NICKNAMES = 10;

export class Entrance {
  hasArchive = false;
  #answer: ((presence: Element | undefined) => void) | undefined;

  /** @param nickLength the maximum in characters @param isRoom whether the address is known to be a room's */
  constructor(
    readonly session: RoomSession,
    private readonly profile: () => BotProfile,
    private readonly nickLength: number,
    public isRoom: boolean,
  ) {}

  /** Tries to enter once. @returns the bot's nickname in the room, or the reason why the bot isn't inside */
  async try(): Promise<string | RoomError> {
    const [about, registered] = await Promise.all([this.#ask(), this.#ask(undefined, REGISTERED_NICK)]);
    const error = await this.#errorIn(about);
    if (error !== undefined) return error;
    this.isRoom = true;
    this.hasArchive = featuresIn(about).has(MUC.mam);
    // A server that ignores the node responds with the name of the room, not with a nickname.
    const isAnswered = registered.kind === "result" && registered.payload?.attrs.node === REGISTERED_NICK;
    const own = isAnswered ? identityIn(registered)?.name : undefined;
    const name = nickFrom(this.profile().title, this.nickLength)?.text ?? "bot";
    for (let number = 1; number <= NICKNAMES; number += 1) {
      const nick = number === 1 ? (own ?? name) : numbered(name, number, this.nickLength);
      const presence = await this.#join(nick);
      if (presence === undefined) return { condition: SILENT };
      if (presence.attrs.type !== "error") return this.#entered(presence);
      const refusal = errorIn(presence);
      if (refusal.condition !== "conflict") return refusal;
    }
    return { condition: "conflict" };
  }

  /** Consumes a presence that responds to an attempt. Returns false if no attempt is running. */
  answered(presence: Element): boolean {
    this.#answer?.(presence);
    return this.#answer !== undefined;
  }

  /** Ends the current attempt when the link is lost. */
  giveUp(): void {
    this.#answer?.(undefined);
  }

  leave(nick: string): void {
    this.session.sendPresence(nick, "unavailable");
  }

  #entered(presence: Element): string | RoomError {
    const nick = Jid.parse(presence.attrs.from ?? "")?.resource ?? "";
    if (!codesIn(presence).has("201")) return nick;
    // The room was destroyed a moment ago, and entering has created it again. Leaving destroys the new room.
    this.leave(nick);
    return { condition: "item-not-found" };
  }

  /** Returns the error in the room's disco#info; asks the domain, too, if it isn't yet known that this is a room. */
  async #errorIn(about: IqAnswer): Promise<RoomError | undefined> {
    if (isSilent(about)) return { condition: SILENT };
    if (about.kind === "error" && /^(?:remote-server-|gone$)/.test(about.condition)) return about;
    // If the room doesn't exist, entering would create it.
    const missing = about.kind === "error" && about.condition === "item-not-found" ? about : undefined;
    if (this.isRoom || isConference(about)) return missing;
    const domain = Jid.of(undefined, this.session.room.domain);
    const service = domain && (await this.#ask(domain));
    if (service === undefined || isSilent(service)) return { condition: SILENT };
    if (!isConference(service)) return { condition: NO_ROOM };
    this.isRoom = true;
    return missing;
  }

  #join(nick: string): Promise<Element | undefined> {
    const { photo, password } = this.profile();
    return new Promise((resolve) => {
      const settle = (presence: Element | undefined): void => {
        clearTimeout(timer);
        this.#answer = undefined;
        resolve(presence);
      };
      const timer = setTimeout(() => settle(undefined), this.session.timeout).unref();
      this.#answer = settle;
      const secret = password === undefined ? undefined : xml("password", {}, password);
      const x = xml("x", MUC.muc, xml("history", { maxstanzas: "0" }), secret);
      if (!this.session.sendPresence(nick, undefined, x, photo)) settle(undefined);
    });
  }

  #ask(to?: Jid, node?: string): Promise<IqAnswer> {
    return this.session.ask("get", xml("query", { xmlns: NS.discoInfo, node }), to);
  }
}

/** Returns the status codes in a presence (XEP-0045 §15.6.2). */
export function codesIn(presence: Element): ReadonlySet<string> {
  const statuses = presence.getChild("x", MUC.user)?.getChildren("status") ?? [];
  return new Set(statuses.map(({ attrs }) => attrs.code ?? ""));
}

export function isConference(answer: IqAnswer): boolean {
  return identityIn(answer)?.category === "conference";
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
