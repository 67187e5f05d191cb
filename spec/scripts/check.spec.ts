/** The check of a change, in a small repository whose tools only note that they were called. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { Folder } from "../support/folder.js";

const CHECK = fileURLToPath(new URL("../../scripts/check.js", import.meta.url));
/** Notes its name and options; fails if it is told to. */
const TOOL = `#!/bin/sh
echo "$(basename "$0") $*" >> calls
test ! -e "fails-$(basename "$0")"
`;
const FILES = {
  ".gitignore": "calls\nfails-*\n",
  "package.json": "{}",
  "node_modules/.bin/depcruise": TOOL,
  "node_modules/.bin/mocha": TOOL,
  "node_modules/.bin/tsc": TOOL,
  "scripts/ready/changed.mjs": `import { appendFileSync, existsSync } from "node:fs";
    appendFileSync("calls", "changed.mjs " + process.argv.slice(2) + "\\n");
    process.exitCode = existsSync("fails-changed.mjs") ? 1 : 0;`,
  "dist/scripts/mutants.js": `import { appendFileSync } from "node:fs";
    appendFileSync("calls", "mutants.js " + process.argv.slice(2).join(" ") + "\\n");`,
  "dist/spec/storage/till.spec.js": "",
  "dist/spec/storage/other.spec.js": "",
  "dist/spec/http/far.spec.js": "",
  "spec/storage/till.spec.ts": "",
  "spec/storage/other.spec.ts": "",
  "spec/http/far.spec.ts": "",
  "storage/till.ts": "export const coins = 1;\n",
  "http/console/page/page.js": "let page;\n",
  "README.md": "A till.\n",
};

describe("npm run check", () => {
  let folder: Folder;
  const git = (...options: readonly string[]): string => {
    const identity = ["-c", "user.name=juliet", "-c", "user.email=juliet@capulet.example"];
    return execFileSync("git", [...identity, ...options], { cwd: folder.path, encoding: "utf8" });
  };
  const change = (name: string): void => {
    folder.file(name, `${readFileSync(folder.at(name), "utf8")}// New.\n`);
  };
  const commit = (): string => git("commit", "--quiet", "--all", "--message", "till: change");
  const check = (): { readonly text: string; readonly status: number | null; readonly calls: string[] } => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [CHECK], {
      cwd: folder.path,
      encoding: "utf8",
    });
    const calls = existsSync(folder.at("calls")) ? readFileSync(folder.at("calls"), "utf8") : "";
    rmSync(folder.at("calls"), { force: true });
    return { text: stdout + stderr, status, calls: calls.split("\n").filter(Boolean) };
  };

  beforeEach(() => {
    folder = new Folder();
    for (const [name, content] of Object.entries(FILES)) {
      mkdirSync(dirname(folder.at(name)), { recursive: true });
      folder.file(name, content);
      if (content === TOOL) chmodSync(folder.at(name), 0o755);
    }
    git("init", "--quiet");
    git("add", "--force", ".");
    git("commit", "--quiet", "--message", "till: sell");
    change("README.md");
    commit();
  });
  afterEach(() => folder.remove());

  it("looks at uncommitted changes first, with the tests nearest to them", () => {
    change("storage/till.ts");
    const { text, status, calls } = check();
    expect(text).to.match(/^1 file of your uncommitted changes$/m);
    expect(calls).to.eql([
      "changed.mjs HEAD",
      "depcruise --config .dependency-cruiser.mjs component http scripts spec storage",
      "mocha dist/spec/storage/till.spec.js dist/spec/storage/other.spec.js",
    ]);
    expect(text).to.contain("Changes of meaning are tried when everything is committed.");
    expect(text).to.contain("It isn't known what 3 of 3 specs run, so the nearest 2 of them are used.");
    expect(text).to.match(/\nAll is well\.\n$/);
    expect(status).to.equal(0);
  });

  it("tries a few changes of meaning of the last commit, with the same tests", () => {
    change("storage/till.ts");
    commit();
    const { text, calls } = check();
    expect(text).to.match(/^1 file of the last commit$/m);
    expect([calls[0], calls.at(-1)]).to.eql([
      "changed.mjs HEAD~1",
      "mutants.js --changed --sample 5 --budget 20 --specs spec/storage/till.spec.ts --specs spec/storage/other.spec.ts",
    ]);
  });

  it("runs no tests for a text, and checks the types of a page that changed", () => {
    const { text, calls } = check();
    expect(calls.map((call) => call.split(" ")[0])).to.eql(["changed.mjs", "depcruise"]);
    expect(text).to.contain("No tests are known to run what changed.");
    change("http/console/page/page.js");
    expect(check().calls).to.contain("tsc -p http/console/page");
  });

  it("goes on after a fault, names all of them, and fails", () => {
    change("storage/till.ts");
    for (const tool of ["changed.mjs", "mocha"]) folder.file(`fails-${tool}`, "");
    const { text, status, calls } = check();
    expect(calls).to.have.lengthOf(3);
    expect(text).to.match(/\nTo mend: Formats, style, spelling; 2 affected specs\.\n$/);
    expect(status).to.equal(1);
  });
});
