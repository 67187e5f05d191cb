/** `hook dead`, `hook retry`, `hook drop`: events that outgoing webhooks could not deliver within a day. */
import { counted } from "../../component/counted.js";
import type { Command } from "commander";
import { retryEvents } from "../../component/administration/hooks.js";
import type { Database } from "../../storage/database.js";
import { HookEvents, type DeadEvent } from "../../storage/hook-events.js";
import { OutgoingHooksStore } from "../../storage/outgoing-hooks-store.js";
import { dataFailure, usageFailure } from "../failure.js";
import { say } from "../output.js";
import { table } from "../table.js";
import { timeText } from "../local-time.js";
import { configured } from "./configured.js";
import { configOf, withEither, type Flags } from "./hook-named.js";
import { SECTIONS } from "./hook-parts.js";
import { inStorage } from "./in-storage.js";

const SHOWN = 60;

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
    const dead = new HookEvents(db).dead(hook);
    if (dead.length === 0) say("No dead letters.");
    else
      say(
        table(
          ["id", "hook", "happened", "dead since", "reason", "event"],
          dead.map((event) => [
            ...[String(event.rowId), names.get(event.hook) ?? "", timeText(event.happenedAt)],
            ...[timeText(event.diedAt), event.reason, cut(event.body)],
          ]),
        ),
      );
  };
  const config = configOf(options);
  if (name === undefined) await inStorage(config.storage.path, (db) => show(db));
  else await withOutgoing(name, options, (id, db) => show(db, id));
}

type Act = (db: Database, hook: number, dead: readonly DeadEvent[]) => string;

async function act(name: string, ids: readonly string[], options: Flags, work: Act): Promise<void> {
  await withOutgoing(name, options, (hook, db) => {
    const dead = new HookEvents(db).dead(hook);
    const isAll = ids.length === 0 || ids.includes("all");
    const chosen = dead.filter(({ rowId: seq }) => isAll || ids.includes(String(seq)));
    const unknown = isAll
      ? undefined
      : ids.find((id) => !chosen.some(({ rowId: seq }) => String(seq) === id));
    if (unknown !== undefined) {
      throw dataFailure(`${name} has no dead letter ${unknown}: see hook dead ${name}.`);
    }
    say(db.transaction(() => work(db, hook, chosen)).immediate());
  });
}

function retry(db: Database, hook: number, dead: readonly DeadEvent[]): string {
  const stores = { hookEvents: new HookEvents(db), outgoingHooks: new OutgoingHooksStore(db) };
  return retryEvents(
    stores,
    hook,
    dead.map(({ rowId: seq }) => seq),
  );
}

function drop(db: Database, _hook: number, dead: readonly DeadEvent[]): string {
  const events = new HookEvents(db);
  for (const { rowId: seq } of dead) events.drop(seq);
  return `${counted(dead.length, "event")} deleted`;
}

async function withOutgoing(
  name: string,
  options: Flags,
  work: (hook: number, db: Database) => void,
): Promise<void> {
  await withEither(name, configOf(options), {
    incoming: () => {
      throw usageFailure(`The hook ${name} is an incoming webhook: it delivers no events.`);
    },
    outgoing: ({ id }, _hooks, db) => work(id, db),
  });
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
