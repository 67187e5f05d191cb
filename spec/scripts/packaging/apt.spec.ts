/** The repository of Debian packages that a release makes, read by apt itself. */
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { addToRepository, thisSuite } from "../../../scripts/packaging/apt.js";
import { Folder } from "../../support/folder.js";

const EPOCH = 1_700_000_000;
const KEY = "Release of a test";

describe("The repository for apt", () => {
  const folder = new Folder();
  const repository = folder.at("apt");
  const suite = thisSuite();
  const home = process.env.GNUPGHOME;

  before(() => {
    process.env.GNUPGHOME = folder.at("gnupg");
    mkdirSync(folder.at("gnupg"), { mode: 0o700 });
    const args = [
      "--batch",
      "--quiet",
      "--passphrase",
      "",
      "--quick-generate-key",
      KEY,
      "ed25519",
      "sign",
      "never",
    ];
    execFileSync("gpg", args, { stdio: "pipe" });
    for (const version of ["1.0.0-1", "1.0.1-1"]) add(version);
  });
  after(() => {
    spawnSync("gpgconf", ["--kill", "all"]);
    if (home === undefined) delete process.env.GNUPGHOME;
    else process.env.GNUPGHOME = home;
    folder.remove();
  });

  /** Adds a package of nothing, made as dpkg makes any. */
  function add(version: string): void {
    const stage = folder.at(version);
    mkdirSync(join(stage, "DEBIAN"), { recursive: true });
    const control = {
      Package: "qtalk-component",
      Version: version,
      Architecture: suite.architecture,
      Maintainer: "Test <test@example.org>",
      Description: "test",
    };
    const lines = Object.entries(control).map(([name, value]) => `${name}: ${value}\n`);
    writeFileSync(join(stage, "DEBIAN/control"), lines.join(""));
    const deb = folder.at(`qtalk-component_${version}_${suite.architecture}.deb`);
    const env = { ...process.env, SOURCE_DATE_EPOCH: String(EPOCH) };
    execFileSync("dpkg-deb", ["--root-owner-group", "--build", stage, deb], { env });
    addToRepository(repository, deb, suite, { epoch: EPOCH, key: KEY });
  }

  /** Runs one of apt's programs on a system that knows this repository alone. */
  function apt(program: string, ...args: readonly string[]): { status: number | null; said: string } {
    const at = (path: string): string => join(folder.at("system"), path);
    for (const path of ["lists/partial", "archives/partial"]) mkdirSync(at(path), { recursive: true });
    writeFileSync(at("status"), "");
    const key = join(repository, "qtalk-component.asc");
    writeFileSync(at("list"), `deb [signed-by=${key}] file://${repository} ${suite.name} main\n`);
    const options = {
      "Dir::Etc::SourceList": at("list"),
      "Dir::Etc::SourceParts": "/dev/null",
      "Dir::State::Lists": at("lists"),
      "Dir::State::Status": at("status"),
      "Dir::Cache": folder.at("system"),
      "APT::Sandbox::User": "root",
    };
    const given = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    const { status, stdout, stderr } = spawnSync(program, [...given, ...args], { encoding: "utf8" });
    return { status, said: stdout + stderr };
  }

  it("is signed, and offers the newest of all packages that were added", () => {
    const { status, said } = apt("apt-get", "update");
    expect(status, said).to.equal(0);
    expect(said.split("\n").filter((line) => /^[WE]:/.test(line))).to.deep.equal([]);
    const policy = apt("apt-cache", "policy", "qtalk-component").said;
    expect(policy).to.contain("Candidate: 1.0.1-1").and.contain("1.0.0-1");
    const planned = apt("apt-get", "install", "--simulate", "qtalk-component").said;
    expect(planned).to.contain("Inst qtalk-component (1.0.1-1");
  });

  it("has the date of the release, so that the same packages give the same index", () => {
    const release = readFileSync(join(repository, "dists", suite.name, "Release"), "utf8");
    expect(release).to.contain("Date: Tue, 14 Nov 2023 22:13:20 +0000\n");
    expect(release).to.not.contain("InRelease");
    add("1.0.1-1");
    expect(readFileSync(join(repository, "dists", suite.name, "Release"), "utf8")).to.equal(release);
  });

  it("is refused by apt once somebody changed it", () => {
    appendFileSync(join(repository, "dists", suite.name, `main/binary-${suite.architecture}/Packages`), "\n");
    appendFileSync(
      join(repository, "dists", suite.name, `main/binary-${suite.architecture}/Packages.gz`),
      "\n",
    );
    rmSync(folder.at("system"), { recursive: true });
    const { status, said } = apt("apt-get", "update");
    expect(status, said).to.not.equal(0);
  });
});
