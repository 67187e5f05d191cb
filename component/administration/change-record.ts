/** Records one change by an administrator in the list of changes, in the transaction that makes the change. */
import type { ChangesStore } from "../../storage/changes-store.js";
import type { z } from "zod";
import type { BareJid } from "../addresses/address.js";
import { fieldsOf } from "./fields.js";

/** Who runs an operation, and by which way in. */
export interface Who {
  /** The operator's name, the Unix user, or an address. */
  readonly name: string;
  readonly way: "command line" | "console" | "http" | "xmpp";
  /** The administrator's account, for ad-hoc commands. */
  readonly account?: BareJid;
}

/** The parts of an operation's declaration that are recorded. */
interface Recorded {
  readonly name: string;
  readonly arguments: z.ZodObject;
}

/** How many characters of an argument are recorded. */
const MOST = 500;

export class ChangeRecord {
  #id: number | undefined;

  constructor(
    private readonly store: ChangesStore,
    private readonly operation: Recorded,
    private readonly who: Who,
    private readonly given: object,
  ) {}

  get isWritten(): boolean {
    return this.#id !== undefined;
  }

  /**
   * Writes the record, inside a transaction.
   * @param outcome what came of the change; undefined if several transactions make it and more follow
   */
  write(outcome?: string): void {
    if (this.#id !== undefined) {
      if (outcome !== undefined) this.store.finish(this.#id, outcome);
      return;
    }
    const { name, way } = this.who;
    const given = shown(this.operation, this.given);
    this.#id = this.store.add({
      at: Date.now(),
      ...{ who: name, way, operation: this.operation.name, outcome },
      arguments: JSON.stringify(given),
    });
  }
}

/** The options of rooms that are secrets, by all their names. */
const SECRET_OPTION = /password$|secret$/;

/** Returns an operation's arguments without secrets, with long texts shortened. */
function shown(operation: Recorded, given: object): object {
  const fields = new Map(fieldsOf(operation.arguments, "input").map((field) => [field.name, field]));
  const entries = Object.entries(given).filter(
    ([, value]) => ![undefined, "", false].includes(value as undefined),
  );
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const { secret, file, kind } = fields.get(name) ?? {};
      if (secret ?? file) return [name, HIDDEN];
      return [name, kind === "record" ? withoutSecrets(value as object) : short(value)];
    }),
  );
}

const HIDDEN = "…";

function withoutSecrets(options: object): object {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, SECRET_OPTION.test(name) ? HIDDEN : short(value)]),
  );
}

function short(value: unknown): unknown {
  const text = JSON.stringify(value);
  return text.length <= MOST ? value : `${text.slice(0, MOST)}…`;
}
