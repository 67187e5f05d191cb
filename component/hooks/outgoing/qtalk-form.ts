/** The payload of QTalk's option push_url, with the names and values in ejabberd_sm.erl and mod_muc_room.erl. */
import type { Jid } from "../../addresses/address.js";
import { isAtLeast } from "../../muc/room/affiliation.js";
import type { RoomView } from "../../muc/room/room-view.js";
import { xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";

interface QTalkMessage {
  readonly from: Jid;
  readonly message: Element;
  readonly id: string;
  /** When the message was sent, in milliseconds since 1970. */
  readonly at: number;
}

/** Renders a direct message. */
export function chat({ from, message, id, at }: QTalkMessage, to: Jid): object {
  return {
    topic: "chat",
    m_from: from.local ?? "",
    from_host: from.domain,
    m_to: to.local ?? "",
    to_host: to.domain,
    m_body: textOf(message, { from: from.text, to: to.text }),
    type: "chat",
    realfrom: "",
    realto: "",
    create_time: at,
    // QTalk's values for a message without a channel.
    cn: "qchat",
    d: "recv",
    usrType: "common",
    msg_id: id,
  };
}

/** Renders a message to a room. */
export function groupchat({ from, message, id, at }: QTalkMessage, room: RoomView, nick: string): object {
  return {
    topic: "groupchat",
    type: "groupchat",
    muc_room_name: room.jid.local,
    room_host: room.jid.domain,
    host: from.domain,
    nick,
    packet: textOf(message, { from: `${room.jid.text}/${nick}`, to: room.jid.text }),
    have_subject: "1",
    size: 0,
    create_time: at,
    msg_id: id,
    realfrom: from.text,
    userlist: listeners(room),
  };
}

function listeners(room: RoomView): string[] {
  const members = [...room.affiliations.all()].filter(({ affiliation }) => isAtLeast(affiliation, "member"));
  const inside = [...room.occupants.values()].map(({ account }) => account.text);
  return [...new Set([...members.map(({ jid }) => jid), ...inside])];
}

function textOf(message: Element, addresses: { readonly from: string; readonly to: string }): string {
  return serialise(xml("message", { ...message.attrs, ...addresses }, ...message.children));
}
