/** Test cases of the fuzzer. They are plain data, so that a case can be written to a file and replayed. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type fc from "fast-check";
import type { ServerKind } from "../lab/installed.mjs";

/** A hostile user, by index, or a hostile component of the same server. */
export type Sender = number | "component";

export type Step =
  /** A request to the HTTP interface, with its query; the next step begins after the response. */
  | { readonly do: "call"; readonly method: string; readonly path: string; readonly body?: string }
  /**
   * Raw bytes on a connection of their own, whose responses are read or not: `start`, then `piece` repeated. `{hook}` in
   * `start` is the path of a hook.
   */
  | {
      readonly do: "bytes";
      /** Absent: the HTTP interface. */
      readonly to?: "mail";
      readonly start: string;
      readonly piece: string;
      readonly times: number;
      readonly isRead: boolean;
    }
  /** How the hostile room service answers the bot's next stanza: with the condition of an error. */
  | { readonly do: "refuse"; readonly condition: string }
  /** A post to a webhook of this format, which sends to the room DEN; with the format TRAPPED, to the room TRAP. */
  | {
      readonly do: "post";
      readonly format: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** A mail, to a hook that sends to the room DEN, with its secret or a wrong one. */
  | { readonly do: "mail"; readonly data: string; readonly isEntitled: boolean }
  /** What the receiver of a hook's events answers to the next delivery: `start`, then `piece` repeated. */
  | { readonly do: "deliver"; readonly start: string; readonly piece: string; readonly times: number }
  /**
   * A stanza, sent `times` times (absent: once). `{id}` is new each time, `{n}` the number of all stanzas so far, `{self}`
   * the sender's address.
   */
  | { readonly do: "send"; readonly by: Sender; readonly stanza: string; readonly times?: number }
  /** The response of user `by` to the next request that the user receives. */
  | {
      readonly do: "answer";
      readonly by: number;
      readonly type: string;
      readonly payload: string;
    };

export interface Case {
  readonly generator: string;
  readonly steps: readonly Step[];
}

/** Makes random cases of one kind. */
export interface Generator {
  readonly name: string;
  /** How many cases are played before the component is judged. */
  readonly batch: number;
  readonly steps: fc.Arbitrary<readonly Step[]>;
}

/** A guarantee of the component that was broken. */
export interface Fault {
  /** Which guarantee, such as "not delivered". */
  readonly kind: string;
  readonly detail: string;
}

/** Cases that made the component break a guarantee. */
export interface Found {
  readonly server: ServerKind;
  readonly fault: Fault;
  readonly cases: readonly Case[];
}

export const SEEN = {
  blockedSmall: "longest block, input below 1 KiB, ms",
  blocked: "longest block, larger input, ms",
  slowest: "slowest honest message, ms",
  memory: "most memory, MB",
  /** The server closed streams of hostile users or of the hostile component. */
  lost: "own streams they lost",
} as const;

/** The figures of a run, by their names: the highest values, or how often something happened. */
export class Seen extends Map<string, number> {
  highest(name: string, value: number): void {
    this.set(name, Math.max(Math.round(value), this.get(name) ?? 0));
  }

  count(name: string): void {
    this.set(name, (this.get(name) ?? 0) + 1);
  }
}

export const HOST = "qtalk.test.org";
export const DOMAIN = `groups.${HOST}`;
export const HOSTILE_DOMAIN = `hostile.${HOST}`;
/** A room with only hostile users. */
export const DEN = `den@${DOMAIN}`;
/** The room in which honest users talk; half of the hostile users are members, too. */
export const HALL = `hall@${DOMAIN}`;
/** A room of the hostile component, which a bot enters. */
export const TRAP = `trap@${HOSTILE_DOMAIN}`;
/** The bot in this room, and its webhook. */
export const TRAPPED = "trapped";
export const BOT = `${TRAPPED}@${DOMAIN}/bot`;
export const HOSTILE_USERS = 8;
export const MUC = "http://jabber.org/protocol/muc";

export const hostileName = (index: number): string => `mallory${index}`;

const FOUND_FOLDER = "spec/fuzz/found";

/** Writes cases to a file, which the test suite replays. @returns the file's path */
export function writeFound(found: Found, folder = FOUND_FOLDER): string {
  const hash = createHash("sha256").update(JSON.stringify(found.cases)).digest("hex").slice(0, 8);
  const path = join(folder, `${found.fault.kind.replaceAll(" ", "-")}-${hash}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify(found, undefined, 2)}\n`);
  return path;
}

export function readFound(folder = FOUND_FOLDER): ReadonlyMap<string, Found> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return new Map(
    names.sort().map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8")) as Found]),
  );
}
