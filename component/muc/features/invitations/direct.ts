/**
 * Sends direct invitations (XEP-0249). They come from a user or the component's domain, because a body from the room would
 * open a private chat. The body makes servers store them for offline users; a hint (XEP-0334) keeps them out of archives.
 */
import { randomUUID } from "node:crypto";
import { Jid, type BareJid } from "../../../addresses/address.js";
import { NS, xml, type Element } from "../../../xml/builder.js";
import type { By } from "../../admin/actor.js";
import { isLocal, type RoomContext, type RoomScope, type RoomTransaction } from "../../context.js";
import type { Room } from "../../room/room.js";
import { MUC } from "../../wire/ns.js";
import { isNonAnonymous } from "../anonymity.js";
import { passwordToGive } from "../access.js";
import type { Language } from "../../../translated.js";

export interface DirectInvitation {
  /** The inviter; the component's domain if a program invites, or if the component may not send as the inviter. */
  readonly from: Jid;
  /** The text for chat lists and for clients that don't support invitations. */
  readonly body: string;
  readonly reason?: string | undefined;
}

/** Invites accounts. Messages in the room don't invite these accounts again until they have entered. */
export function inviteDirectly(
  { transaction, room }: RoomTransaction,
  invitation: DirectInvitation,
  accounts: readonly string[],
): void {
  if (accounts.length === 0) return;
  // Bots, which are at the component's own domain, need no invitation.
  const people = accounts.filter((account) => !account.endsWith(`@${room.jid.domain}`));
  const attrs = { from: invitation.from.text, id: randomUUID() };
  transaction.broadcast(invitationElement(room, attrs, invitation), people);
  room.stopInviting(transaction, accounts);
}

/**
 * Invites accounts that became members by an administrator's list or a configuration form (XEP-0045 §9.5). For an
 * operator, who is no user, the component invites: clients would show an owner's invitation as the owner's own words.
 */
export function inviteNewMembers(scope: RoomScope, { account, nick }: By, added: readonly BareJid[]): void {
  const { context, room } = scope;
  const shown = isNonAnonymous(room) ? account?.text : undefined;
  const body = invitationText(context, room, "madeMember", nick ?? shown);
  const from = account === undefined ? serviceOf(context) : shownInviterOf(context, room, account);
  inviteDirectly(
    scope,
    { from, body },
    added.map(({ text }) => text),
  );
}

/**
 * Returns the sender of an invitation: the user or the bot, or the component's domain if it may not send for the user.
 * Clients treat the domain as a person to whom messages can't be encrypted.
 */
export function inviterOf(context: RoomContext, account: BareJid): Jid {
  if (isBot(context, account)) return account;
  return isLocal(context, account) && !context.isDenied(account.domain) ? account : serviceOf(context);
}

/** Returns the sender of an occupant's invitation: as inviterOf(), or the domain if the room hides real addresses. */
export function shownInviterOf(context: RoomContext, room: Room, account: BareJid): Jid {
  const isShown = isNonAnonymous(room) || isBot(context, account);
  return isShown ? inviterOf(context, account) : serviceOf(context);
}

/** Whether an address belongs to a bot: they are at the component's own domain. */
function isBot({ domain }: RoomContext, account: Jid): boolean {
  return account.local !== undefined && account.domain === domain;
}

export function serviceOf({ domain }: RoomContext): Jid {
  const jid = Jid.parse(domain);
  if (jid === undefined) throw new Error(`${domain} is no address`);
  return jid;
}

/** Builds a direct invitation. @param more further elements */
export function invitationElement(
  room: Room,
  attrs: { readonly from: string; readonly id?: string },
  { body, reason }: Pick<DirectInvitation, "body" | "reason">,
  ...more: readonly Element[]
): Element {
  const password = passwordToGive(room);
  return xml(
    "message",
    attrs,
    xml("body", {}, body),
    ...more,
    xml("x", { xmlns: MUC.conference, jid: room.jid.text, reason, password }),
    xml("no-permanent-store", NS.hints),
  );
}

/** The texts before the link: an occupant invites, an administrator makes a user a member, a program creates a room. */
const TEXTS = {
  en: {
    invited: (room: string, who = "An administrator") => `${who} invites you to ${room}: `,
    madeMember: (room: string, who = "An administrator") => `${who} made you a member of ${room}: `,
    created: (room: string) => `The room ${room} was made for you: `,
  },
  zh: {
    invited: (room: string, who = "管理员") => `${who}邀请你加入${room}：`,
    madeMember: (room: string, who = "管理员") => `${who}将你加为${room}的成员：`,
    created: (room: string) => `已为你创建群聊${room}：`,
  },
} satisfies Readonly<Record<Language, object>>;

/** Returns the body of an invitation, with a link, because some clients offer no other way to enter. */
export function invitationText(
  { messages: { language } }: Pick<RoomContext, "messages">,
  room: Room,
  kind: keyof (typeof TEXTS)["en"],
  who?: string,
): string {
  return TEXTS[language][kind](roomNameOf(room), who) + joinLink(room);
}

export function roomNameOf({ jid, options: { name } }: Pick<Room, "jid" | "options">): string {
  return name === "" ? jid.local : name;
}

/** Returns a percent-encoded link for entering the room (XEP-0147, RFC 5122 §2.7). */
export function joinLink({ jid: { local, domain } }: Pick<Room, "jid">): string {
  return `xmpp:${encodeURIComponent(local)}@${encodeURIComponent(domain)}?join`;
}
