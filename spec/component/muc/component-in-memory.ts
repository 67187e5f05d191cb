/** The component without a server: the real router, rooms, outbox and database, and a link without a socket. */
import { LogLines } from "../../support/log-lines.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { Fingerprints } from "../../../storage/fingerprints.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import {
  limitsConfig,
  messagesConfig,
  notifyConfig,
  roomsConfig,
  type MessagesConfig,
  type RoomsConfig,
} from "../../../component/config.js";
import type { Jid } from "../../../component/addresses/address.js";
import { UnqueuedWriter } from "../../../component/link/unqueued-writer.js";
import { Metrics } from "../../../component/metrics.js";
import { DomainAliases } from "../../../component/addresses/domain-aliases.js";
import { AddressResolver } from "../../../component/operations/address-resolver.js";
import type { OperationContext } from "../../../component/operations/context.js";
import { KeyThrottle } from "../../../component/people/key-throttle.js";
import { AckRequests } from "../../../component/outbox/ack-requests.js";
import { Outbox, type OutboxOptions } from "../../../component/outbox/outbox.js";
import { DIRECT } from "../../support/send-modes.js";
import type { RoomWatch, RoomBot } from "../../../component/muc/room/room-rules.js";
import { RoomService } from "../../../component/muc/service.js";
import { IqRequests } from "../../../component/inbound/iq-requests.js";
import { Router } from "../../../component/inbound/router.js";
import { discoHandlers } from "../../../component/entity/disco.js";
import { declaredBy } from "../../../component/muc/discovery/service-list.js";
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import { MemoryLink } from "./memory-link.js";
import type { Pep } from "./pep.js";
import { DOMAIN } from "./stanza-lines.js";

const UNWATCHED: RoomWatch = {
  said: () => undefined,
  retracted: () => undefined,
  changed: () => undefined,
};

export interface PlayOptions {
  readonly rooms?: Partial<RoomsConfig>;
  readonly messages?: Partial<MessagesConfig>;
  readonly messageBytes?: number;
  readonly avatarBytes?: number;
  readonly outbox?: Partial<OutboxOptions>;
  /** A database that is there already: the component was restarted. */
  readonly db?: Database;
  /** The commits of this database, if other parts have the same. */
  readonly commit?: GroupCommit;
  readonly foreignSenders?: boolean;
  /** Observes the rooms. */
  readonly watch?: RoomWatch;
  /** The directory's entries, by bare address. */
  readonly people?: Readonly<Record<string, { readonly name: string; readonly department: string }>>;
  /** The bots that post to all rooms. */
  readonly bots?: readonly RoomBot[];
  /** The users' bookmarks; absent: the component may not ask for them. */
  readonly pep?: Pep;
  /** Users' names, the best first, by bare address. */
  readonly names?: Readonly<Record<string, string | readonly string[]>>;
}

export class ComponentInMemory {
  db!: Database;
  link!: MemoryLink;
  log!: LogLines;
  metrics!: Metrics;
  outbox!: Outbox;
  service!: RoomService;
  /** The context of calls. */
  context!: OperationContext;
  /** Whether memory is short. */
  memory!: { isShort: () => boolean };
  /** Whose keys were revoked. */
  revoked!: string[];
  #router!: Router;
  #requests!: IqRequests;
  #isOn = false;

  constructor(private options: PlayOptions = {}) {}

  /** Starts the component, and waits until the first ack came back. */
  async ready(): Promise<this> {
    this.#start(this.options);
    while (!this.outbox.isReady) await new Promise(setImmediate);
    return this;
  }

  /** Ends the component, and starts another, on an empty database if there is none in the options. */
  async begins(options: PlayOptions = {}): Promise<void> {
    this.close();
    this.options = options;
    await this.ready();
  }

  /** Restarts the component on the same database. */
  restarts(options: PlayOptions = {}): Promise<void> {
    return this.begins({ db: this.db, ...options });
  }

  /** Ends the component; the database stays open. @throws if a handler failed */
  close(): void {
    if (!this.#isOn) return;
    this.service.stop();
    this.outbox.stop();
    const fault = this.log.lines.find(({ message }) => /could not be handled|TypeError/.test(message));
    if (fault !== undefined) throw new Error(fault.message);
  }

  protected async route(stanza: Element): Promise<void> {
    if (!this.#requests.consume(stanza)) await this.#router.route(stanza);
  }

  #start(options: PlayOptions): void {
    this.db = options.db ?? openDatabase(":memory:");
    this.link = new MemoryLink();
    this.log = new LogLines();
    this.metrics = new Metrics();
    this.memory = { isShort: () => false };
    this.revoked = [];
    const log = this.log.logger;
    const { link, db, metrics } = this;
    const hosts = ["qtalk.test.org"];
    const stanzaBytes = limitsConfig.parse({}).stanza_bytes;
    const { commit = new GroupCommit(db) } = options;
    const fingerprints = new Fingerprints(db);
    const acks = new AckRequests(DOMAIN, "qtalk.test.org");
    this.outbox = new Outbox(
      {
        link,
        acks,
        hosts,
        modes: DIRECT,
        stanzaBytes,
        store: new OutboxStore(db, fingerprints),
        deadLetters: new DeadLetters(db),
        commit,
        log,
        metrics,
      },
      {
        maxStanzas: 1_000_000,
        maxBytes: 2 ** 30,
        confirmTimeout: 5000,
        keep: { ms: 0, bytes: 0 },
        ...options.outbox,
      },
    );
    const unqueued = new UnqueuedWriter(link, metrics);
    this.#requests = new IqRequests(unqueued, stanzaBytes);
    const messages = messagesConfig.parse({ file_url: "https://im.example.org/", ...options.messages });
    const config = roomsConfig.parse(options.rooms ?? {});
    const namesOf = (jid: Jid): string[] => [options.names?.[jid.bare.text] ?? []].flat();
    this.service = new RoomService({
      duty: { title: "on duty", in: () => new Set() },
      domain: DOMAIN,
      hosts,
      config,
      messages,
      confirmTimeout: 5000,
      stanzaBytes,
      messageBytes: options.messageBytes ?? 65_536,
      avatarBytes: options.avatarBytes ?? 65_536,
      db,
      fingerprints,
      commit,
      outbox: this.outbox,
      link,
      acks,
      unqueued,
      memory: this.memory,
      requests: this.#requests,
      directory: { listed: (jid) => options.people?.[jid.text], namesOf },
      watch: options.watch ?? UNWATCHED,
      isDenied: () => false,
      permissions: options.pep ?? { mayGet: () => false, maySet: () => false },
      bots: { reserver: () => undefined, in: () => options.bots ?? [] },
      answerAsBot: (jid) => xml("vCard", NS.vcard, xml("FN", {}, jid.text)),
      metrics,
      log,
    });
    this.#router = new Router({
      domain: DOMAIN,
      write: (text) => unqueued.write(text),
      turns: this.service.turns,
      stanzaBytes,
      log,
      metrics,
    });
    this.#router.register(
      ...discoHandlers(this.#router, new Map(), (inbound) => this.service.list(inbound), declaredBy(config)),
      ...this.service.handlers,
    );
    this.context = {
      addresses: new AddressResolver(
        new DomainAliases({ xmpp: { domain: DOMAIN, hosts }, rooms: config }),
        options.foreignSenders ?? false,
      ),
      outbox: this.outbox,
      unreachable: { sent: () => undefined },
      batches: "each",
      limits: limitsConfig.parse({}),
      messages,
      notify: notifyConfig.parse({}),
      carbons: true,
      directory: {
        namesOf,
        displayNames: () =>
          new Map(Object.entries(options.names ?? {}).map(([jid, names]) => [jid, [names].flat()[0] ?? ""])),
        find: (jid) => {
          const [name] = [options.names?.[jid.text] ?? []].flat();
          return Promise.resolve(name === undefined ? undefined : { name, avatar: "" });
        },
        everyone: () => Promise.resolve(Object.keys(options.people ?? {})),
        image: () => undefined,
      },
      modes: DIRECT,
      keys: { judge: () => "wrong", revoke: (jid) => this.revoked.push(jid.text) },
      keyThrottle: new KeyThrottle(),
      muc: this.service.context,
      userRemoval: this.service.userRemoval,
    };
    link.on("stanza", (stanza) => {
      if (!this.outbox.consume(stanza)) this.#requests.consume(stanza);
    });
    link.answers = (stanza) => options.pep?.answer(stanza);
    link.emit("up");
    this.#isOn = true;
  }
}
