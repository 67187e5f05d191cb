/** The present state of link, server, component and queue, for the overview of the console. */
import type { Records } from "../../component/administration/records.js";
import type { Link } from "../../component/link/link.js";
import type { Metrics } from "../../component/metrics.js";
import type { Rooms } from "../../component/muc/rooms.js";
import type { Readiness } from "../../component/service/readiness.js";
import type { ServerQuestions } from "../../component/service/server-facts.js";
import type { State } from "./page/types.js";
import type { Samples } from "./samples.js";

export interface StateSources {
  readonly link: Pick<Link, "state" | "reached">;
  readonly server: Pick<ServerQuestions, "facts">;
  readonly rooms: Pick<Rooms, "count" | "loaded">;
  readonly readiness: () => Readiness;
  readonly memory: { readonly isShort: boolean };
  readonly metrics: Pick<Metrics, "eventLoop">;
  readonly records: Pick<Records, "deadLetters" | "hooks" | "outgoingHooks" | "hookEvents">;
  /** Facts that don't change while the component runs. */
  readonly about: State["component"];
}

export async function stateOf(sources: StateSources, samples: Samples): Promise<State> {
  const { link, server, rooms, readiness, memory, metrics, records, about } = sources;
  const { longest } = metrics.eventLoop;
  const ready = readiness();
  const { state, reached } = link;
  return {
    at: Date.now(),
    ready: ready.ready,
    reason: ready.ready ? undefined : ready.reason,
    link: { ...state, service: reached?.service, peer: reached?.peer },
    server: server.facts,
    component: about,
    queue: {
      waiting: await samples.valueOf("qtalk_outbox_stanzas"),
      bytes: await samples.valueOf("qtalk_outbox_bytes"),
      parked: await samples.valueOf("qtalk_outbox_parked_stanzas"),
      oldest: await samples.valueOf("qtalk_outbox_oldest_seconds"),
      deadLetters: records.deadLetters.count,
    },
    hooks: {
      all: records.hooks.count() + records.outgoingHooks.count(),
      waiting: records.hookEvents.waiting(),
      deadLetters: [...records.hookEvents.deadByHook().values()].reduce((sum, count) => sum + count, 0),
    },
    roundTrip: samples.roundTrip,
    rooms: { all: rooms.count, loaded: rooms.loaded },
    memoryShort: memory.isShort,
    block: { ms: Math.round(longest.ms), work: longest.work },
    totals: samples.totals,
  };
}
