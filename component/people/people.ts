/** The parts that concern people. */
import type { Database } from "../../storage/database.js";
import { DirectoryStore } from "../../storage/directory-store.js";
import { KeysStore } from "../../storage/keys-store.js";
import { VcardStore } from "../../storage/vcard-store.js";
import type { KeysConfig, PeopleConfig } from "../config.js";
import { Directory } from "./directory.js";
import { KeyThrottle } from "./key-throttle.js";
import { keyCommand, keyRequests } from "./key-request.js";
import { Keys } from "./keys.js";
import { Pruning } from "../limits/pruning.js";
import { Vcards, type VcardsDependencies } from "./vcards.js";

/**
 * How long expired vCards and keys are kept, in milliseconds. Expired vCards are used while the server doesn't respond.
 * Expired keys must be recognised, because they don't count as guessing.
 */
const KEPT_AFTER_EXPIRY_MS = 7 * 24 * 3600 * 1000;

interface Options {
  /** The hosts whose users get keys, and whose servers are asked for vCards. */
  readonly hosts: readonly string[];
  readonly people: PeopleConfig;
  readonly keys: KeysConfig;
}

export function peopleOf(options: Options, db: Database, dependencies: VcardsDependencies) {
  const { commit, log } = dependencies;
  const [users, cached, stored] = [new DirectoryStore(db), new VcardStore(db), new KeysStore(db)];
  const vcards = new Vcards(cached, options.people, dependencies);
  const keys = new Keys(stored, users, commit, options);
  const prunes = [stored, cached].map((store) => (now: number) => store.prune(now - KEPT_AFTER_EXPIRY_MS));
  return {
    directory: new Directory(users, vcards, cached, options.hosts),
    keys,
    keyThrottle: new KeyThrottle(),
    commands: [keyCommand(keys)],
    handlers: keyRequests(keys),
    pruning: new Pruning(commit, prunes, log),
  };
}
