/** The thread in which migrations run. It posts each step, and at the end the fault if a migration failed. */
import { parentPort, workerData } from "node:worker_threads";
import { migrate, type MigrationFault, type MigrationStep } from "./schema-migrations.js";
import { Sqlite } from "./sqlite.js";
import { sqliteFaultText, StorageFault } from "./storage-fault.js";

const path = String(workerData);
const post = (message: MigrationStep | MigrationFault): void => parentPort?.postMessage(message);

try {
  migrate(path, post);
} catch (error) {
  const cause = error instanceof StorageFault ? error.cause : error;
  const isLocked = cause instanceof Sqlite.SqliteError && /^SQLITE_(?:BUSY|LOCKED)/.test(cause.code);
  post({ message: error instanceof StorageFault ? error.message : sqliteFaultText(error, path), isLocked });
}
