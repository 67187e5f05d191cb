/** Checks operators' tokens, for the console and /admin. Operators may be added and removed at run time. */
import type { Database } from "../../storage/database.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import { OperatorsStore, type StoredOperator } from "../../storage/operators-store.js";
import { ownerOfSecret } from "../secrets.js";
import { RIGHTS, type Right } from "./rights.js";

/** An operator who has logged in. */
export interface KnownOperator {
  readonly name: string;
  /** The SHA-256 hash of the token; undefined for a Unix user who got a link to the console. */
  readonly token: Buffer | undefined;
  readonly may: readonly Right[];
}

/** Returns the rights in a row. */
export function rightsOf({ may }: Pick<StoredOperator, "may">): Right[] {
  return RIGHTS.filter((right) => may.split(",").includes(right));
}

export class Operators {
  readonly #store: OperatorsStore;

  constructor(
    db: Database,
    private readonly commit: Pick<GroupCommit, "run">,
  ) {
    this.#store = new OperatorsStore(db);
  }

  /** Returns the operator with this token; undefined if the token is unknown or has expired. */
  byToken(token: string): KnownOperator | undefined {
    const now = Date.now();
    const found = ownerOfSecret(token, this.#store.list(), (each) => each.token);
    if (found === undefined || !isValid(found, now)) return undefined;
    this.#noteUse(found.name, now);
    return { name: found.name, token: found.token, may: rightsOf(found) };
  }

  /** Whether the operator still exists and has the same, valid token. Who got a link needs none. */
  isStill({ name, token }: KnownOperator): boolean {
    if (token === undefined) return true;
    const stored = this.#store.find(name);
    return stored !== undefined && stored.token.equals(token) && isValid(stored, Date.now());
  }

  /** Stores the time of a login or of a request to /admin. Errors are ignored, so that operators can log in when the disk is full. */
  #noteUse(name: string, now: number): void {
    void this.commit.run(() => this.#store.noteUse(name, now)).catch(() => undefined);
  }
}

function isValid({ expiresAt }: StoredOperator, now: number): boolean {
  return expiresAt === undefined || now < expiresAt;
}
