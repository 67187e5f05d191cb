/** The context in which administrators' and operators' operations run. */
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
  /** The administrator who runs the operation; undefined for an operator. */
  readonly account: BareJid | undefined;
  /** The operator's name for the log; undefined if unknown. */
  readonly operator?: string | undefined;
}

/** The result of an operation: a sentence for the administrator or operator. */
export interface Done {
  readonly message: string;
}

/** Logs the result of an operation, and who ran it. */
export function noteDone({ account, operator, log }: AdministrationContext, message: string): Done {
  const actor = account?.text ?? (operator === undefined ? "the operator" : `the operator ${operator}`);
  log.info(`Administration by ${actor}: ${message}`);
  return { message };
}

/** Returns the actor of an operation in a room: the administrator or the service, with the rights of an owner. */
export function actorIn({ muc, account }: AdministrationContext, room: RoomView): Actor {
  const occupant = account && room.occupantsOf(account)[0];
  return {
    account: account ?? serviceOf(muc).bare,
    affiliation: "owner",
    nick: occupant?.nick.text,
    role: occupant?.role ?? "none",
  };
}

/** Returns the actor that occupants see. Occupants see no actor if an operator acts. */
export function byIn(context: AdministrationContext, room: RoomView): By {
  return context.account === undefined ? {} : actorIn(context, room);
}
