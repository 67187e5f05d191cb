/** Files that root opens for reading, where another user may have put links. */
import { chownSync, closeSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { openRootInput } from "../../scripts/root-output.js";
import { Folder } from "../support/folder.js";

const NOBODY = 65_534;

describe("A file that root opens for reading", () => {
  before(function () {
    if (process.getuid?.() !== 0) this.skip();
  });

  it("is no link in a folder of another user, nor behind one; root's own links are followed", () => {
    const folder = new Folder();
    const [secret, theirs] = [join(folder.path, "secret"), join(folder.path, "theirs")];
    writeFileSync(secret, "secret");
    mkdirSync(theirs);
    writeFileSync(join(theirs, "file"), "file");
    symlinkSync(secret, join(theirs, "link"));
    symlinkSync(folder.path, join(theirs, "above"));
    symlinkSync(secret, join(folder.path, "own"));
    chownSync(theirs, NOBODY, NOBODY);
    const content = (path: string): string => {
      const fd = openRootInput(path);
      const text = readFileSync(fd, "utf8");
      closeSync(fd);
      return text;
    };
    expect(content(join(folder.path, "own"))).to.equal("secret");
    expect(content(join(theirs, "file"))).to.equal("file");
    expect(() => content(join(theirs, "link"))).to.throw("ELOOP");
    expect(() => content(join(theirs, "above", "secret"))).to.throw(/ELOOP|ENOTDIR/);
    folder.remove();
  });
});
