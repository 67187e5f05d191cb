/** The database's file, as commands about files need it. */
import { constants, existsSync } from "node:fs";
import { openDatabase, type Database } from "../../storage/database.js";
import { ExitCode, Failure } from "../failure.js";
import { runAs } from "../file-access.js";
import { whyUnwritable } from "../places.js";
import { exitCodeOf, provideFolder } from "../storage-access.js";

/** @throws Failure if there is no database, or if this user can't see it */
export function requireStorage(path: string): void {
  if (existsSync(path)) return;
  if (whyUnwritable(path, constants.F_OK) === "EACCES")
    throw new Failure(`This user may not open ${path}: ${runAs()}.`, ExitCode.noPerm);
  throw new Failure(
    `There is no database ${path}: the component makes it at its first start. If yours is elsewhere, name its configuration with --config, or the file with --storage.path.`,
    ExitCode.noInput,
  );
}

/**
 * Runs `work` on the database, which nobody else may open meanwhile. A missing database is created.
 * @throws Failure if the component is running
 */
export async function inStorageAlone<T>(path: string, work: (db: Database) => Promise<T>): Promise<T> {
  provideFolder(path);
  const advice = "stop the component while this command runs";
  const db = orInUse(path, advice, () => openDatabase(path, { exclusive: true }));
  try {
    return await work(db);
  } finally {
    db.close();
  }
}

/** @param advice what to do if the database is in use @throws Failure with this advice */
export function orInUse<T>(path: string, advice: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (exitCodeOf(error) !== ExitCode.tempFail) throw error;
    const message = `The database ${path} is in use: ${advice}.`;
    throw new Failure(message, ExitCode.tempFail, { cause: error });
  }
}
