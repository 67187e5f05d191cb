/**
 * Who did what: a line a call, with the request's id that its answer carries, too. Never a message's text, never a
 * secret. While nobody is named who may call, such lines only say "anybody", and are left to the debug level.
 */
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Logger } from "winston";
import { Errcode } from "../component/refusal.js";
import type { CallScope, NamedAddress } from "./endpoint.js";

/** A call on its way. */
export interface Entry {
  readonly id: string;
  readonly endpoint: string;
  readonly address: string;
  readonly method: string;
  readonly started: number;
  /** Set once it is known. */
  caller?: string;
  /** Set once the arguments are read. */
  scope?: () => CallScope;
}

/** A caller's own id is kept where it can do no harm in a log. */
const USABLE = /^[\w.:-]{1,64}$/;
/** Ids in base 36. */
const RADIX = 36;

export class AccessLog {
  readonly #log: Logger;
  readonly #areNamed: () => boolean;
  /** Tells this process's ids from those of the one before. */
  readonly #prefix = randomBytes(4).toString("hex");
  #count = 0;

  constructor(log: Logger, areNamed: () => boolean) {
    this.#log = log;
    this.#areNamed = areNamed;
  }

  begin(endpoint: string, request: IncomingMessage, address: string): Entry {
    const given = request.headers["x-request-id"];
    const usable = typeof given === "string" && USABLE.test(given);
    const id = usable ? given : `${this.#prefix}-${(++this.#count).toString(RADIX)}`;
    return { id, endpoint, address, method: request.method ?? "", started: performance.now() };
  }

  end(entry: Entry, errcode: number, ms: number): void {
    const level = errcode === Errcode.caller ? "warn" : this.#areNamed() ? "info" : "debug";
    if (!this.#log.isLevelEnabled(level)) return;
    const { id, endpoint, address, method, caller = "unknown", scope } = entry;
    const said = scope === undefined ? "" : told(scope());
    this.#log.log(
      level,
      `${method} ${endpoint}: errcode ${errcode} in ${ms.toFixed(1)} ms, by ${caller}${said}`,
      {
        request: id,
        address,
      },
    );
  }
}

function told({ senders, rooms }: CallScope): string {
  return `${listed(" as ", senders)}${listed(" in ", rooms)}`;
}

/** The first of them, and how many more. */
function listed(word: string, all: readonly NamedAddress[]): string {
  const [first] = all;
  if (first === undefined) return "";
  const { id, host } = first;
  const text = host === undefined || id.includes("@") ? id : `${id}@${host}`;
  const others = new Set(all.map((named) => `${named.id}@${named.host ?? ""}`)).size - 1;
  return `${word}${JSON.stringify(text.slice(0, 80))}${others > 0 ? ` and ${others} more` : ""}`;
}
