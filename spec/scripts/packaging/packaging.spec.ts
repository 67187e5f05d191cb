/** What goes onto a system: the unit, the manual page, and the packages, each tried with the system's own tools. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { buildVersion, debianVersion } from "../../../scripts/packaging/build-version.js";
import { buildDeb } from "../../../scripts/packaging/debian/build.js";
import { unit } from "../../../scripts/packaging/unit.js";
import { freePort } from "../../../scripts/lab/ports.js";
import { isNode20 } from "../../../storage/sqlite.js";
import { PROGRAM, runCommand } from "../../support/command-line.js";
import { Folder } from "../../support/folder.js";
import { until } from "../../support/sender.js";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const print = async (...args: string[]): Promise<string> => (await runCommand(["print", ...args])).stdout;

/** Runs an installed program until it serves, and stops it. */
async function serves(program: string, folder: string): Promise<void> {
  const port = await freePort();
  const file = join(folder, "qtalk-component.yml");
  const yaml = [
    "xmpp: {service: 'xmpp://127.0.0.1:1', domain: rooms.example.org, password: x, hosts: [example.org]}",
    `http: {listen: '127.0.0.1:${port}'}`,
    `storage: {path: ${join(folder, "qtalk.db")}}`,
  ];
  writeFileSync(file, yaml.join("\n"));
  const child = spawn(program, ["start", "--config", file], { cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stdout.on("data", (data: Buffer) => (log += data.toString()));
  child.stderr.on("data", (data: Buffer) => (log += data.toString()));
  await until(`it serves: ${log}`, () => log.includes("Listening for callers"));
  for (const path of [
    "healthz",
    "docs/guide/rooms",
    "docs/guide/pictures/alert-firing.png",
    "docs/hooks/grafana",
  ])
    expect((await fetch(`http://127.0.0.1:${port}/${path}`)).status, path).to.equal(200);
  child.kill("SIGTERM");
  const [code] = (await once(child, "exit")) as [number];
  expect(code, log).to.equal(0);
  expect(execFileSync(program, ["hook", "template", "github"], { encoding: "utf8" })).to.contain("{{");
}

describe("Packaging", () => {
  const folder = new Folder();
  let deb: Promise<string> | undefined;
  const debianPackage = (): Promise<string> => (deb ??= buildDeb(folder.path));
  after(() => folder.remove());

  it("has a systemd unit that systemd finds well made, and little exposed", () => {
    const file = join(folder.path, "qtalk-component.service");
    writeFileSync(file, unit(process.execPath));
    const verified = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
    expect(verified.stderr.split("\n").filter((line) => line.includes("qtalk-component"))).to.deep.equal([]);
    expect(verified.status, verified.stderr).to.equal(0);
    const security = spawnSync("systemd-analyze", ["security", "--offline=true", "--threshold=20", file], {
      encoding: "utf8",
    });
    expect(security.status, security.stdout).to.equal(0);
  });

  it("says by a sentence what is missing to build a package", () => {
    const bare = folder.at("bare");
    cpSync(join(ROOT, "dist/scripts/packaging"), bare, { recursive: true });
    writeFileSync(join(bare, "package.json"), '{"type": "module"}');
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(bare, "deb.js")], {
      encoding: "utf8",
    });
    expect([status, stdout, stderr]).to.eql([
      1,
      "",
      "The dependencies aren't installed: run npm run ready, then this again.\n",
    ]);
  });

  it("prints the unit for wherever it is installed", async () => {
    const printed = await print("unit");
    expect(printed).to.contain(`ExecStart=${process.execPath} ${PROGRAM} start\n`);
    // A wrong configuration makes the reload fail.
    expect(printed).to.contain(`ExecReload=${process.execPath} ${PROGRAM} check\n`);
  });

  it("has a manual page of all commands and keys, which man reads without complaint", async () => {
    const page = await print("man");
    const files = ["/var/lib/qtalk-component/", "/etc/qtalk-component.yml", "the configuration is wrong"];
    for (const words of ["outbox list", "caller add <name>", "\\-\\-xmpp.domain", "sysexits", ...files]) {
      expect(page.replaceAll("\\-", "-")).to.contain(words.replaceAll("\\-", "-"));
    }
    const read = spawnSync("groff", ["-man", "-Tutf8", "-ww"], { input: page, encoding: "utf8" });
    expect(read.stderr).to.equal("");
    expect(read.stdout).to.contain("SYNOPSIS");
  });

  it("makes an npm package that runs elsewhere", async () => {
    const packed = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder.path], {
      cwd: ROOT,
      encoding: "utf8",
    });
    const home = join(folder.path, "npm");
    mkdirSync(home);
    execFileSync("tar", ["-xzf", join(folder.path, packed.trim()), "-C", home]);
    // What npm would install beside it.
    symlinkSync(join(ROOT, "node_modules"), join(home, "node_modules"));
    symlinkSync(join(ROOT, "storage/node20/node_modules"), join(home, "package/storage/node20/node_modules"));
    const program = join(home, "package/dist/scripts/qtalk-component.js");
    expect(existsSync(join(home, "package/dist/spec"))).to.equal(false);
    const { man } = JSON.parse(readFileSync(join(home, "package/package.json"), "utf8")) as { man: [string] };
    expect(readFileSync(join(home, "package", ...man), "utf8"), "what its unit names").to.contain(
      ".TH QTALK",
    );
    execFileSync("chmod", ["+x", program]);
    await serves(program, home);
  });

  it("makes a Debian package that brings everything, and runs from a clean prefix", async () => {
    const file = await debianPackage();
    const home = join(folder.path, "deb");
    execFileSync("dpkg-deb", ["-x", file, home]);
    const program = join(home, "usr/bin/qtalk-component");
    expect(existsSync(join(home, "usr/lib/qtalk-component/node_modules/mocha"))).to.equal(false);
    const service = readFileSync(join(home, "usr/lib/systemd/system/qtalk-component.service"), "utf8");
    expect(service).to.contain("ExecStart=/usr/bin/qtalk-component start");
    const node = isNode20 ? "nodejs (>= 20.19), nodejs (<< 21), libc6" : "nodejs (>= 22.13), libc6";
    const field = (name: string): string =>
      execFileSync("dpkg-deb", ["-f", file, name], { encoding: "utf8" }).trim();
    expect(field("Version")).to.equal(debianVersion(buildVersion(ROOT)));
    expect(field("Depends"))
      .to.contain(node)
      .and.to.match(/libc6 \(>= 2\.\d+\)/);
    expect(Number(field("Installed-Size")), "in KiB").to.be.within(5_000, 100_000);
    for (const name of [
      "bash-completion/completions/qtalk-component",
      "zsh/vendor-completions/_qtalk-component",
      "fish/vendor_completions.d/qtalk-component.fish",
    ])
      expect(existsSync(join(home, "usr/share", name)), name).to.equal(true);
    const changes = join(home, "usr/share/doc/qtalk-component/changelog.gz");
    expect(gunzipSync(readFileSync(changes)).toString()).to.equal(
      readFileSync(join(ROOT, "CHANGELOG.md"), "utf8"),
    );
    await serves(program, home);
  });

  it("is newer than all packages that were built before its release, and older than the release", () => {
    // The first were built as 1.0.0, later ones as 1.0.0~dev.N.
    const [build, later] = [debianVersion("1.0.0-dev.1699"), debianVersion("1.0.0-dev.1700")];
    const inOrder = [
      "1.0.0~dev.1035",
      "1.0.0",
      build,
      later,
      debianVersion("1.0.0"),
      debianVersion("1.0.1-dev.1701"),
    ];
    for (const [index, version] of inOrder.slice(1).entries()) {
      const older = inOrder[index] ?? "";
      const { status } = spawnSync("dpkg", ["--compare-versions", older, "lt", version]);
      expect(status, `${older} before ${version}`).to.equal(0);
    }
  });

  it("has nothing that its maintainer scripts need in the folder of documentation, which slim images leave out", async () => {
    const home = join(folder.path, "control");
    execFileSync("dpkg-deb", ["-e", await debianPackage(), home]);
    for (const script of ["preinst", "postinst", "prerm", "postrm"])
      expect(readFileSync(join(home, script), "utf8"), script).to.not.contain("/usr/share/doc");
  });

  it("makes one that Debian's own checker has nothing against, but for what it says itself", async () => {
    const file = await debianPackage();
    const { stdout, stderr } = spawnSync("lintian", ["--tag-display-limit", "0", file], { encoding: "utf8" });
    expect(stdout, stderr).to.equal("");
  });
});
