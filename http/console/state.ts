/** What the console shows above all else: link, server, component and queue as they are now. */
import type { Records } from "../../component/administration/records.js";
import type { Link } from "../../component/link/link.js";
import type { Metrics } from "../../component/metrics.js";
import type { Rooms } from "../../component/muc/rooms.js";
import type { Readiness } from "../../component/service/service.js";
import type { ServerQuestions } from "../../component/service/server-facts.js";
import type { Samples, Totals } from "./samples.js";

/** What the state is made of; a test may stand in for it. */
export interface StateSources {
  readonly link: Pick<Link, "state" | "reached">;
  readonly server: Pick<ServerQuestions, "facts">;
  readonly rooms: Pick<Rooms, "count" | "loaded">;
  readonly readiness: () => Readiness;
  readonly memory?: { readonly isShort: boolean };
  readonly metrics: Pick<Metrics, "eventLoop">;
  readonly records: Pick<Records, "deadLetters" | "hooks" | "outgoingHooks" | "hookEvents">;
  readonly about: About;
}

/** What doesn't change while the component runs. */
export interface About {
  readonly version: string;
  readonly domain: string;
  readonly hosts: readonly string[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export interface State {
  /** Milliseconds since 1970, as all times here. */
  readonly at: number;
  readonly ready: boolean;
  readonly reason: string | null;
  readonly link: {
    readonly kind: Link["state"]["kind"];
    readonly reason: string | null;
    readonly service: string | null;
    readonly peer: string | null;
  };
  readonly server: {
    readonly host: string;
    readonly name: string | null;
    readonly version: string | null;
    readonly upSince: number | null;
  } | null;
  readonly component: About;
  readonly queue: {
    readonly waiting: number;
    readonly bytes: number;
    /** Seconds. */
    readonly oldest: number;
    readonly setAside: number;
  };
  /** Those that are posted to and that are told; how many events wait, and were set aside. */
  readonly hooks: { readonly all: number; readonly waiting: number; readonly setAside: number };
  /** Milliseconds. */
  readonly roundTrip: number | null;
  readonly rooms: { readonly all: number; readonly loaded: number };
  readonly memoryShort: boolean;
  /** The longest block of the event loop in the last one to two minutes; milliseconds. */
  readonly block: { readonly ms: number; readonly work: string };
  readonly totals: Totals;
}

export async function stateOf(sources: StateSources, samples: Samples): Promise<State> {
  const { link, server, rooms, readiness, memory, metrics, records, about } = sources;
  const { longest } = metrics.eventLoop;
  const ready = readiness();
  const { state, reached } = link;
  const { facts } = server;
  return {
    at: Date.now(),
    ready: ready.ready,
    reason: ready.ready ? null : ready.reason,
    link: {
      kind: state.kind,
      reason: "reason" in state ? state.reason : null,
      service: reached?.service ?? null,
      peer: reached?.peer ?? null,
    },
    server:
      facts === undefined
        ? null
        : {
            host: facts.host,
            name: facts.name ?? null,
            version: facts.version ?? null,
            upSince: facts.upSince ?? null,
          },
    component: about,
    queue: {
      waiting: await samples.valueOf("qtalk_outbox_stanzas"),
      bytes: await samples.valueOf("qtalk_outbox_bytes"),
      oldest: await samples.valueOf("qtalk_outbox_oldest_seconds"),
      setAside: records.deadLetters.count,
    },
    hooks: {
      all: records.hooks.count() + records.outgoingHooks.count(),
      waiting: records.hookEvents.waiting(),
      setAside: [...records.hookEvents.deadByHook().values()].reduce((sum, count) => sum + count, 0),
    },
    roundTrip: samples.roundTrip,
    rooms: { all: rooms.count, loaded: rooms.loaded },
    memoryShort: memory?.isShort === true,
    block: { ms: Math.round(longest.ms), work: longest.work },
    totals: samples.totals,
  };
}
