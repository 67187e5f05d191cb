/** Voice: who may speak in moderated rooms, and voice requests (XEP-0045 §7.13), which moderators decide. */
import { nickKeyOf } from "../../addresses/nick.js";
import type { Inbound } from "../../inbound/router.js";
import { xml, type Element } from "../../xml/builder.js";
import { actorOf, isModerator, refuseRole, senderIn } from "../admin/actor.js";
import { changeRole } from "../occupancy/leaving.js";
import type { RoomScope } from "../context.js";
import { sessionsOf, type Occupant } from "../room/occupants.js";
import type { Room } from "../room/room.js";
import { parseBoolean } from "../options/room-option-kinds.js";
import { formElement, parseForm, textField } from "../wire/data-form.js";
import { raise } from "../wire/replies.js";
import { MUC } from "../wire/ns.js";
import { isAtLeast, roleIsAtLeast, USUAL_ROLE, type Affiliation, type Role } from "../room/affiliation.js";
import type { Feature } from "./feature.js";

/** Returns the role of newcomers (XEP-0045 §5.1.2): in moderated rooms, those who aren't members have no voice. */
export function defaultRoleOf({ options }: Room, affiliation: Affiliation): Role {
  return options.moderated && affiliation === "none" ? "visitor" : USUAL_ROLE[affiliation];
}

const moderated: Feature = {
  disco: ({ options }) => [options.moderated ? "muc_moderated" : "muc_unmoderated"],
  refuseSpeech: ({ room }, { affiliation, occupant }) => {
    const hasVoice =
      occupant === undefined
        ? !room.options.moderated || isAtLeast(affiliation, "member")
        : roleIsAtLeast(occupant.role, "participant");
    return hasVoice ? undefined : room.error("forbidden", "Visitors have no voice in this room.");
  },
};

export const voice: readonly Feature[] = [moderated, { disco: () => [MUC.request] }];

/** The pause between the requests of a visitor, in seconds. */
const REQUEST_PAUSE = 60;

/** Handles a visitor's request, or a moderator's submitted form. @throws StanzaError if it is refused */
export function handleVoice(scope: RoomScope, { from }: Inbound<"room">, form: Element): void {
  const { room } = scope;
  const sender = senderIn(room, from);
  const submitted = parseForm(form, MUC.request);
  if (submitted?.type !== "submit") throw room.error("bad-request", "This is not a voice request.");
  const value = (name: string): string | undefined => submitted.fields.get(name)?.[0];
  const allowed = parseBoolean(value("muc#request_allow"));
  if (allowed === undefined) {
    passRequest(scope, sender);
    return;
  }
  const occupant = room.occupants.get(nickKeyOf(value("muc#roomnick") ?? ""));
  if (!allowed || occupant?.role !== "visitor") return;
  const actor = actorOf(room, from);
  raise(refuseRole(room, actor, { occupant, role: "participant", reason: undefined }));
  changeRole(scope, occupant, "participant", actor);
}

function passRequest({ context, transaction, room }: RoomScope, asker: Occupant): void {
  if (asker.role !== "visitor") throw room.error("not-allowed", "You already have voice.");
  if (!context.budgets.pauses.consume(`voice ${room.id} ${asker.account.text}`, REQUEST_PAUSE))
    throw room.error("resource-constraint", "You have just asked: wait a minute.");
  const [jid = asker.account.text] = asker.sessions.keys();
  const form = formElement(
    "form",
    MUC.request,
    [
      textField("muc#role", "Requested role", "participant"),
      { name: "muc#jid", type: "jid-single", label: "User", values: [jid] },
      textField("muc#roomnick", "Nickname", asker.nick.text),
      { name: "muc#request_allow", type: "boolean", label: "Grant voice?", values: ["0"] },
    ],
    { title: "Request for voice" },
  );
  const receivers = sessionsOf([...room.occupants.values()].filter(isModerator));
  transaction.broadcast(xml("message", { from: room.jid.text }, form), receivers);
}
