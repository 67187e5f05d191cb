/** Operators, who use the console by a token (`qtalk-component operator add`). They may come and go while it runs. */
import type { Database } from "../../storage/database.js";
import type { GroupCommit } from "../../storage/group-commit.js";
import { OperatorsStore, type StoredOperator } from "../../storage/operators-store.js";
import { isRight } from "../hooks/secrets.js";

/** One who has shown a token that was good then. */
export interface KnownOperator {
  readonly name: string;
  /** SHA-256 of the token. */
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

  /** Whose token it is; undefined where it is nobody's (any more). */
  byToken(token: string): KnownOperator | undefined {
    const now = Date.now();
    // All are compared, so that the time tells nothing.
    const [found] = this.#store.list().filter((each) => isRight(token, each.token) && isGood(each, now));
    if (found !== undefined) this.#noteUse(found, now);
    return found;
  }

  /** Whether they still are who may use it, by the same token. */
  isStill({ name, token }: KnownOperator): boolean {
    const stored = this.#store.find(name);
    return stored !== undefined && stored.token.equals(token) && isGood(stored, Date.now());
  }

  /** Who can't be noted is let in all the same: a full disk is what operators come for. */
  #noteUse({ name }: KnownOperator, now: number): void {
    void this.commit.run(() => this.#store.noteUse(name, now)).catch(() => undefined);
  }
}

function isGood({ expiresAt }: StoredOperator, now: number): boolean {
  return expiresAt === undefined || now < expiresAt;
}
