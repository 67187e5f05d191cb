/** Builds a Debian package from this checkout, with its dependencies compiled for this machine. */
import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { SCHEMA_VERSION } from "../../../storage/schema.js";
import { isNode20 } from "../../../storage/sqlite.js";
import { description } from "../../../storage/version.js";
import { engines, parts } from "../../node-version.mjs";
import { createProgram } from "../../program.js";
import { buildEpoch, buildVersion, debianVersion } from "../build-version.js";
import { completion } from "../completion.js";
import { copyProgram, libraries, ROOT } from "./files.js";
import { manual } from "../manual.js";
import { publisher } from "../publisher.js";
import { socketUnit, unit } from "../unit.js";

const PROGRAM = "usr/lib/qtalk-component";
const DOC = "usr/share/doc/qtalk-component";
/** What isn't only read by people: slim images leave out the folder of documentation. */
const SHARE = "usr/share/qtalk-component";
const NO_ADDRESS = "qtalk-component@localhost";

/** Builds the package in a folder. @returns the package's path */
export async function buildDeb(folder: string, version = buildVersion(ROOT)): Promise<string> {
  const architecture = execFileSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).trim();
  const stage = mkdtempSync(join(tmpdir(), "qtalk-deb-"));
  try {
    await fill(stage, architecture, version);
    const file = join(folder, `qtalk-component_${debianVersion(version)}_${architecture}.deb`);
    const options = ["--root-owner-group", "-Zxz", "-z2", "--build"];
    const env = { ...process.env, SOURCE_DATE_EPOCH: String(buildEpoch(ROOT)) };
    await promisify(execFile)("dpkg-deb", [...options, stage, file], { env });
    return file;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

async function fill(stage: string, architecture: string, version: string): Promise<void> {
  const umask = process.umask(0o022);
  try {
    chmodSync(stage, 0o755);
    copyProgram(join(stage, PROGRAM));
    setVersion(join(stage, PROGRAM, "package.json"), version);
    await addSystemFiles(stage, version);
    addControl(stage, architecture, debianVersion(version));
  } finally {
    process.umask(umask);
  }
}

/** Sets the version in a package.json, which the program reads. */
export function setVersion(file: string, version: string): void {
  const described = { ...(JSON.parse(readFileSync(file, "utf8")) as object), version };
  writeFileSync(file, `${JSON.stringify(described, undefined, 2)}\n`);
}

async function addSystemFiles(stage: string, version: string): Promise<void> {
  const program = await createProgram();
  const put = (path: string, content: string | Buffer): void => {
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    writeFileSync(join(stage, path), content);
  };
  const putZipped = (path: string, content: string): void =>
    put(`${path}.gz`, gzipSync(content, { level: 9 }));
  put("usr/lib/systemd/system/qtalk-component.service", unit("/usr/bin/qtalk-component"));
  put("usr/lib/systemd/system/qtalk-component.socket", socketUnit());
  putZipped("usr/share/man/man1/qtalk-component.1", manual(program, version));
  put("usr/share/bash-completion/completions/qtalk-component", completion(program, "bash"));
  put("usr/share/zsh/vendor-completions/_qtalk-component", completion(program, "zsh"));
  put("usr/share/fish/vendor_completions.d/qtalk-component.fish", completion(program, "fish"));
  put(`${SHARE}/qtalk-component.yml`, debianFile("qtalk-component.yml"));
  put(`${DOC}/copyright`, readFileSync(join(ROOT, "LICENSE")));
  putZipped(`${DOC}/changelog.Debian`, debianChangelog(debianVersion(version)));
  putZipped(`${DOC}/changelog`, readFileSync(join(ROOT, "CHANGELOG.md"), "utf8"));
  put("usr/share/lintian/overrides/qtalk-component", debianFile("lintian-overrides"));
  cpSync(join(ROOT, "scripts/packaging/monitoring"), join(stage, SHARE, "monitoring"), {
    recursive: true,
  });
  mkdirSync(join(stage, "usr/bin"), { recursive: true });
  symlinkSync(
    "../lib/qtalk-component/dist/scripts/qtalk-component.js",
    join(stage, "usr/bin/qtalk-component"),
  );
}

/** Returns the changelog that Debian's tools read (deb-changelog(5)). */
function debianChangelog(version: string): string {
  const date = new Date(buildEpoch(ROOT) * 1000).toUTCString().replace("GMT", "+0000");
  return [
    `qtalk-component (${version}) unstable; urgency=medium`,
    `  * The changes are in /${DOC}/changelog.gz.`,
    ` -- ${maintainer()}  ${date}\n`,
  ].join("\n\n");
}

/** Returns the size that files take on a disk, in KiB, as dpkg-gencontrol(1) counts. */
function installedSize(stage: string): number {
  const names = readdirSync(stage, { recursive: true, encoding: "utf8" });
  return names.reduce((sum, name) => {
    const stat = lstatSync(join(stage, name));
    return sum + (stat.isFile() ? Math.ceil(stat.size / 1024) : 1);
  }, 0);
}

function addControl(stage: string, architecture: string, version: string): void {
  const folder = join(stage, "DEBIAN");
  const size = installedSize(stage);
  mkdirSync(folder);
  const values = new Map([
    ["VERSION", version],
    ["DESCRIPTION", description()],
    ["ARCHITECTURE", architecture],
    ["SIZE", String(size)],
    ["MAINTAINER", maintainer()],
    ["DEPENDS", [...nodejs(), ...libraries(join(stage, PROGRAM)), "adduser"].join(", ")],
    ["HOMEPAGE", publisher().homepage],
    ["SCHEMA", String(SCHEMA_VERSION)],
  ]);
  for (const name of ["control", "preinst", "postinst", "prerm", "postrm"]) {
    const text = debianFile(name).replace(/@([A-Z]+)@/g, (mark, key: string) => values.get(key) ?? mark);
    writeFileSync(join(folder, name), text, { mode: name === "control" ? 0o644 : 0o755 });
  }
}

/** Returns a file of the package's source: the control file, a maintainer script (Debian policy, chapter 6) and others. */
function debianFile(name: string): string {
  return readFileSync(join(ROOT, "scripts/packaging/debian", name), "utf8");
}

/** The SQLite library for Node 20 works only with Node 20, the other library with all later versions. */
function nodejs(): string[] {
  const supported = parts(engines(pathToFileURL(join(ROOT, "package.json"))));
  const [least] = supported.filter(({ major }) => (major === 20) === isNode20);
  return least === undefined
    ? []
    : [`nodejs (>= ${least.major}.${least.minor})`, ...(isNode20 ? ["nodejs (<< 21)"] : [])];
}

function maintainer(): string {
  const { DEBFULLNAME: name = "qtalk-component developers", DEBEMAIL: address = NO_ADDRESS } = process.env;
  return `${name} <${address}>`;
}
