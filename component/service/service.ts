/** The composition root: creates all parts that serve one domain. Parts know only parts created before them. */
import type { Logger } from "winston";
import type { Database } from "../../storage/database.js";
import { BotsStore } from "../../storage/bots-store.js";
import { CallLogStore } from "../../storage/call-log.js";
import { DeadLetters } from "../../storage/dead-letters.js";
import { Fingerprints } from "../../storage/fingerprints.js";
import { GroupCommit } from "../../storage/group-commit.js";
import { OutboxStore } from "../../storage/outbox-store.js";
import type { ServiceConfig } from "../config.js";
import { areCopiesMade } from "../composing/carbon.js";
import { hookChat } from "../administration/hook-chat.js";
import { adHocCommands } from "../administration/commands-in-clients.js";
import { Administration } from "../administration/administration.js";
import type { Running, Settings } from "../administration/context.js";
import { Erasures } from "../administration/erasures.js";
import { recordsOf } from "../administration/records.js";
import { answerAs, botHandlers } from "../hooks/bot-handlers.js";
import { Bounces } from "../hooks/bounces.js";
import { KnownBots } from "../hooks/known-bots.js";
import { DutyWearers } from "../hooks/duty/hats.js";
import { dutyTextsIn } from "../hooks/duty/texts.js";
import { alertingWith } from "../hooks/alerting.js";
import { listeningWith } from "../hooks/alerts/listening.js";
import { EventRecorder } from "../hooks/outgoing/event-recorder.js";
import { OutgoingWebhooks } from "../hooks/outgoing/outgoing-webhooks.js";
import { STEADY_CLOCK, WALL_CLOCK } from "../hooks/clock.js";
import { RemoteRooms } from "../hooks/remote/remote-rooms.js";
import { DomainAliases } from "../addresses/domain-aliases.js";
import { InboundQueue } from "../inbound/inbound-queue.js";
import { Link } from "../link/link.js";
import { UnqueuedWriter } from "../link/unqueued-writer.js";
import { Pruning } from "../limits/pruning.js";
import { MemoryGuard } from "../limits/memory-guard.js";
import type { Metrics } from "../metrics.js";
import { AddressResolver } from "../operations/address-resolver.js";
import type { OperationContext } from "../operations/context.js";
import { AckRequests } from "../outbox/ack-requests.js";
import { CallHistory } from "../outbox/call-history.js";
import { Multicast } from "../outbox/multicast.js";
import { Outbox } from "../outbox/outbox.js";
import { peopleOf } from "../people/people.js";
import { SendingRights } from "../privilege/sending-rights.js";
import { IqRequests } from "../inbound/iq-requests.js";
import { declaredBy } from "../muc/discovery/service-list.js";
import { RoomService } from "../muc/service.js";
import { Router } from "../inbound/router.js";
import { UnreachableHosts } from "../inbound/unreachable-hosts.js";
import { commandHandler, commandNodes } from "../entity/command-protocol.js";
import { basics, discoHandlers, SERVICE_NAME } from "../entity/disco.js";
import { readinessOf, type Readiness } from "./readiness.js";
import { StartupCheck } from "./startup-check.js";
import { inBackground } from "../background.js";

export interface ServiceOptions extends ServiceConfig {
  /** The component's secret, from the configuration or elsewhere. */
  readonly password: string;
  /** How long a call waits for its confirmation, in milliseconds. */
  readonly confirmTimeout: number;
  readonly version: string;
  /** The URL at which this machine reaches the component, and the maximum size of a request's body in bytes. */
  readonly http: Settings["http"];
  /** How many days changes by administrators are kept. */
  readonly changesDays: number;
}

export type Service = ReturnType<typeof createService>;

/** Creates all parts; `start` connects to the server. */
export function createService(options: ServiceOptions, db: Database, log: Logger, metrics: Metrics) {
  const { xmpp, password, limits, notify } = options;
  const { domain, service: services, hosts } = xmpp;
  const { stanza_bytes: stanzaBytes } = limits;
  log.on("data", ({ level }: { level: string }) => metrics.logLines.inc({ level }));
  const commit = new GroupCommit(db, undefined, (commit) => metrics.eventLoop.run("database commit", commit));
  const fingerprints = new Fingerprints(db);
  fingerprints.load();
  const link = new Link({ services, domain, password, stanzaBytes }, log, metrics);
  const unqueued = new UnqueuedWriter(link, metrics);
  const requests = new IqRequests(unqueued, stanzaBytes);
  // The check is created before the outbox, so that their stanzas aren't confused.
  const check = new StartupCheck(link, hosts, requests, log);
  const rights = new SendingRights(link, { xmpp, notify }, log, check);
  metrics.gaugeOf(
    "qtalk_hosts_permitting",
    "Hosts that permit messages in their users' names (XEP-0356)",
    () => rights.permitting,
  );
  const memory = new MemoryGuard(() => limits.memory, log);
  metrics.gaugeOf("qtalk_memory_short", "1 while new work is refused, as memory is short", () =>
    Number(memory.isShort()),
  );
  const acks = new AckRequests(domain, hosts[0] ?? domain);
  const common = { db, commit, link, requests, unqueued, acks, domain, hosts, stanzaBytes, metrics, log };
  const multicast = options.rooms.multicast === "auto" ? new Multicast(common) : undefined;
  const { trace } = options.outbox;
  const calls = new CallLogStore(db, trace);
  const history = trace > 0 ? new CallHistory(calls, commit) : undefined;
  const outbox = new Outbox(
    {
      ...common,
      multicast,
      modes: rights,
      store: new OutboxStore(db, fingerprints),
      deadLetters: new DeadLetters(db),
      history,
    },
    {
      maxStanzas: options.outbox.max_stanzas,
      maxBytes: options.outbox.max_bytes,
      keep: { ms: options.outbox.keep * 1000, bytes: options.outbox.keep_bytes },
      confirmTimeout: options.confirmTimeout,
    },
  );
  const people = peopleOf({ ...options, hosts }, db, { ...common, permissions: rights.permissions });
  const serviceName = SERVICE_NAME[options.messages.language];
  const bots = new KnownBots(new BotsStore(db), {
    domain,
    serviceName,
    nickLength: options.rooms.nick_length,
  });
  const hookDependencies = { ...common, bots, config: options.hooks };
  const outgoing = new OutgoingWebhooks(hookDependencies);
  const listener = new EventRecorder(outgoing, hookDependencies);
  const listening = listeningWith(listener, () => alerts.hearing);
  const wearers = new DutyWearers(db, dutyTextsIn(options.messages.language).hat);
  const rooms = new RoomService({
    ...common,
    config: options.rooms,
    messages: options.messages,
    messageBytes: limits.message_bytes,
    avatarBytes: options.people.avatar_bytes,
    confirmTimeout: options.confirmTimeout,
    fingerprints,
    outbox,
    memory,
    directory: people.directory,
    isDenied: (host) => rights.isDenied(host),
    permissions: rights.permissions,
    watch: listening,
    bots,
    duty: wearers,
    answerAsBot: (jid, asked) => answerAs(bots, jid, asked, options),
  });
  metrics.gaugeOf("qtalk_rooms_loaded", "Rooms in memory", () => rooms.rooms.loaded);
  const aliases = new DomainAliases(options);
  const isBot = (local: string): boolean => bots.find(local) !== undefined;
  const addresses = new AddressResolver(aliases, xmpp.foreign_senders, isBot);
  const unreachable = new UnreachableHosts([domain, ...hosts], requests, metrics, log);
  const context: OperationContext = {
    unreachable,
    addresses,
    outbox,
    modes: rights,
    batches: "each",
    limits,
    messages: options.messages,
    notify,
    carbons: areCopiesMade(xmpp),
    directory: people.directory,
    keys: people.keys,
    keyThrottle: people.keyThrottle,
    muc: rooms.context,
    userRemoval: rooms.userRemoval,
  };
  const bounces = new Bounces({ ...common, listener, history });
  const remote = new RemoteRooms({
    ...hookDependencies,
    bounces,
    listener: listening,
    nickLength: options.rooms.nick_length,
    confirmTimeout: options.confirmTimeout,
    clock: STEADY_CLOCK,
  });
  const { confirmTimeout } = options;
  const takeSigns = options.hooks.take_reactions;
  const posting = {
    ...hookDependencies,
    context,
    remote,
    takeSigns,
    events: listener,
    bounces,
    confirmTimeout,
  };
  const alerting = alertingWith({ ...posting, wearers, clock: WALL_CLOCK });
  const { hooks, alerts, duty } = alerting;
  const router = new Router({
    domain,
    isBot,
    bounced: (bounce, from) => bounces.ofUser(bounce, from),
    write: (stanza) => unqueued.write(stanza),
    turns: rooms.turns,
    stanzaBytes,
    log,
    metrics,
  });
  const { directory } = people;
  const records = recordsOf(db);
  const muc = rooms.context;
  const ground = { ...common, settings: options, records };
  const erasures = new Erasures({ ...ground, muc, removal: rooms.userRemoval, directory, alerts });
  const parts = { bots, hooks, alerts, duty, outgoing, remote, erasures, outbox, directory };
  const running: Running = { muc, ...parts, http: undefined };
  const administration = new Administration({ ...ground, addresses, bounces, running });
  const forgetting = [
    (now: number) => records.changes.prune(now - options.changesDays * 86_400_000),
    () => calls.prune(),
    (now: number) => alerts.prune(now),
    (now: number) => hooks.files.prune(now),
  ];
  const pruning = new Pruning(commit, forgetting, log);
  const commands = [...people.commands, ...adHocCommands(administration)];
  const nodes = new Map(commandNodes(commands));
  router.register(
    ...discoHandlers(router, nodes, (inbound) => rooms.list(inbound), declaredBy(options.rooms)),
    ...basics({ name: "qtalk-component", version: options.version, startedAt: Date.now() }),
    commandHandler(commands),
    hookChat({ administration, unqueued, domain, muc: rooms.context, ...options.messages }),
    ...botHandlers({
      bots,
      version: options.version,
      unqueued,
      reading: rooms.context.reading,
      listener,
      alerts: alerts.hearing,
      bounces,
      remote,
      reactionsTo: (bot) => alerts.reactionsTo(bot, outgoing),
    }),
    ...people.handlers,
    ...rooms.handlers,
  );
  const inbound = new InboundQueue(link, (stanza) =>
    inBackground(router.route(stanza), "routing a stanza", log),
  );
  link.on("stanza", (stanza) => {
    try {
      if (rights.consume(stanza)) return;
      if (outbox.consume(stanza) || requests.consume(stanza)) return;
      if (check.consume(stanza) || remote.consume(stanza)) return;
    } catch (error) {
      log.error(`Internal error: a ${stanza.name} from ${stanza.attrs.from ?? "?"} was ignored`, { error });
      return;
    }
    inbound.enqueue(stanza);
  });

  return {
    context,
    administration,
    running,
    /** Maps domains in callers' requests to the component's domains. */
    aliases,
    link,
    requests,
    rooms,
    hooks,
    memory,

    get readiness(): Readiness {
      return readinessOf({ commit, link, rights, check, outbox });
    },

    /** Tests at once whether the server lets the component send as users. */
    retestRights(): void {
      rights.retest();
    },

    start(): void {
      link.start();
      people.pruning.start();
      pruning.start();
      rooms.start();
      outgoing.start(context, remote);
      alerting.start();
      erasures.start();
    },

    /**
     * Sends what was accepted, closes the stream, and deletes acknowledged rows.
     * @param deadline until when all this may wait for others, in milliseconds of performance.now(); then the stream is
     * closed, which takes another second at most
     */
    async stop(deadline: number): Promise<void> {
      const left = (): number => Math.max(0, deadline - performance.now());
      people.pruning.stop();
      pruning.stop();
      erasures.stop();
      rooms.stop();
      rights.stop();
      await outgoing.stop(left());
      await alerting.stop(left);
      await outbox.flush(left());
      await link.stop();
      outbox.stop();
      await commit.end();
    },
  };
}
