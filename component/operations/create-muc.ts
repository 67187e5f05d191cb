/** create_muc: makes a persistent room that only its members enter, where they see each other's addresses. */
import type { DeliveryStatus } from "../outbox/outbox.js";
import { Errcode, Refusal } from "../refusal.js";
import { titleOf } from "../muc/room/names.js";
import { inviteDirectly, serviceOf } from "../muc/features/invitations/direct.js";
import { mayMakeAgain } from "../muc/room/destroyed-rooms.js";
import { optionsOfMade } from "../muc/room/options.js";
import { cut } from "../muc/wire/text.js";
import { hasForbiddenCharacter } from "../xml/serialise.js";
import type { OperationContext } from "./context.js";
import { inTransaction, readActor, readRoom, type RoomCall } from "./room-call.js";

export interface CreateMuc extends RoomCall {
  readonly name: string;
  readonly description: string;
  /** The host of the owner's id, where it has none. */
  readonly ownerHost: string | undefined;
  /** Who becomes the owner in place of the one who acts. */
  readonly trueOwner: string | undefined;
}

const MAX_NAME = 255;
const MAX_DESCRIPTION = 2000;

/** The same call again by the same owner changes nothing and is answered as before. */
export async function createMuc(
  context: OperationContext,
  call: CreateMuc,
): Promise<DeliveryStatus | Refusal> {
  const { ownerHost, trueOwner } = call;
  const jid = readRoom(context, call.room);
  if (jid instanceof Refusal) return jid;
  const actor = readActor(context, call.actor, "muc_owner", ownerHost);
  if (actor instanceof Refusal) return actor;
  const owner = trueOwner === undefined ? actor : readActor(context, trueOwner, "muc_true_owner", ownerHost);
  if (owner instanceof Refusal) return owner;
  for (const [field, text] of [
    ["muc_name", call.name],
    ["muc_desc", call.description],
  ] as const) {
    if (hasForbiddenCharacter(text)) {
      return new Refusal(Errcode.request, `${field}: holds a character that XML forbids`);
    }
  }
  const { rooms, config, admins } = context.muc;
  return await inTransaction(context, (transaction) => {
    const known = rooms.find(jid);
    if (known !== undefined) {
      const isSame = known.members.get(owner.text)?.affiliation === "owner";
      return isSame
        ? undefined
        : new Refusal(Errcode.exists, `the room ${jid.text} exists already, under another owner`);
    }
    const destroyed = rooms.findDestroyed(jid);
    if (destroyed !== undefined && !mayMakeAgain(destroyed, [actor, owner], admins)) {
      const whose = "only those who owned it, and administrators, may make it again for a while";
      return new Refusal(Errcode.exists, `the room ${jid.text} was destroyed: ${whose}`);
    }
    const options = optionsOfMade(config, cut(call.name, MAX_NAME), cut(call.description, MAX_DESCRIPTION));
    const room = rooms.create(transaction, jid, { options, locked: false });
    room.setAffiliation(transaction, owner, "owner");
    // A program made it: the owner isn't invited by themselves, nor by anybody else.
    const body = `The room ${titleOf(room)} was made for you`;
    inviteDirectly({ transaction, room }, { from: serviceOf(context.muc), body }, [owner.text]);
    return undefined;
  });
}
