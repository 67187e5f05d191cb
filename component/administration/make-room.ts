/** Makes a room, with an owner, as create_muc does; what its form says more is set at once. */
import { titleOf } from "../muc/room/names.js";
import { inviteDirectly, serviceOf } from "../muc/features/invitations/direct.js";
import { optionsOfMade } from "../muc/room/options.js";
import { Errcode, Refusal } from "../refusal.js";
import { hasForbiddenCharacter } from "../xml/serialise.js";
import { reconfigure } from "../muc/admin/configuration.js";
import { readFields, type FieldValues } from "./configure-room.js";
import { byIn, type AdministrationContext, type Done } from "./context.js";
import { inTransaction, readRoom } from "./in-room.js";

export interface MakeRoom {
  readonly room: string;
  readonly title: string;
  readonly description: string;
  readonly owner: string;
  /** Fields of its form, by name. */
  readonly fields: FieldValues;
}

const MAX_TITLE = 255;
const MAX_DESCRIPTION = 2000;

export async function makeRoom(context: AdministrationContext, call: MakeRoom): Promise<Done | Refusal> {
  const jid = readRoom(context, call.room);
  if (jid instanceof Refusal) return jid;
  const owner = context.addresses.account(call.owner.trim(), "owner");
  if (owner instanceof Refusal) return owner;
  const refusal =
    refuseText("title", call.title, MAX_TITLE) ??
    refuseText("description", call.description, MAX_DESCRIPTION);
  if (refusal !== undefined) return refusal;
  const fields = readFields(context, call.fields);
  if (fields instanceof Refusal) return fields;
  const { rooms, config } = context.muc;
  return await inTransaction(context, (work) => {
    if (rooms.find(jid) !== undefined) {
      return new Refusal(Errcode.exists, `room: ${jid.text} exists already`);
    }
    const options = optionsOfMade(config, call.title, call.description);
    const room = rooms.create(work.transaction, jid, { options, locked: false });
    const scope = { ...work, room };
    room.setAffiliation(work.transaction, owner, "owner");
    if (fields.size > 0) reconfigure(scope, fields, byIn(context, room));
    const body = `The room ${titleOf(room)} was made for you`;
    inviteDirectly(scope, { from: serviceOf(context.muc), body }, [owner.text]);
    return { told: `The room ${jid.text} was made; its owner is ${owner.text}.` };
  });
}

function refuseText(field: string, text: string, most: number): Refusal | undefined {
  if (hasForbiddenCharacter(text)) {
    return new Refusal(Errcode.request, `${field}: holds a character that XML forbids`);
  }
  return text.length > most
    ? new Refusal(Errcode.request, `${field}: has ${text.length} characters, at most ${most} are possible`)
    : undefined;
}
