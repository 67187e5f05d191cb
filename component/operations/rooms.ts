/** Calls about rooms: create_muc, destroy_muc, management/change_muc_opts, send_notice_vcard. */
import type { AccountJid, BareJid } from "../addresses/address.js";
import { reconfigure } from "../muc/admin/configuration.js";
import { destroy } from "../muc/admin/destroying.js";
import type { RoomScope, Work } from "../muc/context.js";
import { notifyVcard } from "../muc/discovery/room-info.js";
import {
  inviteDirectly,
  serviceOf,
  shownInviterOf,
  invitationText,
} from "../muc/features/invitations/direct.js";
import { optionsOfMade } from "../muc/options/room-options.js";
import { cut } from "../muc/wire/text.js";
import type { Acceptance } from "../outbox/outbox.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import { StanzaError } from "../inbound/stanza-error.js";
import type { OperationContext } from "./context.js";
import { refuseText } from "./limits.js";
import {
  commitWork,
  inRoom,
  inRoomAt,
  noSuchRoom,
  parseActor,
  parseRoom,
  type RoomCall,
  type RoomName,
} from "./room-call.js";
import { quoted } from "../wording.js";

interface CreateMuc extends RoomCall {
  readonly name: string;
  readonly description: string;
  /** The host of owners who are given as an id only; undefined: the default host. */
  readonly ownerHost: string | undefined;
  /** The owner, if it isn't the acting user. */
  readonly trueOwner: string | undefined;
}

const MAX_NAME = 255;
const MAX_DESCRIPTION = 2000;

/** Creates a persistent, members-only, non-anonymous room. A repeated call with the same owner changes nothing and gets the same response. */
export async function createMuc(context: OperationContext, call: CreateMuc): Promise<Acceptance> {
  const { ownerHost, trueOwner } = call;
  const jid = parseRoom(context, call.room);
  if (jid instanceof Refusal) return jid;
  const actor = parseActor(context, call.actor, "muc_owner", ownerHost);
  if (actor instanceof Refusal) return actor;
  const owner = trueOwner === undefined ? actor : parseActor(context, trueOwner, "muc_true_owner", ownerHost);
  if (owner instanceof Refusal) return owner;
  const unreadable = refuseText("muc_name", call.name) ?? refuseText("muc_desc", call.description);
  if (unreadable !== undefined) return unreadable;
  const { rooms } = context.muc;
  return await commitWork(context, (transaction) => {
    const known = rooms.find(jid);
    if (known !== undefined) {
      const isSame = known.affiliations.get(owner.text)?.affiliation === "owner";
      return isSame ? undefined : refuse.exists(`the room ${jid.text} exists already, with another owner`);
    }
    const destroyed = rooms.findTombstone(jid);
    if (destroyed !== undefined && !rooms.mayRecreate(destroyed, [actor, owner])) {
      const whose = "for a while, only its former owners and administrators may make it again";
      return refuse.exists(`the room ${jid.text} was destroyed: ${whose}`);
    }
    const title = cut(call.name, MAX_NAME);
    const description = cut(call.description, MAX_DESCRIPTION);
    makeRoomFor({ context: context.muc, transaction }, jid, { owner, title, description, by: actor });
    return undefined;
  });
}

/**
 * Creates a room, lets `configure` change its options, and invites its owner.
 * @param made.by the inviter; undefined, or the owner: the service invites, as nobody is invited by themselves
 */
export function makeRoomFor(
  work: Work,
  jid: AccountJid,
  made: {
    readonly owner: BareJid;
    readonly title: string;
    readonly description: string;
    readonly by?: BareJid | undefined;
  },
  configure: (scope: RoomScope) => void = () => undefined,
): void {
  const { context, transaction } = work;
  const options = optionsOfMade(context.config, made.title, made.description);
  const room = context.rooms.create(transaction, jid, { options, locked: false });
  room.setAffiliation(transaction, made.owner, "owner");
  configure({ ...work, room });
  const body = invitationText(context, room, "created");
  const isOther = made.by !== undefined && !made.by.equals(made.owner);
  const from = isOther ? shownInviterOf(context, room, made.by) : serviceOf(context);
  inviteDirectly({ transaction, room }, { from, body }, [made.owner.text]);
}

/** Destroys a room with its affiliations, history and archive. */
export async function destroyMuc(context: OperationContext, call: RoomCall): Promise<Acceptance> {
  const actor = parseActor(context, call.actor);
  if (actor instanceof Refusal) return actor;
  return await inRoom(context, call.room, (scope) => {
    if (scope.room.affiliationOf(actor) !== "owner") return refuse.forbidden("owner error");
    destroy(scope, {});
    return undefined;
  });
}

interface ChangeMucOpts {
  readonly room: RoomName;
  /** "true" or "false". In this and the following fields, undefined leaves the option unchanged. */
  readonly public: string | undefined;
  /** "true" or "false". */
  readonly persistent: string | undefined;
  /** The occupant limit: a number, as text. */
  readonly maxUsers: string | undefined;
  /** The new owner, who replaces all current owners: id or id@host. */
  readonly owner: string | undefined;
}

/** Changes a room's options and owner. The call has no acting user. */
export async function changeMucOpts(context: OperationContext, call: ChangeMucOpts): Promise<Acceptance> {
  const { maxUsers } = call;
  const owner = call.owner === undefined ? undefined : context.addresses.account(call.owner, "affiliations");
  if (owner instanceof Refusal) return owner;
  if (maxUsers !== undefined && !/^\d{1,9}$/.test(maxUsers)) {
    return badRequest(`max_users: ${quoted(maxUsers)} is not a number of occupants`);
  }
  const fields = new Map<string, readonly string[]>();
  for (const [name, value] of [
    ["publicroom", call.public],
    ["persistentroom", call.persistent],
    ["maxusers", maxUsers],
    ["roomowners", owner?.text],
  ] as const)
    if (value !== undefined) fields.set(`muc#roomconfig_${name}`, [value]);
  return await inRoom(context, call.room, (scope) => {
    try {
      reconfigure(scope, fields, {});
      return undefined;
    } catch (error) {
      // The form refuses numbers above the service's limit (rooms.max_occupants).
      if (!(error instanceof StanzaError) || error.condition !== "not-acceptable") throw error;
      return badRequest(`max_users: a room here takes from 1 to ${context.muc.config.max_occupants}`);
    }
  });
}

/** Notifies occupants that a program has changed the room's vCard, so that clients request it. */
export async function sendNoticeVcard(
  context: OperationContext,
  call: { readonly room: string },
): Promise<Acceptance> {
  const { addresses } = context;
  const named = addresses.address(call.room, "muc_name", addresses.roomDomains[0]);
  if (named instanceof Refusal) return named;
  const jid = addresses.roomAt(named);
  if (jid === undefined) return noSuchRoom(named);
  return await inRoomAt(context, jid, (scope) => {
    notifyVcard(scope, scope.room.pictures.length > 0);
    return undefined;
  });
}
