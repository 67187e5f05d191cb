/** What administrators of the service can do, whichever way they ask: by ad-hoc commands, or on the command line. */
import type { BareJid, Jid } from "../address.js";
import type { Command } from "../entity/command.js";
import { StanzaError } from "../stanza-error.js";
import type { AdminCommand } from "./commands/admin-command.js";
import { announceInAllCommand, announceInRoomCommand } from "./commands/announce.js";
import { configureRoomCommand } from "./commands/configure-room.js";
import { destroyRoomCommand } from "./commands/destroy-room.js";
import { handOverCommand } from "./commands/hand-over.js";
import { listRoomsCommand } from "./commands/list-rooms.js";
import { makeRoomCommand } from "./commands/make-room.js";
import { kickCommand, occupantsCommand } from "./commands/occupants.js";
import { purgeArchiveCommand } from "./commands/purge-archive.js";
import { setAffiliationCommand } from "./commands/set-affiliation.js";
import type { AdministrationContext } from "./context.js";

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
  readonly #parts: Omit<AdministrationContext, "account">;

  constructor(parts: Omit<AdministrationContext, "account">) {
    this.#parts = parts;
  }

  /** For whoever operates the service, on its own machine. */
  get forOperator(): AdministrationContext {
    return this.for(undefined);
  }

  /** The same for one of whom the log is to have the name. */
  byOperator(operator: string | undefined): AdministrationContext {
    return { ...this.#parts, account: undefined, operator };
  }

  /** Ad-hoc commands, for administrators of the service alone. */
  get commands(): Command[] {
    return COMMANDS.map(({ node, name, start }) => ({
      node,
      name,
      mayRun: (from) => this.#isAdmin(from),
      start: (from) => {
        if (this.#isAdmin(from)) return start(this.for(from.bare));
        throw new StanzaError("auth", "forbidden", "This is for the service's administrators alone.");
      },
    }));
  }

  /** @param account who acts */
  for(account: BareJid | undefined): AdministrationContext {
    return { ...this.#parts, account };
  }

  #isAdmin(from: Jid): boolean {
    return this.#parts.muc.admins.has(from);
  }
}
