/** A temporary folder for a test's files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "qtalk-spec-"));

  /** Returns the path of a file in the folder. */
  at(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file into the folder. @returns the file's path */
  file(name: string, content: string | Buffer): string {
    writeFileSync(this.at(name), content);
    return this.at(name);
  }

  /** Deletes the folder with all files. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
