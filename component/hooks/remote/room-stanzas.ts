/** What the stanzas of a room of another service say of the bot, and of occupants, who can't forge it. */
import { Jid, prepareResource } from "../../addresses/address.js";
import { MUC } from "../../muc/wire/ns.js";
import { NS, type Element } from "../../xml/builder.js";
import { KICKED, SILENT, type RoomError } from "./room-error.js";
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

/** Who wrote a message, as the room says: the bare address, and the ids of XEP-0421 and XEP-0359. */
export type Author = Readonly<Record<"sender" | "occupant_id" | "stanza_id", string | undefined>>;

const OCCUPANT_ID = "urn:xmpp:occupant-id:0";
/** How many occupants' addresses are remembered. */
const MAX_ADDRESSES = 10_000;

export class Occupants {
  /** The bare addresses, by nickname. */
  readonly #addresses = new Map<string, string>();

  constructor(private readonly wire: Pick<RoomWire, "room" | "features">) {}

  /** Forgets the occupants, because nicknames may change hands while the bot is outside or the link is down. */
  forget(): void {
    this.#addresses.clear();
  }

  /** Notes the address in a presence of the room (XEP-0045 §7.2.3), which overwrites what the occupant claims. */
  note(presence: Element, nick: string): void {
    const { type } = presence.attrs;
    if (type === "error") return;
    this.#addresses.delete(nick);
    if (type === "unavailable" || this.#addresses.size >= MAX_ADDRESSES) return;
    const item = onlyOne(presence.getChildren("x", MUC.user))?.getChild("item");
    const address = Jid.parse(item?.attrs.jid ?? "")?.bare.text;
    if (address !== undefined) this.#addresses.set(nick, address);
  }

  /** Returns what the room says of a message. A room that has these features removes what the occupant claims. */
  authorOf(message: Element, nick: string): Author {
    const { features, room } = this.wire;
    const occupantIds = message.getChildren("occupant-id", OCCUPANT_ID);
    const stanzaIds = message.getChildren("stanza-id", NS.sid).filter(({ attrs }) => attrs.by === room.text);
    return {
      sender: this.#addresses.get(nick),
      occupant_id: features.has(OCCUPANT_ID) ? onlyOne(occupantIds)?.attrs.id : undefined,
      stanza_id: features.has(NS.sid) ? onlyOne(stanzaIds)?.attrs.id : undefined,
    };
  }
}

function onlyOne(elements: readonly Element[]): Element | undefined {
  return elements.length === 1 ? elements[0] : undefined;
}
