/** What a room of another service says of occupants and messages, which occupants can't forge by what they send. */
import { Jid } from "../../addresses/address.js";
import { MUC } from "../../muc/wire/ns.js";
import { NS, type Element } from "../../xml/builder.js";
import type { RoomWire } from "./room-wire.js";

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
