/** The installation of the SQLite library for Node 20, with an npm that only notes how it was called. */
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { delimiter, dirname } from "node:path";
import { expect } from "chai";
import { Folder } from "../support/folder.js";

const PROGRAM = fileURLToPath(new URL("../../../storage/node20/install.mjs", import.meta.url));
/** Also says where Node's headers are for compilers. */
const NPM = `#!/bin/sh
echo "$* nodedir=$npm_config_nodedir" > "$(dirname "$0")/called"
exit "$NPM_EXIT"
`;

describe("Installing SQLite for Node 20", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    copyFileSync(PROGRAM, folder.at("install.mjs"));
    mkdirSync(folder.at("bin"));
    folder.file("bin/npm", NPM);
    chmodSync(folder.at("bin/npm"), 0o755);
  });
  afterEach(() => folder.remove());

  /** Runs the program as another version of Node. @returns its exit code, and how npm was called */
  const install = (
    node: string,
    { npmExit = 0, code = "" } = {},
  ): { readonly status: number | null; readonly called: string | undefined; readonly stdout: string } => {
    const version = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${node}" } });`;
    const preload = `data:text/javascript,${encodeURIComponent(version + code)}`;
    const { status, stdout } = spawnSync(process.execPath, ["--import", preload, folder.at("install.mjs")], {
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: `${folder.at("bin")}${delimiter}${process.env.PATH}`,
        NPM_EXIT: String(npmExit),
      },
    });
    const called = folder.at("bin/called");
    return { status, stdout, called: existsSync(called) ? readFileSync(called, "utf8").trim() : undefined };
  };

  it("runs npm in its own folder, with scripts, whatever npm was told for the rest", () => {
    const { status, called, stdout } = install("20.19.0");
    expect(called).to.match(
      /^ci --prefix=(\S+) --no-global --location=project --ignore-scripts=false --no-audit --no-fund nodedir=/,
    );
    expect(called).to.contain(`--prefix=${realpathSync(folder.path)}`);
    expect(stdout).to.contain("Installing SQLite for Node 20");
    expect(status).to.equal(0);
  });

  it("fails if npm fails", () => {
    expect(install("20.19.0", { npmExit: 7 }).status).to.equal(7);
  });

  it("isn't needed by other versions of Node, or again", () => {
    for (const node of ["22.13.0", "24.0.0", "200.0.0"])
      expect(install(node), node).to.deep.equal({ status: 0, called: undefined, stdout: "" });
    const release = folder.at("node_modules/better-sqlite3/build/Release");
    mkdirSync(release, { recursive: true });
    folder.file("node_modules/better-sqlite3/build/Release/better_sqlite3.node", "");
    expect(install("20.19.0").called).to.equal(undefined);
  });

  it("names the headers of this Node, if they are beside it", () => {
    mkdirSync(folder.at("include/node"), { recursive: true });
    folder.file("include/node/node.h", "");
    const code = `process.execPath = ${JSON.stringify(folder.at("bin/node"))};`;
    expect(install("20.19.0", { code }).called).to.match(new RegExp(`nodedir=${folder.path}$`));
    expect(dirname(folder.at("bin/node"))).to.equal(folder.at("bin"));
  });
});
