/** The context of administrators' operations. */
import type { Logger } from "winston";
import type { GroupCommit } from "../../storage/group-commit.js";
import type { RoomsOverview } from "../../storage/rooms-overview.js";
import type { BareJid } from "../address.js";
import type { Actor, By } from "../muc/admin/actor.js";
import type { RoomContext } from "../muc/context.js";
import { serviceOf } from "../muc/features/invitations/direct.js";
import type { RoomView } from "../muc/room/room-view.js";
import type { AddressResolver } from "../operations/address-resolver.js";
import type { Records } from "./records.js";

export interface AdministrationContext {
  readonly muc: RoomContext;
  readonly addresses: AddressResolver;
  readonly overview: RoomsOverview;
  readonly records: Records;
  readonly commit: GroupCommit;
  readonly log: Logger;
  /** The administrator who acts; undefined for an operator. */
  readonly account: BareJid | undefined;
  /** The operator's name for the log; undefined if it isn't known. */
  readonly operator?: string | undefined;
}

/** The result of an operation. */
export interface Done {
  /** For the administrator or operator; a sentence. */
  readonly message: string;
}

/** Logs the result of an operation with its actor. */
export function noteDone({ account, operator, log }: AdministrationContext, message: string): Done {
  const actor = account?.text ?? (operator === undefined ? "the operator" : `the operator ${operator}`);
  log.info(`Administration by ${actor}: ${message}`);
  return { message };
}

/** The actor of an operation in a room, with an owner's rights. */
export function actorIn({ muc, account }: AdministrationContext, room: RoomView): Actor {
  const occupant = account && room.occupantsOf(account)[0];
  return {
    account: account ?? serviceOf(muc).bare,
    affiliation: "owner",
    nick: occupant?.nick.text,
    role: occupant?.role ?? "none",
  };
}

/** The actor that occupants see; none for an operator, who acts as the service. */
export function byIn(context: AdministrationContext, room: RoomView): By {
  return context.account === undefined ? {} : actorIn(context, room);
}
