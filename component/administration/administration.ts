/** What administrators of the service can do: by ad-hoc commands, on the command line and in the console. */
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

/** What changes rooms, by the names that the operators' socket and the console have for it. */
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

/** In the order in which they are offered. */
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

  /** For whoever operates the service, on its own machine. */
  get forOperator(): AdministrationContext {
    return this.byOperator(undefined);
  }

  /** The same for one of whom the log is to have the name. */
  byOperator(operator: string | undefined): AdministrationContext {
    return { ...this.context, account: undefined, operator };
  }

  /** Ad-hoc commands, for administrators of the service alone. */
  get commands(): Command[] {
    return COMMANDS.map(({ node, name, start }) => ({
      node,
      name,
      mayRun: (from) => this.#isAdmin(from),
      start: (from) => {
        if (this.#isAdmin(from)) return start({ ...this.context, account: from.bare });
        throw new StanzaError("auth", "forbidden", "This is for the service's administrators alone.");
      },
    }));
  }

  #isAdmin(from: Jid): boolean {
    return this.context.muc.admins.has(from);
  }
}
