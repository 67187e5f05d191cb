/**
 * Makes everything that a release consists of, from this checkout: `npm run release -- [FOLDER]` (default: release/VERSION).
 * The same commit gives the same bytes, but for signatures. From the environment: DEBFULLNAME and DEBEMAIL, the maintainer's name
 * and address; RELEASE_KEY, a key of GnuPG that signs; APT_REPOSITORY, the folder of a repository that the package is added to.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createProgram } from "../program.js";
import { buildEpoch, buildVersion } from "./build-version.js";
import { buildDeb, setVersion } from "./debian/build.js";
import { packed, ROOT } from "./debian/files.js";
import { addToRepository, sign, thisSuite } from "./apt.js";
import { manual } from "./manual.js";
import { isSet, publisher } from "./publisher.js";

/** Debian's npm can't make bills of materials, and each version makes other ones. */
const NPM = "npm@10.9.9";

/** Makes the files of a release in a folder. @returns the version */
export async function makeRelease(folder: string): Promise<string> {
  const version = buildVersion(ROOT);
  process.env.SOURCE_DATE_EPOCH = String(buildEpoch(ROOT));
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), "qtalk-release-"));
  try {
    const npm = await packNpm(scratch, folder, version);
    const deb = await buildDeb(folder, version);
    packImage(join(scratch, "image"), npm, join(folder, `qtalk-component-${version}-image.tar.gz`));
    writeFileSync(join(folder, `qtalk-component-${version}.cdx.json`), bill(version));
    const { RELEASE_KEY: key, APT_REPOSITORY: apt = join(folder, "apt") } = process.env;
    addToRepository(apt, deb, thisSuite(), { epoch: buildEpoch(ROOT), key });
    const changed = changes(readFileSync(join(ROOT, "CHANGELOG.md"), "utf8"), version);
    writeFileSync(join(folder, "NOTES.md"), notes(changed, checksums(folder)));
    writeFileSync(join(folder, "SHA256SUMS"), checksums(folder));
    if (key !== undefined)
      sign(key, join(folder, "SHA256SUMS"), join(folder, "SHA256SUMS.asc"), "--armor", "--detach-sign");
    return version;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Makes the npm package, with the build's version in package.json and in the manual page. @returns its path */
async function packNpm(scratch: string, folder: string, version: string): Promise<string> {
  const stage = join(scratch, "npm");
  for (const file of packed()) {
    mkdirSync(dirname(join(stage, file)), { recursive: true });
    cpSync(join(ROOT, file), join(stage, file));
  }
  setVersion(join(stage, "package.json"), version);
  writeFileSync(join(stage, "dist/qtalk-component.1"), manual(await createProgram(), version));
  const args = ["pack", "--ignore-scripts", "--silent", "--pack-destination", resolve(folder)];
  return join(folder, execFileSync("npm", args, { cwd: stage, encoding: "utf8" }).trim());
}

/** Makes the context of the container image: what `docker build` and the compose files need. */
function packImage(stage: string, npm: string, file: string): void {
  cpSync(join(ROOT, "scripts/packaging/container"), stage, { recursive: true });
  cpSync(join(ROOT, "package-lock.json"), join(stage, "package-lock.json"));
  cpSync(npm, join(stage, "qtalk-component.tgz"));
  const same = [
    "--sort=name",
    `--mtime=@${process.env.SOURCE_DATE_EPOCH}`,
    "--owner=0",
    "--group=0",
    "--numeric-owner",
  ];
  const mode = ["--mode=u=rwX,go=rX", "--use-compress-program=gzip -n"];
  execFileSync("tar", [...same, ...mode, "-cf", file, "-C", stage, "."]);
}

/** Returns the software bill of materials (CycloneDX), without the time and the random number that npm adds. */
function bill(version: string): string {
  const args = ["sbom", "--sbom-format=cyclonedx", "--omit=dev", "--package-lock-only"];
  const output = execFileSync("npx", ["--yes", NPM, ...args], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 64 * 1024 ** 2,
  });
  const { metadata, ...given } = JSON.parse(output) as {
    metadata: { timestamp: string; component: { version: string } };
  };
  const rest = { ...given, serialNumber: "" };
  const timestamp = new Date(Number(process.env.SOURCE_DATE_EPOCH) * 1000).toISOString();
  const described = { ...metadata, timestamp, component: { ...metadata.component, version } };
  const uuid = hash("sha256", JSON.stringify([described, rest])).replace(
    /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/,
    "$1-$2-5$3-a$4-$5",
  );
  const text = { ...rest, serialNumber: `urn:uuid:${uuid}`, metadata: described };
  return `${JSON.stringify(text, undefined, 2)}\n`;
}

/** Returns the section of the changelog: that of the version, otherwise what isn't released. */
export function changes(changelog: string, version: string): string {
  const sections = changelog.split(/^(?=## )/m).slice(1);
  const named = (name: string): string | undefined =>
    sections.find((text) => text.startsWith(`## [${name}]`));
  return named(version) ?? named("Unreleased") ?? "";
}

/** Returns the release's notes: what changed, and how to know that a file is the one that was made. */
function notes(changed: string, sums: string): string {
  return `${changed.trimEnd()}\n\n### Checksums (SHA-256)\n\n\`\`\`\n${sums}\`\`\`\n`;
}

function checksums(folder: string): string {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("SHA256SUMS"))
    .map(({ name }) => name);
  return execFileSync("sha256sum", names.sort(), { cwd: folder, encoding: "utf8" });
}

/** Returns what is known about faults of the dependencies, for the release's notes. */
function audit(): string {
  const { stdout, stderr } = spawnSync("npx", ["--yes", NPM, "audit", "--omit=dev"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return stdout + stderr;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = buildVersion(ROOT);
  if (!isSet(publisher())) {
    const said =
      "package.json has addresses of example.org: set repository, bugs and homepage (see Publishing)";
    if (!built.includes("-")) throw new Error(said);
    process.stderr.write(`${said}. That is no matter for a build without a release.\n`);
  }
  const folder = process.argv[2] ?? join(ROOT, "release", built);
  const version = await makeRelease(folder);
  process.stdout.write(
    `qtalk-component ${version} in ${folder}:\n\n${readFileSync(join(folder, "SHA256SUMS"), "utf8")}\n`,
  );
  process.stdout.write(`npm audit says, for the notes:\n${audit()}`);
}
