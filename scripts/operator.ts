/** Runs operations for commands: in the running component, or else in this process. */
import { existsSync } from "node:fs";
import { createLogger } from "winston";
import { Administration, argumentsFrom } from "../component/administration/administration.js";
import type { Operation } from "../component/administration/operation.js";
import { recordsOf } from "../component/administration/records.js";
import { Bounces } from "../component/hooks/bounces.js";
import { KnownBots } from "../component/hooks/known-bots.js";
import { EventRecorder } from "../component/hooks/outgoing/event-recorder.js";
import { OutgoingWebhooks } from "../component/hooks/outgoing/outgoing-webhooks.js";
import { Metrics } from "../component/metrics.js";
import { DomainAliases } from "../component/addresses/domain-aliases.js";
import { AddressResolver } from "../component/operations/address-resolver.js";
import { Refusal } from "../component/refusal.js";
import { ApiFault, apiFaultOf, type FaultCode } from "../http/admin/fault.js";
import { BotsStore } from "../storage/bots-store.js";
import { openDatabase, sqliteFaultText, StorageFault } from "../storage/database.js";
import { GroupCommit } from "../storage/group-commit.js";
import { acquireInstanceLock } from "../storage/instance-lock.js";
import { isDiskFault } from "../storage/storage-fault.js";
import { configOf, type Flags } from "./commands/configured.js";
import { requireStorage } from "./commands/in-storage.js";
import { ExitCode, Failure } from "./failure.js";
import { ownUrl } from "./listening.js";
import { askComponent } from "./operator-socket.js";
import { provideFolder, whenFree } from "./storage-access.js";
import { userName } from "./user-name.js";

/** How long to wait for a component that is starting or stopping, and the pause between attempts; in milliseconds. */
const WAIT = { most: 10_000, each: 100 };

/** The sections of the configuration that operations read. */
const READ = ["xmpp", "http", "people", "keys", "rooms", "hooks"] as const;

/**
 * Runs an operation.
 * @returns its result
 * @throws Failure if it is refused
 */
export async function operate(operation: Operation, given: object, flags: Flags): Promise<object> {
  if (operation.needs === "nothing") {
    const checked = argumentsFrom(operation, given);
    const result = checked instanceof Refusal ? checked : await operation.run({} as never, checked);
    return result instanceof Refusal ? fail(apiFaultOf(result)) : result;
  }
  const { storage } = configOf(flags, ["storage"]);
  const outcome = await whenFree(
    WAIT,
    async () =>
      (await post(storage.path, operation, given)) ??
      // The component may have the lock, and no socket yet or no more.
      (await runHere(storage.path, operation, given, flags)),
  );
  return outcome instanceof ApiFault ? fail(outcome) : outcome;
}

/** Sends an operation to the running component. @returns undefined if none listens at the socket */
async function post(
  database: string,
  { name }: Operation,
  given: object,
): Promise<object | ApiFault | undefined> {
  const answer = await askComponent(database, `/admin/${name.replace(" ", "/")}`, given);
  if (answer === undefined) return undefined;
  const result = JSON.parse(answer) as { error?: { code: FaultCode; message: string } };
  return result.error === undefined ? result : new ApiFault(result.error.code, result.error.message);
}

/** Runs an operation in this process, which holds the component's lock meanwhile. */
async function runHere(
  path: string,
  operation: Operation,
  given: object,
  flags: Flags,
): Promise<object | ApiFault> {
  if (operation.needs === "component")
    throw new Failure(
      `No component runs on the database ${path}: start it and run this command again. Nothing was changed.`,
      ExitCode.unavailable,
    );
  // A dry run on a database that doesn't exist yet makes none.
  const place = "dry_run" in given && given.dry_run === true && !existsSync(path) ? ":memory:" : path;
  if (operation.effect === "read") requireStorage(path);
  provideFolder(path);
  const lock = acquireInstanceLock(place);
  try {
    const { xmpp, rooms, people, keys, hooks, http } = configOf(flags, READ);
    const db = openDatabase(place);
    const commit = new GroupCommit(db);
    try {
      const bots = new BotsStore(db);
      const place = { url: ownUrl(http.listen), bodyLimit: http.body_limit };
      const log = createLogger({ silent: true });
      const { domain } = xmpp;
      const known = new KnownBots(bots, { domain, nickLength: rooms.nick_length });
      const common = { db, commit, domain, log, bots: known, config: hooks, metrics: new Metrics() };
      const administration = new Administration({
        settings: { xmpp, rooms, people, keys, hooks, http: place },
        records: recordsOf(db),
        addresses: new AddressResolver(
          new DomainAliases({ xmpp, rooms }),
          xmpp.foreign_senders,
          (name) => bots.find(name) !== undefined,
        ),
        commit,
        log,
        bounces: new Bounces({
          ...common,
          listener: new EventRecorder(new OutgoingWebhooks(common), common),
        }),
        running: undefined,
      });
      const result = await administration.run(operation, given, {
        name: userName(),
        way: "command line",
        may: ["all"],
      });
      return result instanceof Refusal ? apiFaultOf(result) : result;
    } catch (error) {
      if (!isDiskFault(error)) throw error;
      throw new StorageFault(sqliteFaultText(error, path), { cause: error });
    } finally {
      await commit.end();
      db.close();
    }
  } finally {
    lock.release();
  }
}

const EXIT_CODES: Readonly<Partial<Record<FaultCode, ExitCode>>> = {
  input: ExitCode.usage,
  forbidden: ExitCode.dataErr,
  missing: ExitCode.dataErr,
  exists: ExitCode.dataErr,
  unavailable: ExitCode.tempFail,
};

function fail({ code, message }: ApiFault): never {
  throw new Failure(sentence(message), EXIT_CODES[code] ?? ExitCode.software, {}, code);
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
