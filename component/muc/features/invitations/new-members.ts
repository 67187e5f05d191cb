/** Inviting those whom an administrator's list made members (XEP-0045 §9.5). */
import type { BareJid } from "../../../address.js";
import type { Actor } from "../../admin/actor.js";
import type { RoomScope } from "../../context.js";
import { isNonAnonymous } from "../anonymity.js";
import { titleOf } from "../description.js";
import { inviteDirectly, shownInviterOf } from "./direct.js";

export function inviteNewMembers(
  scope: RoomScope,
  { account, nick }: Pick<Actor, "account" | "nick">,
  added: readonly BareJid[],
): void {
  const { context, room } = scope;
  const who = nick ?? (isNonAnonymous(room) ? account.text : "An administrator");
  const body = `${who} made you a member of ${titleOf(room)}`;
  const from = shownInviterOf(context, room, account);
  inviteDirectly(
    scope,
    { from, body },
    added.map(({ text }) => text),
  );
}
