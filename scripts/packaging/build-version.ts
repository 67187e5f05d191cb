/** The version of a build: that of the release, or between releases that of the next one with the number of commits. */
import { execFileSync } from "node:child_process";
import { version } from "../../storage/version.js";

/**
 * Returns the version of what is checked out: `1.0.0` if the commit has the tag v1.0.0, otherwise `1.0.0-dev.N`, where
 * N is the number of commits up to this one. Without git, it is that of package.json.
 */
export function buildVersion(folder: string, next = version()): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    if (git("tag", "--points-at", "HEAD").split("\n").includes(`v${next}`)) return next;
    return `${next}-dev.${git("rev-list", "--count", "HEAD")}`;
  } catch {
    return next;
  }
}

/** Returns the time of the build in seconds since 1970: SOURCE_DATE_EPOCH, otherwise that of the commit. */
export function buildEpoch(folder: string): number {
  const { SOURCE_DATE_EPOCH: given } = process.env;
  if (given !== undefined) return Number(given);
  try {
    return Number(execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: folder, encoding: "utf8" }));
  } catch {
    return Math.floor(Date.now() / 1000);
  }
}

/**
 * Returns the version of the Debian package (deb-version(7)): `1.0.0-1` for a release, and `1.0.0-0dev.N` between releases.
 * The latter are older than the release, and newer than packages that were once built as plain `1.0.0` and `1.0.0~dev.N`.
 */
export function debianVersion(text: string): string {
  const [upstream = text, build] = text.split(/-(.*)/s);
  return `${upstream}-${build === undefined ? "1" : `0${build}`}`;
}
