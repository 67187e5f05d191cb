/**
 * Where the project is published: `repository`, `bugs` and `homepage` in package.json, and nowhere else. Until a publisher has
 * set them (see "Publishing" in the guide) they are addresses of example.org, which no release may name.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./debian/files.js";

export interface Publisher {
  /** The address that `git clone` takes. */
  readonly clone: string;
  /** Where faults are reported. */
  readonly bugs: string;
  /** Whom to write about a vulnerability, instead of reporting it in public. */
  readonly security: string;
  /** The project's page. Its folder `apt` is the repository of Debian packages. */
  readonly homepage: string;
}

export function publisher(): Publisher {
  const { repository, bugs, homepage } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    readonly repository: { readonly url: string };
    readonly bugs: { readonly url: string; readonly email: string };
    readonly homepage: string;
  };
  return {
    clone: repository.url.replace(/^git\+/, ""),
    bugs: bugs.url,
    security: bugs.email,
    homepage: homepage.replace(/\/$/, ""),
  };
}

/** Says whether a publisher has set all addresses. */
export function isSet(addresses: Publisher): boolean {
  return !Object.values(addresses).some((address: string) => /\bexample\.org\b/.test(address));
}
