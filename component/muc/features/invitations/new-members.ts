/** Inviting those whom an administrator's list made members (XEP-0045 §9.5). */
import type { BareJid } from "../../../address.js";
import type { By } from "../../admin/actor.js";
import type { RoomScope } from "../../context.js";
import { isNonAnonymous } from "../anonymity.js";
import { titleOf } from "../../room/names.js";
import { inviteDirectly, serviceOf, shownInviterOf } from "./direct.js";

export function inviteNewMembers(scope: RoomScope, { account, nick }: By, added: readonly BareJid[]): void {
  const { context, room } = scope;
  const shown = isNonAnonymous(room) ? account?.text : undefined;
  const body = `${nick ?? shown ?? "An administrator"} made you a member of ${titleOf(room)}`;
  const from = account === undefined ? serviceOf(context) : shownInviterOf(context, room, account);
  inviteDirectly(
    scope,
    { from, body },
    added.map(({ text }) => text),
  );
}
