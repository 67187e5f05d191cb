/**
 * A stage for plays in rooms: the real router, rooms, outbox and database, and a link without a socket that records
 * what each receiver is sent. Everything a scene causes has been routed when it is over.
 */
import { addMucUser } from "../../../component/operations/add-muc-user.js";
import { createMuc } from "../../../component/operations/create-muc.js";
import { sendThirdMessage } from "../../../component/operations/send-thirdmessage.js";
import { LogLines } from "../../support/log-lines.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { Fingerprints } from "../../../storage/fingerprints.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { limitsConfig, messagesConfig, notifyConfig, roomsConfig } from "../../../component/config.js";
import type { MessagesConfig, RoomsConfig } from "../../../component/config.js";
import type { Jid } from "../../../component/address.js";
import { UnqueuedWriter } from "../../../component/link/unqueued-writer.js";
import { Metrics } from "../../../component/metrics.js";
import { DomainAliases } from "../../../component/domain-aliases.js";
import { AddressResolver } from "../../../component/operations/address-resolver.js";
import type { OperationContext } from "../../../component/operations/context.js";
import { KeyThrottle } from "../../../component/people/key-throttle.js";
import { AckRequests } from "../../../component/outbox/ack-requests.js";
import { Outbox, type OutboxOptions } from "../../../component/outbox/outbox.js";
import { DIRECT } from "../../../component/outbox/send-modes.js";
import type { RoomWatch } from "../../../component/muc/room/watch.js";
import { RoomService } from "../../../component/muc/service.js";
import { IqRequests } from "../../../component/iq-requests.js";
import { Router } from "../../../component/router.js";
import { serviceInfo, serviceItems } from "../../../component/entity/disco.js";
import { declaredBy } from "../../../component/muc/discovery/service-list.js";
import type { Element } from "../../../component/xml/builder.js";
import { quote } from "../../../component/xml/serialise.js";
import { crone, hag } from "./people.js";
import { StageLink } from "./stage-link.js";
import { DOMAIN, expectDone, isCapabilitiesAlone, read } from "./told.js";

export { crone, CRONE, hag, HAG, stranger, WICCA, wiccarocks } from "./people.js";
export { DOMAIN, errorOf, itemOf, read, told } from "./told.js";
export const ROOM = `coven@${DOMAIN}`;

export interface PlayOptions {
  readonly rooms?: Partial<RoomsConfig>;
  readonly messages?: Partial<MessagesConfig>;
  readonly messageBytes?: number;
  readonly avatarBytes?: number;
  readonly outbox?: Partial<OutboxOptions>;
  /** A database that is there already: the component was restarted. */
  readonly db?: Database;
  readonly foreignSenders?: boolean;
  /** Who is told what goes on in rooms. */
  readonly watch?: RoomWatch;
  /** Whom the company lists, by bare address. */
  readonly people?: Readonly<Record<string, { readonly name: string; readonly department: string }>>;
  /** Names by which somebody is known, the best known first, by bare address. */
  readonly names?: Readonly<Record<string, string | readonly string[]>>;
}

export class Play {
  readonly db: Database;
  readonly link = new StageLink();
  readonly log = new LogLines();
  readonly metrics = new Metrics();
  readonly outbox: Outbox;
  readonly service: RoomService;
  /** What calls work with. */
  readonly context: OperationContext;
  /** Whether memory is said to be short. */
  readonly memory = { isShort: false };
  readonly revoked: string[] = [];
  readonly #router: Router;
  readonly #requests: IqRequests;
  readonly #seen = new Map<string, number>();

  constructor(options: PlayOptions = {}) {
    this.db = options.db ?? openDatabase(":memory:");
    const log = this.log.logger;
    const { link, db, metrics } = this;
    const hosts = ["qtalk.test.org"];
    const commit = new GroupCommit(db);
    const fingerprints = new Fingerprints(db);
    this.outbox = new Outbox(
      {
        link,
        acks: new AckRequests(DOMAIN, "qtalk.test.org"),
        hosts,
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
    const stanzaBytes = limitsConfig.parse({}).stanza_bytes;
    const unqueued = new UnqueuedWriter(link, metrics);
    this.#requests = new IqRequests(unqueued, stanzaBytes);
    const messages = messagesConfig.parse({ file_url: "https://im.example.org/", ...options.messages });
    const config = roomsConfig.parse(options.rooms ?? {});
    const namesOf = (jid: Jid): string[] => [options.names?.[jid.bare.text] ?? []].flat();
    this.service = new RoomService(
      {
        ...{ domain: DOMAIN, hosts, config, messages, confirmTimeout: 5000 },
        stanzaBytes,
        messageBytes: options.messageBytes ?? 65_536,
        avatarBytes: options.avatarBytes ?? 65_536,
      },
      {
        ...{ db, fingerprints, commit, outbox: this.outbox, link, unqueued },
        memory: this.memory,
        requests: this.#requests,
        company: { listed: (jid) => options.people?.[jid.text], namesOf },
        ...(options.watch && { watch: options.watch }),
        metrics,
        log,
      },
    );
    this.#router = new Router({
      domain: DOMAIN,
      write: (text) => unqueued.write(text),
      stanzaBytes,
      log,
      metrics,
    });
    this.#router.register(
      serviceInfo(
        this.#router,
        { category: "conference", type: "text", name: "Rooms" },
        new Map(),
        declaredBy(config),
      ),
      serviceItems(new Map(), (inbound) => this.service.list(inbound)),
      ...this.service.handlers,
    );
    this.context = {
      addresses: new AddressResolver({
        aliases: new DomainAliases({ xmpp: { domain: DOMAIN, hosts }, rooms: config }),
        foreignSenders: options.foreignSenders ?? false,
      }),
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
      bulkRemoval: this.service.bulkRemoval,
    };
    link.on("stanza", (stanza) => {
      this.outbox.consume(stanza);
    });
    link.emit("up");
  }

  /** The stage is ready when its first barrier came back. */
  async ready(): Promise<this> {
    while (!this.outbox.isReady) await new Promise(setImmediate);
    return this;
  }

  /** Somebody sends a stanza: XML without `from`. */
  async sends(from: string, stanza: string | Element): Promise<void> {
    const element = typeof stanza === "string" ? read(stanza) : stanza;
    element.attrs.from = from;
    if (!this.#requests.consume(element)) await this.#router.route(element);
  }

  /** Somebody asks the room, or what `to` names, and is answered: the IQ's answer. */
  async asks(from: string, type: "get" | "set", payload: string, to: string = ROOM): Promise<Element> {
    const id = `ask-${Math.random()}`;
    await this.sends(from, `<iq type="${type}" to="${to}" id="${id}">${payload}</iq>`);
    const answer = this.link.written.find((stanza) => stanza.name === "iq" && stanza.attrs.id === id);
    if (answer?.attrs.to !== from) throw new Error(`${from} got no answer`);
    return answer;
  }

  /** Enters under a nickname, and is told all that is to be told. */
  async enters(from: string, nick: string, inside = "", room = ROOM): Promise<Element[]> {
    await this.sends(
      from,
      `<presence to=${quote(`${room}/${nick}`)}><x xmlns="http://jabber.org/protocol/muc">${inside}</x></presence>`,
    );
    return this.hears(from);
  }

  /** A room that its maker has configured: `fields` of the form, else an instant room. */
  async roomOf(owner: string, nick: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.enters(owner, nick);
    await this.configures(owner, fields);
    this.hears(owner);
  }

  /** hag's room with crone inside, and whoever else; all have heard what came until then. */
  async coven(...others: readonly (readonly [session: string, nick: string])[]): Promise<void> {
    const guests = [[crone, "crone"] as const, ...others];
    await this.roomOf(hag, "hag");
    for (const [session, nick] of guests) await this.enters(session, nick);
    for (const who of [hag, ...guests.map(([session]) => session)]) this.hears(who);
  }

  configures(
    owner: string,
    fields: Readonly<Record<string, string | readonly string[]>>,
    room = ROOM,
  ): Promise<Element> {
    const xml = Object.entries(fields).map(([name, value]) => {
      const values = typeof value === "string" ? [value] : value;
      return `<field var="${name}">${values.map((text) => `<value>${text}</value>`).join("")}</field>`;
    });
    const type = `<field var="FORM_TYPE"><value>http://jabber.org/protocol/muc#roomconfig</value></field>`;
    const form = `<x xmlns="jabber:x:data" type="submit">${type}${xml.join("")}</x>`;
    return this.asks(
      owner,
      "set",
      `<query xmlns="http://jabber.org/protocol/muc#owner">${form}</query>`,
      room,
    );
  }

  says(from: string, text: string, id = "m1", room = ROOM): Promise<void> {
    return this.sends(
      from,
      `<message to="${room}" type="groupchat" id="${id}"><body>${text}</body></message>`,
    );
  }

  /** Changes roles or affiliations: `<item/>`s. */
  administers(from: string, items: string): Promise<Element> {
    return this.asks(from, "set", `<query xmlns="http://jabber.org/protocol/muc#admin">${items}</query>`);
  }

  /** What somebody was sent since they were last asked, in order, IQs left out; `news`: without what the room can do. */
  hears(to: string, which: "news" | "all" = "news"): Element[] {
    const all = this.link.written.filter((stanza) => stanza.attrs.to === to && stanza.name !== "iq");
    const from = this.#seen.get(to) ?? 0;
    this.#seen.set(to, all.length);
    return all.slice(from).filter((stanza) => which === "all" || !isCapabilitiesAlone(stanza));
  }

  /** A room that a program makes for an owner, with these members: ids, or addresses. */
  async makes(owner: string, ...members: readonly string[]): Promise<void> {
    const room = { id: "coven", domain: DOMAIN };
    const made = { name: "", description: "", ownerHost: undefined, trueOwner: undefined };
    expectDone(await createMuc(this.context, { room, actor: owner, ...made }));
    if (members.length > 0) await this.adds(owner, ...members);
  }

  /** A program makes people members. */
  async adds(actor: string, ...members: readonly string[]): Promise<void> {
    const room = { id: "coven", domain: DOMAIN };
    expectDone(await addMucUser(this.context, { room, actor, members }));
  }

  /** A program says something in the room in somebody's name. */
  async speaks(from: string, text: string): Promise<void> {
    const message = `<message type="groupchat"><body>${text}</body></message>`;
    expectDone(await sendThirdMessage(this.context, [{ from, to: ROOM, message }]));
  }

  /** Waits for something that happens by itself. */
  async until<T>(found: () => T | undefined): Promise<T> {
    for (;;) {
      const result = found();
      if (result !== undefined) return result;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Ends the stage; the database stays open where somebody else goes on with it. @throws where a handler failed */
  close(): void {
    this.service.stop();
    this.outbox.stop();
    const fault = this.log.lines.find(({ message }) => /could not be handled|TypeError/.test(message));
    if (fault !== undefined) throw new Error(fault.message);
  }
}
