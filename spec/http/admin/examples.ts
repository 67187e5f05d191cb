/** Runs operations' examples: what they need, what they answer, and the file from which the OpenAPI document shows it. */
import { writeFileSync } from "node:fs";
import { expect } from "chai";
import type { AccountJid } from "../../../component/addresses/address.js";
import type { OperationExample } from "../../../http/admin/routes.js";
import { Refusal } from "../../../component/refusal.js";
import { hookOf } from "../../../component/hooks/hook.js";
import { BotsStore } from "../../../storage/bots-store.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { storedHook } from "../../support/stored-hook.js";
import { BotRoomsStore } from "../../../storage/bot-rooms-store.js";
import { CallLogStore } from "../../../storage/call-log.js";
import { DOMAIN } from "../../component/muc/play.js";
import type { CommandLine } from "../../support/command-line.js";
import { addDeadLetter } from "../../support/dead-letter.js";
import type { ConsoleStage } from "../console/stage.js";

/** Examples beside an operation's own, for the OpenAPI document: those of outgoing hooks. */
export const FURTHER: Readonly<Record<string, string>> = {
  "hook add": "hook add events --on message --deliver-to https://127.0.0.1:9/events --allow-inner 127.0.0.1",
  "hook set": "hook set audit --on member",
  "hook show": "hook show audit",
  "hook rotate": "hook rotate audit",
};

/** The words of a command line, as a shell takes them apart. */
export function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? "",
  );
}

/** The keys of a result, those of the objects in it with a path. */
export function keysIn(value: unknown, path = ""): readonly string[] {
  if (Array.isArray(value)) return keysIn(value[0], `${path}[]`);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    `${path}.${key}`,
    ...keysIn(inner, `${path}.${key}`),
  ]);
}

/** Records what commands send and get, for the examples of the OpenAPI document. */
export class Recorded {
  command = "";
  readonly examples = new Map<string, OperationExample[]>();

  constructor({ desk: { administration } }: ConsoleStage) {
    const run = administration.run.bind(administration);
    administration.run = async (operation, given, who) => {
      const result = await run(operation, given, who);
      if (result instanceof Refusal) return result;
      expect(operation.result.safeParse(result).error?.message, `${operation.name} is as described`).to.equal(
        undefined,
      );
      const { name } = operation;
      const said = (value: object): object => JSON.parse(JSON.stringify(value)) as object;
      const example = { command: this.command, arguments: said(given as object), result: said(result) };
      this.examples.set(name, [...(this.examples.get(name) ?? []), example]);
      return result;
    };
  }

  /** Writes the examples, of each list one row, and of each secret its beginning. */
  write(): void {
    const sorted = [...this.examples].sort(([a], [b]) => a.localeCompare(b, "en"));
    const shortened = (example: OperationExample): object => ({
      ...example,
      result: JSON.parse(
        JSON.stringify(example.result, (_, value: unknown) =>
          Array.isArray(value) ? value.slice(0, 1) : value,
        ),
      ) as object,
    });
    const text = JSON.stringify(
      Object.fromEntries(sorted.map(([name, examples]) => [name, examples.map(shortened)])),
    );
    writeFileSync(
      "http/docs/admin-examples.json",
      text.replaceAll(/(?<=[/"])(?![\da-f]{8}-)[\w-]{32,}(?=")/g, "…"),
    );
  }
}

/** Makes what the examples name, and no other example makes: a file, a call, dead letters, a room elsewhere. */
export async function fillIn(stage: ConsoleStage, { folder }: CommandLine): Promise<void> {
  const { desk } = stage;
  const { db } = desk.play;
  folder.file("people.csv", "id,name\nlisi,李四\n");
  const call = { caller: "caller hr", acceptedAt: 1, stanzas: 1, rows: { first: 7, last: 7 } };
  new CallLogStore(db, 10).add({ ...call, request: "0e7ed04a-6bd7-4a05-8bd0-8fbd4a3cc7ea" });
  for (let id = 1; id <= 17; id += 1)
    addDeadLetter(db, { acceptedAt: 1, stanza: "<message/>", reason: "policy-violation" });
  new BotsStore(db).put({ name: "watch", title: "Watch", picture: undefined });
  new HooksStore(db).add(
    storedHook({ id: "watch", name: "watch", bot: "watch", receiver: `coven@${DOMAIN}` }),
  );
  const { records } = desk.running.alerts;
  const hook = hookOf(new HooksStore(db).find("watch")!, { bots: desk.running.bots, domain: DOMAIN });
  const report = { key: "k", status: "firing", severity: "critical", title: "DiskFull", labels: {} } as const;
  records.open(hook, { name: Buffer.from("k"), report, text: "DiskFull" }, "m1", 1);
  Object.assign(desk.running.remote, {
    settle: (bot: string, { text: room }: AccountJid) => {
      new BotRoomsStore(db).note(
        { bot, room, state: "inside", nick: bot, condition: undefined, reason: undefined },
        1,
      );
      return Promise.resolve();
    },
  });
  Object.assign(desk.running.http ?? {}, { testPost: () => Promise.resolve({ delivery: "confirmed" }) });
  const target = { deliver_to: "http://127.0.0.1:9/", allow_inner: ["127.0.0.1"] };
  await stage.does("hook/add", { name: "audit", on: ["message"], ...target });
}
