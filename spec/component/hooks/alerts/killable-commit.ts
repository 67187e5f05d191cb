/** A database's commits, until the process is killed. */
import { GroupCommit } from "../../../../storage/group-commit.js";

/** When it is dead, what isn't committed is lost, and nothing goes on. */
export class KillableCommit extends GroupCommit {
  isDead = false;

  override flush(): void {
    if (!this.isDead) super.flush();
  }

  override runThen<T, R>(
    work: () => T,
    committed: (result: T) => R,
    patience?: number,
    mayFail?: boolean,
  ): Promise<R> {
    return this.isDead ? new Promise(() => undefined) : super.runThen(work, committed, patience, mayFail);
  }
}
