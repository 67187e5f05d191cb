/** The texts of invitations, in the configured language (messages.language). */
import type { Language } from "../../../translated.js";
import type { RoomContext } from "../../context.js";
import type { RoomView } from "../../room/room-view.js";

/** The texts by kind: an occupant invites, an administrator makes a user a member, a program creates a room. */
type Texts = Readonly<Record<"invited" | "madeMember" | "created", (room: string, who: string) => string>>;

const TEXTS: Readonly<Record<Language, Texts & { readonly colon: string; readonly anAdmin: string }>> = {
  en: {
    invited: (room, who) => `${who} invites you to ${room}`,
    madeMember: (room, who) => `${who} made you a member of ${room}`,
    created: (room) => `The room ${room} was made for you`,
    anAdmin: "An administrator",
    colon: ": ",
  },
  zh: {
    invited: (room, who) => `${who}邀请你加入${room}`,
    madeMember: (room, who) => `${who}将你加为${room}的成员`,
    created: (room) => `已为你创建群聊${room}`,
    anAdmin: "管理员",
    colon: "：",
  },
};

/**
 * Returns the body of an invitation, with a link, because some clients offer no other way to enter.
 * @param who the inviter's name; undefined for an administrator who isn't named
 */
export function invitationText(
  { messages: { language } }: Pick<RoomContext, "messages">,
  room: RoomView,
  kind: keyof Texts,
  who?: string,
): string {
  const { [kind]: text, anAdmin, colon } = TEXTS[language];
  return text(nameOf(room), who ?? anAdmin) + colon + joinLink(room);
}

/** Returns the room's name, or else its localpart. */
export function nameOf({ jid, options: { name } }: Pick<RoomView, "jid" | "options">): string {
  return name === "" ? jid.local : name;
}

/** Returns a percent-encoded link for entering the room (XEP-0147, RFC 5122 §2.7). */
export function joinLink({ jid: { local, domain } }: Pick<RoomView, "jid">): string {
  return `xmpp:${encodeURIComponent(local)}@${encodeURIComponent(domain)}?join`;
}
