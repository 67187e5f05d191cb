/**
 * A repository that apt reads (https://wiki.debian.org/DebianRepository/Format): the packages in `pool/SUITE`, and their index in
 * `dists/SUITE`. A suite is a release of Debian or Ubuntu, because a package depends on its Node. Needs apt-utils, and for
 * signatures GnuPG.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";

export interface Suite {
  /** The codename of the system that the package was built on, such as `trixie`. */
  readonly name: string;
  /** The package's architecture, such as `amd64`. */
  readonly architecture: string;
}

/** Returns the suite of this machine. */
export function thisSuite(): Suite {
  const named = /^VERSION_CODENAME="?(\w+)/m.exec(readFileSync("/etc/os-release", "utf8"));
  const architecture = execFileSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).trim();
  return { name: named?.[1] ?? "stable", architecture };
}

export interface Signature {
  /** The index's date, in seconds since 1970. */
  readonly epoch: number;
  /** A key of GnuPG that signs the index; apt refuses an index without signature. */
  readonly key?: string | undefined;
}

/** Adds a package to the repository in a folder, beside those that are there, and writes the suite's index anew. */
export function addToRepository(folder: string, deb: string, suite: Suite, { epoch, key }: Signature): void {
  const pool = join("pool", suite.name);
  const dists = join(folder, "dists", suite.name);
  const binary = join(dists, "main", `binary-${suite.architecture}`);
  for (const path of [join(folder, pool), binary]) mkdirSync(path, { recursive: true });
  copyFileSync(deb, join(folder, pool, basename(deb)));

  const ftparchive = (...args: readonly string[]): string =>
    execFileSync("apt-ftparchive", args, { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 ** 2 });
  const packages = ftparchive("--arch", suite.architecture, "packages", pool);
  writeFileSync(join(binary, "Packages"), packages);
  writeFileSync(join(binary, "Packages.gz"), gzipSync(packages, { level: 9 }));

  const described = {
    Origin: "qtalk-component",
    Label: "qtalk-component",
    Suite: suite.name,
    Codename: suite.name,
    Architectures: suite.architecture,
    Components: "main",
  };
  const options = Object.entries(described).flatMap(([name, value]) => [
    "-o",
    `APT::FTPArchive::Release::${name}=${value}`,
  ]);
  const date = new Date(epoch * 1000).toUTCString().replace("GMT", "+0000");
  // The former index and its signatures aren't part of the new one.
  for (const name of ["Release", "InRelease", "Release.gpg"]) rmSync(join(dists, name), { force: true });
  const index = ftparchive(...options, "release", join("dists", suite.name)).replace(
    /^Date: .*$/m,
    `Date: ${date}`,
  );
  writeFileSync(join(dists, "Release"), index);
  if (key === undefined) return;
  sign(key, join(dists, "Release"), join(dists, "InRelease"), "--clearsign");
  sign(key, join(dists, "Release"), join(dists, "Release.gpg"), "--armor", "--detach-sign");
  writeFileSync(join(folder, "qtalk-component.asc"), gpg("--armor", "--export", key));
}

/** Signs a file with a key of GnuPG. @param how such as `--clearsign` */
export function sign(key: string, file: string, signature: string, ...how: readonly string[]): void {
  gpg("--yes", "--local-user", key, "--output", signature, ...how, file);
}

const gpg = (...args: readonly string[]): string =>
  execFileSync("gpg", ["--batch", "--quiet", ...args], { encoding: "utf8" });
