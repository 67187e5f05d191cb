/** The first minutes with a checkout: what is missing is reported before anything takes long. */
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { freePort } from "../../scripts/lab/ports.js";
import { timed } from "../../scripts/lab/timed.mjs";
import { Folder } from "../support/folder.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PARTS = [
  ".npmrc",
  "package.json",
  "package-lock.json",
  "scripts/ready.mjs",
  "scripts/node-version.mjs",
  "scripts/ready",
  "scripts/lab",
  "storage/node20/install.mjs",
];

/** What is run before everything else makes the machine look like another. */
const MACHINES = {
  old: 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "18.20.4" } });',
  withoutServers: `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    const { accessSync } = fs;
    fs.accessSync = (path, mode) => {
      if (/ejabberdctl|prosody$/.test(path)) throw new Error("hidden");
      accessSync(path, mode);
    };
    process.getuid = () => 1000;
    syncBuiltinESMExports();`,
};

describe("A long step", () => {
  const shown = async (isTTY: boolean): Promise<string> => {
    let text = "";
    const output = { isTTY, write: (more: string) => (text += more) !== "" };
    const clock = performance.now.bind(performance);
    try {
      await timed(
        "Compiling",
        () => {
          performance.now = () => clock() + 12_000;
          return Promise.resolve();
        },
        output as Parameters<typeof timed>[2] & object,
      );
    } finally {
      performance.now = clock;
    }
    return text;
  };

  it("shows how long it took, in a line that a terminal writes again", async () => {
    expect(await shown(true)).to.equal("\rCompiling … 12 s\n");
    expect(await shown(false)).to.equal("Compiling …\nCompiling … 12 s\n");
  });
});

describe("A new checkout", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    for (const part of PARTS) cpSync(join(ROOT, part), folder.at(part), { recursive: true });
  });
  afterEach(() => folder.remove());

  const ready = (
    args: readonly string[],
    machine = "",
    env: Record<string, string> = {},
  ): SpawnSyncReturns<string> => {
    const preload = ["--import", `data:text/javascript,${encodeURIComponent(machine)}`];
    return spawnSync(process.execPath, [...preload, folder.at("scripts/ready.mjs"), ...args], {
      encoding: "utf8",
      env: { ...process.env, npm_execpath: undefined, ...env },
    });
  };
  const refused = (result: SpawnSyncReturns<string>): string => {
    expect(result.status).to.equal(1);
    expect(result.stdout, "nothing was begun").to.equal("");
    expect(existsSync(folder.at("node_modules"))).to.equal(false);
    return result.stderr;
  };

  it("names the required Node if this one is too old", () => {
    expect(refused(ready(["--run", "quickstart"], MACHINES.old))).to.match(
      /^qtalk-component needs Node.js 20 \(from 20\.19\), .*, and this is 18\.20\.4: install .*\n$/,
    );
  });

  it("names both servers if none is installed, before it installs anything", () => {
    expect(refused(ready(["--run", "quickstart", "--once"], MACHINES.withoutServers))).to.match(
      /^Neither ejabberd nor Prosody is installed here: install one of them .* or prosody\)\.\n$/,
    );
    expect(refused(ready(["--with-servers"], MACHINES.withoutServers))).to.match(
      /^npm test needs ejabberd prosody\b.*apt-get install ejabberd prosody\b.*\)\.\n/,
    );
  });

  it("names the server that was asked for", () => {
    for (const args of [["--server", "prosody"], ["--server=prosody"]])
      expect(refused(ready(["--run", "quickstart", ...args], MACHINES.withoutServers))).to.match(
        /^Prosody isn't installed here: install it .*apt-get install prosody\)\.\n$/,
      );
  });

  it("stops if npm fails, below npm's own words", async () => {
    const env = {
      npm_config_registry: `http://127.0.0.1:${await freePort()}/`,
      npm_config_cache: folder.at("cache"),
      npm_config_update_notifier: "false",
      npm_config_fetch_retries: "0",
    };
    const { status, stderr } = ready([], "", env);
    expect(stderr).to.match(/npm (?:error|ERR!) [\s\S]*\nnpm ci failed: see above\.\n$/);
    expect(status).to.equal(1);
  });

  it("is installed by Debian 13's npm 9.2, too, which copies what is linked in the lockfile before it is there", () => {
    const { packages } = JSON.parse(readFileSync(folder.at("package-lock.json"), "utf8")) as {
      packages: Record<string, { link?: boolean }>;
    };
    const hasLinks = Object.values(packages).some(({ link }) => link === true);
    expect(hasLinks, "nothing to be told to npm").to.equal(true);
    expect(readFileSync(folder.at(".npmrc"), "utf8")).to.match(/^install-links=false$/m);
  });

  it("lets no package run code while npm installs it: npm before 12 would compile what is compiled already", () => {
    const { stdout } = spawnSync("npm", ["config", "get", "ignore-scripts"], {
      cwd: folder.path,
      encoding: "utf8",
    });
    expect(stdout.trim()).to.equal("true");
  });
});
