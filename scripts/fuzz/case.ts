/** Cases of fuzzing: plain data, so that a case can be written to a file and played again. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type fc from "fast-check";
import type { ServerKind } from "../lab/find.js";

/** The sender of a stanza: one of the hostile users, or a hostile component of the same server. */
export type Sender = number | "component";

export type Step =
  /** A call of the interface, with its query; answered before the next step. */
  | { readonly do: "call"; readonly method: string; readonly path: string; readonly body?: string }
  /** Characters (each a byte) on a connection of their own to the interface. */
  | { readonly do: "http"; readonly bytes: string }
  /** A post to a hook of this format, which posts to the den. */
  | {
      readonly do: "post";
      readonly format: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** A stanza, so many times; each `{id}` in it becomes an id of its own, `{self}` the sender's full address. */
  | { readonly do: "send"; readonly by: Sender; readonly stanza: string; readonly times?: number }
  /** The payload of this user's answer to the next request that arrives. */
  | {
      readonly do: "answer";
      readonly by: number;
      readonly type: "result" | "error";
      readonly payload: string;
    };

export interface Case {
  /** The generator that made it. */
  readonly generator: string;
  readonly steps: readonly Step[];
}

export interface Generator {
  readonly name: string;
  /** Cases between two verdicts. */
  readonly batch: number;
  readonly steps: fc.Arbitrary<readonly Step[]>;
}

/** A promise that was not kept. */
export interface Fault {
  readonly kind:
    | "stream closed"
    | "not delivered"
    | "unanswered"
    | "answer"
    | "log"
    | "ended"
    | "unreadable"
    | "blocked"
    | "memory";
  readonly detail: string;
}

/** Cases that broke a promise. */
export interface Found {
  readonly server: ServerKind;
  readonly fault: Fault;
  readonly cases: readonly Case[];
}

export const HOST = "qtalk.test.org";
export const DOMAIN = `groups.${HOST}`;
export const HOSTILE_DOMAIN = `hostile.${HOST}`;
/** The hostile users' own room. */
export const DEN = `den@${DOMAIN}`;
/** The room in which honest users talk, with some of the hostile. */
export const HALL = `hall@${DOMAIN}`;
export const HOSTILE_USERS = 8;
export const MUC = "http://jabber.org/protocol/muc";

export function hostileName(index: number): string {
  return `mallory${index}`;
}

const FOUND_FOLDER = "spec/fuzz/found";

/** Writes a file that the test suite plays again. @returns its path */
export function writeFound(found: Found, folder = FOUND_FOLDER): string {
  const hash = createHash("sha256").update(JSON.stringify(found.cases)).digest("hex").slice(0, 8);
  const path = join(folder, `${found.fault.kind.replaceAll(" ", "-")}-${hash}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(found, undefined, 2)}\n`);
  return path;
}

/** All that was found, by file name. */
export function readFound(folder = FOUND_FOLDER): ReadonlyMap<string, Found> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return new Map(
    names.sort().map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8")) as Found]),
  );
}
