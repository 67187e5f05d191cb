/** The administrators' operations: as ad-hoc commands (XEP-0050), and for the command line and the console. */
import type { Jid } from "../address.js";
import type { Command } from "../entity/command.js";
import { StanzaError } from "../stanza-error.js";
import { announce, announceInAllCommand, announceInRoomCommand } from "./announce.js";
import { configureRoom, configureRoomCommand } from "./configure-room.js";
import { destroyRoom, destroyRoomCommand } from "./destroy-room.js";
import { kick, kickCommand, occupantsCommand } from "./kick.js";
import { listRoomsCommand } from "./list-rooms.js";
import { makeRoom, makeRoomCommand } from "./make-room.js";
import type { AdminCommand, Operation } from "./operation.js";
import { purgeArchive, purgeArchiveCommand } from "./purge-archive.js";
import { handOver, handOverCommand, setAffiliation, setAffiliationCommand } from "./set-affiliation.js";
import type { AdministrationContext } from "./context.js";

/** Operations on rooms, by their names on the operators' socket and in the console. */
export const OPERATIONS = {
  make: makeRoom,
  set: configureRoom,
  "hand-over": handOver,
  affiliation: setAffiliation,
  kick,
  announce,
  purge: purgeArchive,
  destroy: destroyRoom,
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof OPERATIONS;

/** The ad-hoc commands, in the order in which clients show them. */
const COMMANDS: readonly AdminCommand[] = [
  listRoomsCommand,
  occupantsCommand,
  makeRoomCommand,
  configureRoomCommand,
  setAffiliationCommand,
  handOverCommand,
  kickCommand,
  announceInRoomCommand,
  announceInAllCommand,
  purgeArchiveCommand,
  destroyRoomCommand,
];

export class Administration {
  constructor(private readonly context: Omit<AdministrationContext, "account">) {}

  /** Returns the context for an operator of the component. @param operator the operator's name, for the log */
  byOperator(operator?: string): AdministrationContext {
    return { ...this.context, account: undefined, operator };
  }

  /** The ad-hoc commands; only administrators of the service (rooms.admins) may run them. */
  get commands(): Command[] {
    return COMMANDS.map(({ node, name, start }) => ({
      node,
      name,
      mayRun: (from) => this.#isAdmin(from),
      start: (from) => {
        if (this.#isAdmin(from)) return start({ ...this.context, account: from.bare });
        throw new StanzaError(
          "auth",
          "forbidden",
          "Only administrators of the service may run this command.",
        );
      },
    }));
  }

  #isAdmin(from: Jid): boolean {
    return this.context.muc.admins.has(from);
  }
}
