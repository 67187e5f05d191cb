/** A folder that a test may fill, gone with the test. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "qtalk-spec-"));

  /** A path in it. */
  at(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file. @returns its path */
  file(name: string, content: string | Buffer): string {
    writeFileSync(this.at(name), content);
    return this.at(name);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
