/** What the stanzas of a room of another service say of the bot, and of occupants, who can't forge it. */
import { Jid, prepareResource } from "../../addresses/address.js";
import { isAffiliation, type Affiliation } from "../../muc/room/affiliation.js";
import { MUC } from "../../muc/wire/ns.js";
import { NS, type Element } from "../../xml/builder.js";
import type { Author } from "../outgoing/event-recorder.js";
import { KICKED, remoteRoomError, SILENT, type RoomError } from "./room-error.js";
import type { RoomWire } from "./room-wire.js";

/** What a presence from the room says of the bot: its nickname inside, or why it is no longer inside. */
export type PresenceNews =
  | { readonly nick: string; /** Whether entering has created the room. */ readonly isMade: boolean }
  | RoomError;

/**
 * Reads a presence of an occupant (XEP-0045 §15.6.2). Undefined if it isn't about the bot, or gives it no nickname.
 * @param nick the resource of the presence's sender; "" if it has none, as the room itself @param own the bot's nickname
 */
export function readPresence(
  stanza: Element,
  nick: string,
  own: string | undefined,
): PresenceNews | undefined {
  const x = stanza.getChild("x", MUC.user);
  const codes = new Set(x?.getChildren("status").map(({ attrs }) => attrs.code));
  // Old services send no code 110.
  if (!codes.has("110") && nick !== own) return undefined;
  if (stanza.attrs.type !== "unavailable")
    return nick === "" ? undefined : { nick, isMade: codes.has("201") };
  if (codes.has("303")) {
    const renamed = prepareResource(x?.getChild("item")?.attrs.nick ?? "");
    return renamed === undefined ? undefined : { nick: renamed, isMade: false };
  }
  const destroyed = x?.getChild("destroy");
  if (destroyed !== undefined) return remoteRoomError("gone", destroyed.attrs.jid);
  if (codes.has("301")) return { condition: "forbidden" };
  if (codes.has("321") || codes.has("322")) return { condition: "registration-required" };
  return { condition: codes.has("307") && !codes.has("333") ? KICKED : SILENT };
}

/** Returns the password in an invitation of the room (XEP-0045 §7.8.2), "" if it has none; undefined for other messages. */
export function readInvitation(message: Element): string | undefined {
  const x = message.getChild("x", MUC.user);
  return x?.getChild("invite") === undefined ? undefined : (x.getChildText("password") ?? "");
}

/** How many occupants are remembered of a room, and of how many characters, with nicknames and addresses. */
const MAX_OCCUPANTS = 10_000;
const MAX_CHARACTERS = 1024 * 1024;

/** What the room shows of an occupant: the bare address, if it isn't hidden, and the affiliation. */
interface Occupant {
  readonly address: string | undefined;
  readonly affiliation: Affiliation;
}

/** The occupants of a room, as its service announces them. Their number and size are bounded (MAX_OCCUPANTS). */
export class RemoteOccupants {
  /** What the room shows of occupants, by nickname. */
  readonly #known = new Map<string, Occupant>();
  /** The length of all nicknames and addresses. */
  #characters = 0;

  constructor(private readonly wire: Pick<RoomWire, "room" | "features">) {}

  /** Forgets the occupants, because nicknames may change hands while the bot is outside or the link is down. */
  forget(): void {
    this.#known.clear();
    this.#characters = 0;
  }

  /** Notes what a presence of the room says (XEP-0045 §7.2.3), which overwrites what the occupant claims. */
  note(presence: Element, nick: string): void {
    const { type } = presence.attrs;
    if (type === "error") return;
    const before = this.#known.get(nick);
    if (before !== undefined) this.#characters -= nick.length + (before.address?.length ?? 0);
    this.#known.delete(nick);
    if (type === "unavailable" || this.#known.size >= MAX_OCCUPANTS) return;
    const item = onlyOne(presence.getChildren("x", MUC.user))?.getChild("item");
    const address = Jid.parse(item?.attrs.jid ?? "")?.bare.text;
    const shown = item?.attrs.affiliation;
    const affiliation = isAffiliation(shown) ? shown : "none";
    const isKnown = address !== undefined || affiliation !== "none";
    const length = nick.length + (address?.length ?? 0);
    if (!isKnown || this.#characters + length > MAX_CHARACTERS) return;
    this.#known.set(nick, { address, affiliation });
    this.#characters += length;
  }

  /** Returns an occupant's affiliation; "none" if it isn't known. */
  affiliationOf(nick: string): Affiliation {
    return this.#known.get(nick)?.affiliation ?? "none";
  }

  /** Returns what the room says of a message. A room that has these features removes what the occupant claims. */
  authorOf(message: Element, nick: string): Author {
    const { features, room } = this.wire;
    const occupantIds = message.getChildren("occupant-id", MUC.occupantId);
    const stanzaIds = message.getChildren("stanza-id", NS.sid).filter(({ attrs }) => attrs.by === room.text);
    return {
      sender: this.#known.get(nick)?.address,
      occupant_id: features.has(MUC.occupantId) ? onlyOne(occupantIds)?.attrs.id : undefined,
      stanza_id: features.has(NS.sid) ? onlyOne(stanzaIds)?.attrs.id : undefined,
    };
  }
}

function onlyOne(elements: readonly Element[]): Element | undefined {
  return elements.length === 1 ? elements[0] : undefined;
}
