/** Stanzas between one bot and one room of another group chat service (XEP-0045), and what they say. */
import { inBackground } from "../../background.js";
import type { IqAnswer, IqRequests } from "../../inbound/iq-requests.js";
import type { BouncedStanza } from "../../inbound/stanza-error.js";
import { Jid, type AccountJid } from "../../addresses/address.js";
import type { UnqueuedWriter } from "../../link/unqueued-writer.js";
import { MUC } from "../../muc/wire/ns.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import type { Clock } from "../clock.js";
import type { HookDependencies } from "../dependencies.js";
import type { EventRecorder } from "../outgoing/event-recorder.js";
import { errorIn, KICKED, MISSING, NO_ROOM, SILENT, type RoomError } from "./room-error.js";

/** What bots in rooms of other services need from the component. */
export interface RemoteRoomsDependencies extends HookDependencies {
  /** The maximum length of a nickname, in characters. */
  readonly nickLength: number;
  /** How long a call waits for the room's confirmation before it is answered "queued", in milliseconds. */
  readonly confirmTimeout: number;
  readonly requests: Pick<IqRequests, "ask">;
  readonly unqueued: Pick<UnqueuedWriter, "write">;
  readonly link: { readonly isUp: boolean; on(event: "up" | "down", listener: () => void): unknown };
  readonly bounced: (bounce: BouncedStanza) => void;
  readonly listener: Pick<EventRecorder, "heardIn">;
  readonly clock: Clock;
}

/** What a bot sends when it enters: one of these nicknames, its picture's hash (XEP-0153), and the room's password. */
export interface BotProfile {
  readonly nicks: readonly string[];
  readonly photo: Element;
  readonly password: string | undefined;
}

/** The timeout of every response of the room, in milliseconds. */
export const ANSWER_MS = 20_000;
/** How long the room may be silent before the bot asks whether it is still inside, in milliseconds. */
export const IDLE_MS = 600_000;
const REGISTERED_NICK = "x-roomuser-item";
/** The errors of a self-ping that show that the bot is inside (XEP-0410 §3.2). */
const INSIDE: readonly string[] = ["service-unavailable", "feature-not-implemented"];

export class RoomWire {
  /** The room's features (XEP-0030). */
  features: ReadonlySet<string> = new Set();

  constructor(
    readonly bot: Jid,
    readonly room: AccountJid,
    private readonly dependencies: RemoteRoomsDependencies,
  ) {}

  /** Sends an IQ request, by default to the room. */
  ask(type: "get" | "set", payload: Element, to: Jid = this.room): Promise<IqAnswer> {
    return this.dependencies.requests.ask({ type, to, from: this.bot, payload, timeout: ANSWER_MS });
  }

  /**
   * Asks the room what it is (XEP-0030), and for the bot's registered nickname (XEP-0045 §7.12).
   * @param isKnown whether the address is known to be a room's; otherwise the domain is asked, too
   * @param isTrap whether the room must say that it exists
   * @returns whether it is a room, the nickname, and why the bot doesn't join: that would create the room, for example
   */
  async about(
    isKnown: boolean,
    isTrap: boolean,
  ): Promise<{ isRoom: boolean; nick: string | undefined; error?: RoomError | undefined }> {
    const ask = (to?: Jid, node?: string): Promise<IqAnswer> =>
      this.ask("get", xml("query", { xmlns: NS.discoInfo, node }), to);
    const [answer, registered] = await Promise.all([ask(), ask(undefined, REGISTERED_NICK)]);
    this.features = featuresIn(answer);
    const nick = registeredNick(registered);
    const error = readAbout(answer);
    if (error === "room") return { nick, isRoom: true };
    if (isKnown) {
      const isMissing = error?.condition === NO_ROOM || (isTrap && error === undefined);
      return { nick, isRoom: true, error: isMissing ? { condition: MISSING } : error };
    }
    if (error !== undefined && error.condition !== MISSING) return { nick, isRoom: false, error };
    const domain = Jid.of(undefined, this.room.domain);
    const service = domain && readAbout(await ask(domain));
    if (service === "room") return { nick, isRoom: true, error };
    const condition = service?.condition === SILENT ? SILENT : NO_ROOM;
    return { nick, isRoom: false, error: { condition } };
  }

  /** Joins without history (XEP-0045 §7.2). Returns false if the presence is lost. */
  join(nick: string, { photo, password }: BotProfile): boolean {
    const secret = password === undefined ? undefined : xml("password", {}, password);
    const x = xml("x", MUC.muc, xml("history", { maxstanzas: "0" }), secret);
    return this.#sendPresence(nick, undefined, x, photo);
  }

  leave(nick: string): void {
    this.#sendPresence(nick, "unavailable");
  }

  /**
   * Asks the room whether the bot is inside (XEP-0410).
   * @returns undefined if it is, else an error that doesn't last: entering finds out why the bot is outside
   */
  async ping(nick: string): Promise<RoomError | undefined> {
    const to = this.room.withResource(nick);
    const answer = to && (await this.ask("get", xml("ping", NS.ping), to));
    if (answer?.kind === "result") return undefined;
    if (answer?.kind === "error" && INSIDE.includes(answer.condition)) return undefined;
    const isFar = answer?.kind === "error" && answer.condition.startsWith("remote-server-");
    return { condition: isFar ? answer.condition : SILENT };
  }

  /** Destroys a room that the bot has created by entering (XEP-0045 §10.9), and leaves it. */
  undo(nick: string): void {
    const done = this.ask("set", xml("query", MUC.owner, xml("destroy"))).then(() => this.leave(nick));
    inBackground(done, `destroying ${this.room.text}`, this.dependencies.log);
  }

  #sendPresence(nick: string, type?: string, ...children: readonly (Element | undefined)[]): boolean {
    const to = this.room.withResource(nick)?.text;
    const presence = xml("presence", { from: this.bot.text, to, type }, ...children);
    return to !== undefined && this.dependencies.unqueued.write(serialise(presence));
  }
}

/** What a presence from the room says of the bot. `made`: entering has created the room. */
export type PresenceNews =
  | { readonly kind: "inside" | "made"; readonly nick: string }
  | { readonly kind: "error"; readonly error: RoomError }
  | { readonly kind: "left"; readonly error: RoomError };

/** Reads a presence from the room (XEP-0045 §15.6.2). Undefined if it isn't about the bot. @param own its nickname */
export function readPresence(
  stanza: Element,
  nick: string,
  own: string | undefined,
): PresenceNews | undefined {
  if (stanza.attrs.type === "error") return { kind: "error", error: errorIn(stanza) };
  const x = stanza.getChild("x", MUC.user);
  const codes = new Set(x?.getChildren("status").map(({ attrs }) => attrs.code));
  // Old services send no code 110.
  if (!codes.has("110") && nick !== own) return undefined;
  if (stanza.attrs.type !== "unavailable") return { kind: codes.has("201") ? "made" : "inside", nick };
  if (codes.has("303")) return { kind: "inside", nick: x?.getChild("item")?.attrs.nick ?? nick };
  return { kind: "left", error: reasonIn(x?.getChild("destroy"), codes) };
}

function reasonIn(destroyed: Element | undefined, codes: ReadonlySet<string | undefined>): RoomError {
  if (destroyed !== undefined) return { condition: "gone", text: destroyed.attrs.jid };
  if (codes.has("301")) return { condition: "forbidden" };
  if (codes.has("321") || codes.has("322")) return { condition: "registration-required" };
  return { condition: codes.has("307") && !codes.has("333") ? KICKED : SILENT };
}

/** Returns the password in an invitation of the room (XEP-0045 §7.8.2), "" if it has none; undefined for other messages. */
export function readInvitation(message: Element): string | undefined {
  const x = message.getChild("x", MUC.user);
  return x?.getChild("invite") === undefined ? undefined : (x.getChildText("password") ?? "");
}

/** Returns what a disco#info response says of the address that responded; undefined: not whether it is a room's. */
function readAbout(answer: IqAnswer): "room" | RoomError | undefined {
  if (answer.kind === "error") {
    const { condition } = answer;
    // mu-conference responds "bad-request" for rooms that don't exist. Entering would create them.
    if (condition === MISSING || condition === "bad-request") return { condition: MISSING };
    return /^(?:remote-server-|gone$)/.test(condition) ? { condition } : undefined;
  }
  if (answer.kind !== "result") return { condition: SILENT };
  const identities = answer.payload?.getChildren("identity") ?? [];
  if (identities.some(({ attrs }) => attrs.category === "conference")) return "room";
  return identities.length === 0 ? undefined : { condition: NO_ROOM };
}

function featuresIn(answer: IqAnswer): ReadonlySet<string> {
  const features = answer.kind === "result" ? (answer.payload?.getChildren("feature") ?? []) : [];
  return new Set(features.map(({ attrs }) => attrs.var ?? ""));
}

/** Returns the bot's registered nickname. A server that ignores the node responds with the name of the room. */
function registeredNick(answer: IqAnswer): string | undefined {
  if (answer.kind !== "result" || answer.payload?.attrs.node !== REGISTERED_NICK) return undefined;
  return answer.payload.getChild("identity")?.attrs.name;
}
