/** Creates the parts that concern people: the directory, vCards, keys, and the deletion of expired data. */
import type { Logger } from "winston";
import type { Database } from "../../storage/database.js";
import { DirectoryStore } from "../../storage/directory-store.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import { KeysStore } from "../../storage/keys-store.js";
import { VcardStore } from "../../storage/vcard-store.js";
import type { KeysConfig, PeopleConfig } from "../config.js";
import type { IqRequests } from "../inbound/iq-requests.js";
import type { Permissions } from "../privilege/permissions.js";
import type { Handler } from "../inbound/router.js";
import type { Command } from "../entity/command.js";
import { Directory } from "./directory.js";
import { KeyThrottle } from "./key-throttle.js";
import { keyCommand, keyRequests } from "./key-request.js";
import { Keys } from "./keys.js";
import { Pruning } from "../limits/pruning.js";
import { Vcards } from "./vcards.js";

export interface PeopleOptions {
  /** The hosts whose users get keys, and whose servers are asked for vCards. */
  readonly hosts: readonly string[];
  readonly people: PeopleConfig;
  readonly keys: KeysConfig;
}

export interface PeopleDependencies {
  readonly db: Database;
  readonly commit: GroupCommit;
  readonly requests: IqRequests;
  readonly permissions: Permissions;
  readonly log: Logger;
}

/**
 * How long expired vCards and keys are kept, in milliseconds. Expired vCards are used while the server doesn't respond.
 * Expired keys must be recognised, because they don't count as guessing.
 */
const KEPT_AFTER_EXPIRY_MS = 7 * 24 * 3600 * 1000;

export class People {
  readonly directory: Directory;
  readonly keys: Keys;
  readonly keyThrottle = new KeyThrottle();
  readonly commands: readonly Command[];
  readonly handlers: readonly Handler[];
  readonly #pruning: Pruning;

  constructor(options: PeopleOptions, { db, commit, requests, permissions, log }: PeopleDependencies) {
    const directory = new DirectoryStore(db);
    const vcards = new VcardStore(db);
    const keys = new KeysStore(db);
    this.directory = new Directory(
      directory,
      new Vcards({ store: vcards, commit, requests, permissions, log }, options.people),
      vcards,
      options.hosts,
    );
    this.keys = new Keys(keys, directory, commit, { hosts: options.hosts, config: options.keys });
    this.commands = [keyCommand(this.keys)];
    this.handlers = keyRequests(this.keys);
    const slices = [
      (now: number) => keys.prune(now - KEPT_AFTER_EXPIRY_MS),
      (now: number) => vcards.prune(now - KEPT_AFTER_EXPIRY_MS),
    ];
    this.#pruning = new Pruning(commit, slices, log);
  }

  start(): void {
    this.#pruning.start();
  }

  stop(): void {
    this.#pruning.stop();
  }
}
