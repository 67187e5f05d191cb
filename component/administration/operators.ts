/** Checks operators' tokens, for the console and /admin. Operators may be added and removed at run time. */
import type { Database } from "../../storage/database.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import { OperatorsStore, type StoredOperator } from "../../storage/operators-store.js";
import { isRight } from "../hooks/secrets.js";

/** An operator who has logged in with a valid token. */
export interface KnownOperator {
  readonly name: string;
  /** The SHA-256 hash of the token. */
  readonly token: Buffer;
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
    // The token is compared with the tokens of all operators, so that the time taken reveals nothing.
    const [found] = this.#store.list().filter((each) => isRight(token, each.token) && isValid(each, now));
    if (found !== undefined) this.#noteUse(found, now);
    return found;
  }

  /** Whether the operator still exists and has the same, valid token. */
  isStill({ name, token }: KnownOperator): boolean {
    const stored = this.#store.find(name);
    return stored !== undefined && stored.token.equals(token) && isValid(stored, Date.now());
  }

  /** Stores the time of a login or of a request to /admin. Errors are ignored, so that operators can log in when the disk is full. */
  #noteUse({ name }: KnownOperator, now: number): void {
    void this.commit.run(() => this.#store.noteUse(name, now)).catch(() => undefined);
  }
}

function isValid({ expiresAt }: StoredOperator, now: number): boolean {
  return expiresAt === undefined || now < expiresAt;
}
