/** The types that define ad-hoc commands (XEP-0050). Submitting a form returns the next step. */
import type { Jid } from "../addresses/address.js";
import type { FormField } from "../muc/wire/data-form.js";
import type { Refusal } from "../refusal.js";
import type { Element } from "../xml/builder.js";
import { randomUUID } from "node:crypto";

export interface Command {
  /** The disco node, which identifies the command. */
  readonly node: string;
  readonly name: string;
  mayRun(from: Jid): boolean;
  /** Starts the command, and returns its first step. @throws StanzaError if the user may not run it */
  start(from: Jid): Step | Promise<Step>;
}

export type Step = Stage | Completed;

export interface Stage {
  readonly kind: "stage";
  readonly title: string;
  readonly instructions?: string;
  readonly formType?: string;
  readonly fields: readonly FormField[];
  /** Whether submitting the form completes the command. */
  readonly isLast: boolean;
  /** Processes the submitted values. After a refusal, the form is shown again with the refusal's message. */
  submit(values: Values): Step | Refusal | Promise<Step | Refusal>;
}

export interface Completed {
  readonly kind: "completed";
  readonly form?: Element;
  readonly note?: string;
}

/** The submitted values of a form, by field name. */
export type Values = ReadonlyMap<string, readonly string[]>;

/** Returns a field's first value; "" if it has none. */
export function valueOf(values: Values, name: string): string {
  return values.get(name)?.[0] ?? "";
}

/** Returns the lines of a field's values, trimmed and without empty ones. */
export function linesOf(values: Values, name: string): string[] {
  const lines = (values.get(name) ?? []).flatMap((value) => value.split("\n"));
  return lines.map((line) => line.trim()).filter((line) => line !== "");
}

/** A run of an ad-hoc command (XEP-0050) by a user. */
export interface CommandSession {
  readonly id: string;
  readonly command: Command;
  /** The forms that the user has got so far. The last one is shown. */
  readonly stages: Stage[];
  isBusy: boolean;
  /** The full address of the client that started the command. The account's other clients can't use the session. */
  readonly from: string;
  readonly account: string;
  /** When the session was last used, in milliseconds of performance.now(). */
  usedAt: number;
}

const MAX_SESSIONS = 1000;
const MAX_SESSIONS_OF_ACCOUNT = 10;
/** How long a session may be idle before it expires, in milliseconds. */
const IDLE_MS = 15 * 60_000;

/** The sessions of all commands. If an account or the service has too many, the least recently used are dropped. */
export class CommandSessions {
  readonly #sessions = new Map<string, CommandSession>();

  open(from: Jid, command: Command, first: Stage): CommandSession {
    const account = from.bare.text;
    const usedAt = performance.now();
    const own = [...this.#sessions.values()].filter((each) => each.account === account);
    for (const { id } of own.slice(0, Math.max(0, own.length + 1 - MAX_SESSIONS_OF_ACCOUNT))) this.close(id);
    for (const [id, session] of this.#sessions) {
      if (usedAt - session.usedAt <= IDLE_MS && this.#sessions.size < MAX_SESSIONS) break;
      this.close(id);
    }
    const id = randomUUID();
    const session = { id, command, stages: [first], isBusy: false, from: from.text, account, usedAt };
    this.#sessions.set(id, session);
    return session;
  }

  /** Finds the client's session of a command; "expired" if it was idle for too long. */
  find(id: string, from: Jid, command: Command): CommandSession | "expired" | undefined {
    const session = this.#sessions.get(id);
    if (session?.from !== from.text || session.command !== command) return undefined;
    const now = performance.now();
    this.close(id);
    if (now - session.usedAt > IDLE_MS) return "expired";
    session.usedAt = now;
    this.#sessions.set(id, session);
    return session;
  }

  close(id: string): void {
    this.#sessions.delete(id);
  }
}
