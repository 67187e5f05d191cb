/** create_muc: creates a persistent, members-only, non-anonymous room. */
import type { AccountJid, BareJid } from "../address.js";
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import type { RoomScope, Work } from "../muc/context.js";
import { inviteDirectly, serviceOf } from "../muc/features/invitations/direct.js";
import { invitationText } from "../muc/features/invitations/texts.js";
import { mayRecreate } from "../muc/room/tombstones.js";
import { optionsOfMade } from "../muc/room/options.js";
import { cut } from "../muc/wire/text.js";
import type { OperationContext } from "./context.js";
import { refuseText } from "./limits.js";
import { commitWork, parseActor, parseRoom, type RoomCall } from "./room-call.js";

export interface CreateMuc extends RoomCall {
  readonly name: string;
  readonly description: string;
  /** The host of owners who are given as an id only; undefined: the default host. */
  readonly ownerHost: string | undefined;
  /** The owner, if it isn't the acting user. */
  readonly trueOwner: string | undefined;
}

const MAX_NAME = 255;
const MAX_DESCRIPTION = 2000;

/** Creates the room. A repeated call with the same owner changes nothing and gets the same response. */
export async function createMuc(
  context: OperationContext,
  call: CreateMuc,
): Promise<DeliveryStatus | Refusal> {
  const { ownerHost, trueOwner } = call;
  const jid = parseRoom(context, call.room);
  if (jid instanceof Refusal) return jid;
  const actor = parseActor(context, call.actor, "muc_owner", ownerHost);
  if (actor instanceof Refusal) return actor;
  const owner = trueOwner === undefined ? actor : parseActor(context, trueOwner, "muc_true_owner", ownerHost);
  if (owner instanceof Refusal) return owner;
  const unreadable = refuseText("muc_name", call.name) ?? refuseText("muc_desc", call.description);
  if (unreadable !== undefined) return unreadable;
  const { rooms, admins } = context.muc;
  return await commitWork(context, (transaction) => {
    const known = rooms.find(jid);
    if (known !== undefined) {
      const isSame = known.affiliations.get(owner.text)?.affiliation === "owner";
      return isSame
        ? undefined
        : new Refusal(Errcode.exists, `the room ${jid.text} exists already, with another owner`);
    }
    const destroyed = rooms.findTombstone(jid);
    if (destroyed !== undefined && !mayRecreate(destroyed, [actor, owner], admins)) {
      const whose = "for a while, only its former owners and administrators may make it again";
      return new Refusal(Errcode.exists, `the room ${jid.text} was destroyed: ${whose}`);
    }
    const title = cut(call.name, MAX_NAME);
    const description = cut(call.description, MAX_DESCRIPTION);
    makeRoomFor({ context: context.muc, transaction }, jid, { owner, title, description });
    return undefined;
  });
}

/** Creates a room, lets `configure` change its options, and invites its owner in the name of the service. */
export function makeRoomFor(
  work: Work,
  jid: AccountJid,
  made: { readonly owner: BareJid; readonly title: string; readonly description: string },
  configure: (scope: RoomScope) => void = () => undefined,
): void {
  const { context, transaction } = work;
  const options = optionsOfMade(context.config, made.title, made.description);
  const room = context.rooms.create(transaction, jid, { options, locked: false });
  room.setAffiliation(transaction, made.owner, "owner");
  configure({ ...work, room });
  const body = invitationText(context, room, "created");
  inviteDirectly({ transaction, room }, { from: serviceOf(context), body }, [made.owner.text]);
}
