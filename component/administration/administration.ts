/** Runs administrators' operations, whichever way they come in. */
import { badRequest, Refusal, refuse } from "../refusal.js";
import { validationMessage } from "../validation-message.js";
import { elided, shownUrl } from "../wording.js";
import {
  ChangeRecord,
  type Context,
  type OperationDone,
  type Ground,
  type Running,
  type Who,
} from "./context.js";
import { argumentsOf } from "./fields.js";
import type { Operation } from "./operation.js";
import { refuseOperation } from "./rights.js";

/** Thrown to roll back a change that is refused. */
class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

const NOT_RUNNING = refuse.unavailable("only the running component can do this: start it and try again");

/** Returns an operation's arguments as it takes them. @param given as JSON */
export function argumentsFrom(operation: Operation, given: unknown): Record<string, unknown> | Refusal {
  const { data, error } = operation.arguments.safeParse(given);
  return error === undefined ? data : badRequest(validationMessage(error, given));
}

export class Administration {
  constructor(readonly ground: Ground) {}

  /**
   * Runs an operation and records what it changed.
   * @param given the arguments as JSON
   * @returns the result, as the operation's schema describes it
   */
  async run(operation: Operation, given: unknown, who: Who): Promise<object | Refusal> {
    const { ground } = this;
    const denied = refuseOperation(operation, who, ground.settings.hooks.by_owners);
    if (denied !== undefined) return denied;
    const data = argumentsFrom(operation, given);
    if (data instanceof Refusal) return data;
    if (operation.needs === "component" && ground.running === undefined) return NOT_RUNNING;
    const record = new ChangeRecord(ground.records.changes, who, {
      operation: operation.name,
      arguments: shown(operation, data),
    });
    const context: Context & Partial<Running> = {
      ...ground.running,
      ...ground,
      who,
      record,
      change: (work, committed) => this.#change(record, work, committed),
    };
    const result = await operation.run(context, data);
    if (result instanceof Refusal || operation.effect === "read") return result;
    if ("dry_run" in data && data.dry_run === true) return result;
    const { message } = result as OperationDone;
    if (!record.isWritten) await ground.commit.run(() => record.write(message));
    const by = who.way === "xmpp" ? who.name : `${who.name} (${who.way})`;
    ground.log.info(`Administration by ${by}: ${message}`);
    return result;
  }

  async #change<T extends OperationDone>(
    record: ChangeRecord,
    work: () => T | Refusal,
    committed?: () => void,
  ): Promise<T | Refusal> {
    try {
      return await this.ground.commit.runThen(
        () => {
          const result = work();
          if (result instanceof Refusal) throw new Refused(result);
          record.write(result.message);
          return result;
        },
        (result) => {
          committed?.();
          this.#forget();
          return result;
        },
      );
    } catch (error) {
      if (error instanceof Refused) return error.refusal;
      throw error;
    }
  }

  /** Makes the running component read again what operations change in the database. */
  #forget(): void {
    const { running } = this.ground;
    if (running === undefined) return;
    const { alerts, bots, duty, hooks, outgoing, remote, directory } = running;
    for (const part of [bots, hooks, duty, outgoing, directory]) part.forget();
    alerts.wake();
    remote.refresh();
  }
}

const HIDDEN = "…";
/** How many characters of a text or list are recorded. */
const MAX_RECORDED = 500;
/** The options of rooms that are secrets, by all their names. */
const SECRET_OPTION = /password$|secret$/;

/** Returns an operation's arguments without secrets, with long texts and lists shortened, as JSON. */
function shown(operation: Operation, given: object): string {
  const fields = new Map(argumentsOf(operation).map((field) => [field.name, field]));
  return JSON.stringify(given, (name, value: unknown) => {
    if (value === "" || value === false) return undefined;
    const { secret, file, unrecorded, url } = fields.get(name) ?? {};
    if (secret ?? file ?? unrecorded ?? (SECRET_OPTION.test(name) || undefined)) return HIDDEN;
    if (url === true && typeof value === "string") return shownUrl(value);
    const text = typeof value === "string" ? value : Array.isArray(value) ? JSON.stringify(value) : "";
    return text.length > MAX_RECORDED ? elided(text, MAX_RECORDED) : value;
  });
}
