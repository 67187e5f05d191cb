/** What the operations of administrators work with: by ad-hoc commands and on the command line, the same ones. */
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
  /** Who acts: an administrator of the service; undefined for whoever operates it on its own machine. */
  readonly account: BareJid | undefined;
  /** By which name the log knows whoever operates it; undefined where that isn't known. */
  readonly operator?: string | undefined;
}

/** Done: a sentence for who asked for it. */
export interface Done {
  readonly told: string;
}

/** Has the log say what was done, and by whom. */
export function noteDone({ account, operator, log }: AdministrationContext, told: string): Done {
  const who = account?.text ?? (operator === undefined ? "the operator" : `the operator ${operator}`);
  log.info(`Administration by ${who}: ${told}`);
  return { told };
}

/** The rights with which it is done in a room: an owner's. */
export function actorIn({ muc, account }: AdministrationContext, room: RoomView): Actor {
  const occupant = account && room.occupantsOf(account)[0];
  return {
    account: account ?? serviceOf(muc).bare,
    affiliation: "owner",
    nick: occupant?.nick.text,
    role: occupant?.role ?? "none",
  };
}

/** As whom those inside are told that it was done: an operator's work is the service's own. */
export function byIn(context: AdministrationContext, room: RoomView): By {
  return context.account === undefined ? {} : actorIn(context, room);
}
