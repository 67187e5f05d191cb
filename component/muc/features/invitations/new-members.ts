/** Inviting those whom an administrator's list made members (XEP-0045 §9.5). */
import type { BareJid } from "../../../address.js";
import type { By } from "../../admin/actor.js";
import type { RoomScope } from "../../context.js";
import { isNonAnonymous } from "../anonymity.js";
import { inviteDirectly, serviceOf, shownInviterOf } from "./direct.js";
import { invitationText } from "./texts.js";

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
