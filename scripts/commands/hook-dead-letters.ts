/** `hook dead`, `hook retry`, `hook drop`: events that outgoing webhooks could not deliver within a day. */
import { counted } from "../../component/wording.js";
import type { Command } from "commander";
import { retryEvents } from "../../component/administration/hooks.js";
import type { Database } from "../../storage/database.js";
import { HookEvents } from "../../storage/hook-events.js";
import { OutgoingHooksStore } from "../../storage/outgoing-hooks-store.js";
import { dataFailure } from "../failure.js";
import { say } from "../output.js";
import { excerpt, sayTable } from "../table.js";
import { timeText } from "../local-time.js";
import { configOf, configured, type Flags } from "./configured.js";
import { SECTIONS, withHook } from "./hook-parts.js";
import { inStorage } from "./in-storage.js";

export function addDeadLetters(hook: Command): void {
  configured(hook.command("dead"), SECTIONS)
    .description(
      "list the dead letters of outgoing hooks: events that could not be delivered for a day, or that the program refused for good",
    )
    .argument("[name]", "the hook's name (default: all hooks)")
    .action(list);
  configured(hook.command("retry"), SECTIONS)
    .description("deliver a hook's waiting events now, and put its dead letters back into the queue")
    .argument("<name>", "the hook's name")
    .argument("[ids...]", "ids of dead letters, as hook dead lists them (default: all)")
    .action((name: string, ids: readonly string[], options: Flags) => act(name, ids, options, retry));
  configured(hook.command("drop"), SECTIONS)
    .description("delete dead letters of a hook permanently")
    .argument("<name>", "the hook's name")
    .argument("<ids...>", "ids of dead letters, as hook dead lists them, or the word all")
    .action((name: string, ids: readonly string[], options: Flags) => act(name, ids, options, drop));
}

async function list(name: string | undefined, options: Flags): Promise<void> {
  const show = (db: Database, hook?: number): void => {
    const names = new Map(new OutgoingHooksStore(db).list().map((each) => [each.id, each.name]));
    const rows = new HookEvents(db)
      .dead(hook)
      .map((event) => [
        ...[String(event.rowId), names.get(event.hook) ?? "", timeText(event.happenedAt)],
        ...[timeText(event.diedAt), event.reason, excerpt(event.body)],
      ]);
    sayTable("No dead letters.", ["id", "hook", "happened", "dead since", "reason", "event"], rows);
  };
  const config = configOf(options, SECTIONS);
  if (name === undefined) await inStorage(config.storage.path, (db) => show(db));
  else await withHook(name, config, { outgoing: ({ id }, _hooks, db) => show(db, id) });
}

type Act = (db: Database, hook: number, letters: readonly number[]) => string;

async function act(name: string, ids: readonly string[], options: Flags, work: Act): Promise<void> {
  await withHook(name, configOf(options, SECTIONS), {
    outgoing: ({ id: hook }, _hooks, db) => {
      const dead = new HookEvents(db).dead(hook).map(({ rowId }) => String(rowId));
      const isAll = ids.length === 0 || ids.includes("all");
      const unknown = isAll ? undefined : ids.find((id) => !dead.includes(id));
      if (unknown !== undefined) {
        throw dataFailure(`${name} has no dead letter ${unknown}: see hook dead ${name}.`);
      }
      const chosen = isAll ? dead : dead.filter((id) => ids.includes(id));
      say(db.transaction(() => work(db, hook, chosen.map(Number))).immediate());
    },
  });
}

function retry(db: Database, hook: number, letters: readonly number[]): string {
  const stores = { hookEvents: new HookEvents(db), outgoingHooks: new OutgoingHooksStore(db) };
  return retryEvents(stores, hook, letters);
}

function drop(db: Database, _hook: number, letters: readonly number[]): string {
  const events = new HookEvents(db);
  for (const letter of letters) events.drop(letter);
  return `${counted(letters.length, "event")} deleted`;
}
