/** What bounds each collection in memory: a new one must be named here, or it may grow for as long as the process runs. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { documentAt } from "../../scripts/docs/parts.js";

/** Commands, which end, and the workshop, which the product doesn't contain. */
const ENDS = /^scripts\/(?:bench|check|clients|commands|docs|fuzz|import|lab|mutants|ready|soak)\b/;
/** The collections that keep what they get. What a WeakMap or a WeakSet has goes with its keys. */
const COLLECTION = /^(?:new )?(?:Map|Set|Lines)\b/;

interface Collection {
  /** "Class.#field", "Interface.property" or "file.constant". */
  readonly name: string;
  /** Where it is declared: a class, an interface or a file. */
  readonly scope: ts.Node;
}

/** Whether a text grows a collection, by its methods or by a longer copy. */
function grows(text: string, name: string, methods: string): boolean {
  const own = name.replaceAll(/[#$]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\w#])${own}!?\.(?:${methods})\(|(?<![\w#])${own} = \[\.\.\.`).test(text);
}

/** Returns the collections of a file that outlive a call: fields, properties of types, and constants that are changed. */
function collectionsIn(file: string, text: string): Collection[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Collection[] = [];
  const typeOf = (node: { readonly type?: ts.TypeNode | undefined }): string => node.type?.getText() ?? "";
  const isList = (type: string, start: string): boolean =>
    !type.startsWith("readonly") && (type.endsWith("[]") || type.startsWith("Array<") || start === "[]");
  const look = (
    node: ts.Node,
    scope: ts.ClassLikeDeclaration | ts.InterfaceDeclaration | undefined,
  ): void => {
    const of = scope?.name?.text ?? basename(file, ".ts");
    const isField = ts.isPropertyDeclaration(node) || (ts.isParameter(node) && node.modifiers !== undefined);
    if (isField && scope !== undefined) {
      const name = node.name.getText();
      const [type, start] = [typeOf(node), node.initializer?.getText() ?? ""];
      const isGrownList = isList(type, start) && grows(scope.getText(), name, "push|unshift|splice");
      // A read-only view shows another collection, or one that is replaced as a whole.
      const isOwn = type.startsWith("Readonly") ? start.startsWith("new ") : true;
      if (isOwn && (COLLECTION.test(type) || COLLECTION.test(start) || isGrownList))
        found.push({ name: `${of}.${name}`, scope });
    } else if (ts.isPropertySignature(node)) {
      if (COLLECTION.test(typeOf(node))) found.push({ name: `${of}.${node.name.getText()}`, scope: source });
    } else if (ts.isVariableStatement(node) && node.parent === source)
      for (const { name, initializer } of node.declarationList.declarations) {
        const start = initializer?.getText() ?? "";
        const isList = start === "[]" && grows(text, name.getText(), "push|unshift|splice");
        const isMap = COLLECTION.test(start) && grows(text, name.getText(), "set|add");
        if (isList || isMap) found.push({ name: `${of}.${name.getText()}`, scope: source });
      }
    const inner = ts.isClassLike(node) || ts.isInterfaceDeclaration(node) ? node : scope;
    ts.forEachChild(node, (child) => look(child, inner));
  };
  look(source, undefined);
  return found;
}

/** The collections of the product, by what bounds them. A word in capitals is a constant in the collection's file. */
const BOUNDS: Readonly<Record<string, readonly string[]>> = {
  MAX_REMEMBERED: [
    "Troubles.#advice",
    "Troubles.#logged",
    "UnreachableHosts.#known",
    "UnreachableHosts.#logged",
  ],
  MAX_COUNTED: ["UnreachableHosts.#counted"],
  "MAX_SESSIONS, and MAX_SESSIONS_OF_ACCOUNT": [
    "ActivitySubscriptions.#announced",
    "CommandSessions.#sessions",
  ],
  MAX_SESSIONS: ["Sessions.#sessions"],
  MAX_LINKS: ["Sessions.#links"],
  MAX_NAMES: ["CallLog.#use"],
  "twice MAX_REFUSED": ["CallLog.#refused"],
  MAX_SAMPLES: ["Samples.all"],
  MAX_CACHED: ["Directory.#names", "Templates.#ready"],
  MAX_BUCKETS: ["TokenBuckets.#buckets"],
  MAX_PENDING: ["IqRequests.#pending", "IqRequests.#unanswered"],
  MAX_OCCUPANTS: ["RemoteOccupants.#known"],
  MAX_FAULTS: ["Multicast.#faults"],
  "MAX_WAITING presences": ["PresenceRateLimit.#waiting"],
  "MAX_WAITING characters": ["RoomTurns.#lines", "RoomTurns.#quotasOfLines"],
  "two of each session in a room": ["RoomTurns.#urgent"],
  "MAX_WAITING and MAX_RUNNING jobs": ["UnqueuedWriter.#lines", "UnqueuedWriter.#running"],
  "MOST hooks": ["Captures.#captures"],
  "twice REMEMBERED": ["CallHistory.#older", "CallHistory.#recent"],
  GENERATION: ["Generation.ids"],
  "KNOWN names": ["names.known"],
  READ_AHEAD: ["RowReader.#ahead"],
  "REPORTED, one each time that the monitor is read": ["EventLoop.#blocks"],
  "those of the last LOG_MS": ["OutgoingWebhooks.#loggedAt"],
  "MANY, and those that were used within BUSY_MS": ["Rooms.#loaded"],
  "outbox.keep's bytes and time": ["KeptRows.#spans"],
  "the rows that aren't acknowledged: outbox.max_stanzas, outbox.max_bytes, and the window": [
    "Backlog.#parts",
    "InFlight.#flights",
    "InFlight.#requests",
    "Journal.#changes",
    "Quotas.#charges",
    "RowReader.#ackedOffsets",
    "Suspects.#closes",
    "Suspects.#ranges",
  ],
  "the accounts that use a limited resource": ["QuotaPool.#parts"],
  "hooks.queue": ["Posts.#posts"],
  "requests and jobs that wait for it, each for a limited time": [
    "Pending.#waiters",
    "Exchange.#waiters",
    "FilePlaces.#linked",
    "PendingCalls.#calls",
    "Vcards.#asking",
  ],
  "work that waits for it, which its owners limit": [
    "Concurrency.#waiting",
    "KeyedTurns.#ends",
    "Lines.#lines",
    "Meter.#jobs",
    "RunningWork.#running",
    "GroupCommit.#callbacks",
    "GroupCommit.#failures",
    "GroupCommit.#jobs",
    "Transactions.#uncommitted",
  ],
  AT_ONCE: ["Calendars.#reading"],
  "the answers that UnqueuedWriter runs at a time": ["AnswerWriter.#requests", "AnswerWriter.#waiting"],
  "its bounds": ["Bookmarks.#waiting"],
  "what the stream reads at a time: then it isn't read": ["InboundQueue.#waiting"],
  "the depth of an element": ["Document.#open"],
  "connections, of all and of each network": [
    "Connections.#all",
    "Connections.#held",
    "Connections.#late",
    "Connections.#lines",
    "Connections.#pieces",
    "Bodies.#pending",
  ],
  "mails that connections have posted": ["Reader.#jobs"],
  "files whose bytes are in use": ["OwnFiles.#read"],
  MAX_RUNNING: ["AlertSources.#clients"],
  "MAX sources at a time, MAX alerts": ["SourceWatch.#clients", "SourceWatch.#missing"],
  "the hooks and bots that operators made": [
    "Dispatcher.#clients",
    "Dispatcher.#timers",
    "Dispatcher.#works",
    "KnownBots.#known",
    "KnownBots.#posting",
    "KnownBots.#reserved",
    "OutgoingWebhooks.#woken",
    "Reader.#served",
    "RemoteRooms.#rooms",
  ],
  "the erasures that operators began": ["Erasures.#running", "UserRemoval.#removed"],
  "the hosts and addresses of the configuration": [
    "Bookmarks.#unable",
    "Multicast.#known",
    "Multicast.#services",
    "Multicast.#tried",
    "Permissions.#permissions",
    "PrivilegedMessages.#wrappers",
    "Services.#known",
    "StartupCheck.#unserved",
  ],
  "the addresses of a round of attempts": ["Troubles.#troubles"],
  "the people in a room, and their sessions": [
    "Lookalikes.#holders",
    "Occupants.#byAccount",
    "Occupants.#byNick",
    "Occupants.#bySession",
    "occupants.sessions",
  ],
  "the members of a room": ["AffiliationList.#byJid", "AffiliationList.#byNick"],
  "a call, a transaction or a write, with which it goes": [
    "CallKey.#counts",
    "ErasureReport.#counts",
    "ErasureReport.#stays",
    "Transaction.onDisk",
    "Transaction.rooms",
    "Transaction.rows",
    "Transaction.writes",
    "Unacked.awaited",
  ],
  "the features that it looks for": ["RoomWire.features"],
  "the code: nothing is added after the start, or one of each kind": [
    "Router.#features",
    "Router.#table",
    "SendingRights.#listeners",
    "StartupCheck.#listeners",
    "Sql.#rows",
    "Sql.#values",
    "Sql.#writes",
    "features.collected",
    "formats.known",
    "routes.ERRORS",
  ],
};

describe("The bounds of collections in memory", () => {
  const product = ["component", "http", "storage", "scripts"].flatMap((layer) =>
    readdirSync(documentAt(layer), { recursive: true, encoding: "utf8" }).map((file) => join(layer, file)),
  );
  const found = product
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts") && !ENDS.test(file))
    .filter((file) => !file.includes("node_modules"))
    .flatMap((file) => collectionsIn(file, readFileSync(documentAt(file), "utf8")));

  it("are named for each", () => {
    const names = found.map(({ name }) => name).sort();
    expect(names, "say what bounds it").to.deep.equal(Object.values(BOUNDS).flat().sort());
  });

  it("are constants beside the collection, where they are in capitals", () => {
    const missing = Object.entries(BOUNDS).flatMap(([bound, names]) =>
      (bound.match(/\b[A-Z]{2,}(?:_[A-Z]+)*\b/g) ?? []).flatMap((constant) =>
        names.filter(
          (name) =>
            !found.some(
              (each) =>
                each.name === name &&
                new RegExp(String.raw`\b${constant}\b`).test(each.scope.getSourceFile().text),
            ),
        ),
      ),
    );
    expect(missing).to.deep.equal([]);
  });

  it("would be missed for any kind of collection", () => {
    const sample = `
      const fixed = new Set(["a"]);
      const texts = new Map<string, string>();
      const lines: string[] = [];
      export const keep = (key: string) => { texts.set(key, key); lines.push(key); };
      interface Stay { readonly seen: Map<string, number>; readonly view: ReadonlyMap<string, number> }
      class Kept {
        readonly #byName = new Map<string, number>();
        readonly names: ReadonlyMap<string, number> = this.#byName;
        #typed: Set<string>;
        #waiting: string[] = [];
        #longer: string[] = [];
        #replaced: string[] = [];
        #weak = new WeakMap<object, string>();
        constructor(private readonly given: Map<string, string>) {}
        add(name: string) { this.#waiting.push(name); this.#longer = [...this.#longer, name]; this.#replaced = [name]; }
      }`;
    const all = ["Kept.#byName", "Kept.#longer", "Kept.#typed", "Kept.#waiting", "Kept.given", "Stay.seen"];
    const names = collectionsIn("component/sample.ts", sample).map(({ name }) => name);
    expect(names.sort()).to.deep.equal([...all, "sample.lines", "sample.texts"]);
  });
});
