/** Checks this machine: the version of Node, and a component that is already running, by /readyz and its metrics. */
import { counted } from "../../component/wording.js";
import { PING_METRIC } from "../../component/service/service-ping.js";
import type { KnownServer } from "../../component/link/server-lines.js";
import type { Config } from "../config/sections.js";
import { INFO_METRIC } from "../daemon.js";
import { engines, inWords, supports } from "../node-version.mjs";
import { operatorSocket } from "../../http/admin/run.js";
import { ExitCode, Failure } from "../failure.js";
import { listenerAt, readinessAt } from "../listening.js";
import { askComponent } from "../operator-socket.js";
import { toReload } from "../service-manager.js";
import { doubtful, fine, untried, wrong, type Finding } from "./finding.js";
import { roundTripFinding } from "./remedies.js";
import { isForbidden } from "../../component/hooks/files/upload-service.js";
import { notUploaded } from "./uploads.js";

const NODE = engines(new URL("../../../package.json", import.meta.url));

/** Checks the version of Node that runs the doctor. It also runs the component, unless several are installed. */
export function nodeOf(version = process.versions.node): Finding {
  if (supports(NODE, version)) return fine(`Node ${version} is supported`);
  return doubtful(`Node ${version} is not supported`, `Run the component with Node.js ${inWords(NODE)}.`);
}

interface Running {
  readonly listener: "nothing" | "component" | "another";
  readonly isLinked: boolean;
  readonly isPingAnswered?: boolean | undefined;
  readonly findings: readonly Finding[];
}

const SERVERS = ["ejabberd", "prosody", "another"] as const;

/**
 * Checks the program at http.listen.
 * @returns what listens there; whether service.ping_url answered it, as far as it is known; whether it is the component and its link is up: then the doctor doesn't connect, because
 *   this would replace the link; and the findings
 */
export async function askRunning(
  config: Pick<Config, "http" | "hooks" | "xmpp" | "storage">,
): Promise<Running> {
  const {
    http: { listen },
    xmpp,
    storage,
  } = config;
  const listener = await listenerAt(listen);
  if (listener === "nothing") return { listener, isLinked: false, findings: [] };
  const readiness = listener === "component" ? await readinessAt(listen) : undefined;
  if (readiness === undefined) {
    const text = `another program listens on ${listen.text}: the component can't be started`;
    const todo = "Stop that program, or choose another port with http.listen.";
    return { listener: "another" as const, isLinked: false, findings: [wrong(text, todo)] };
  }
  const metrics = await metricsOf(storage.path);
  if (metrics instanceof Failure) {
    // Whether it is linked isn't known, so the doctor doesn't take its place.
    const findings = [
      fine(`the component runs at ${listen.text}`),
      untried(`what it says: ${metrics.message}`),
    ];
    return { listener, isLinked: true, findings };
  }
  const isLinked = valueOf(metrics, "qtalk_link_up") === 1;
  const state = `the component runs at ${listen.text}, and its link to the server is ${isLinked ? "up" : "down"}`;
  const runs = labelsOf(metrics, INFO_METRIC);
  const server = SERVERS.find((name) => name === runs?.get("server"));
  const { ready, reason } = readiness;
  const findings = [
    ready === true
      ? fine(state)
      : wrong(
          `${state}, ${isLinked ? "but" : "and"} it isn't ready: ${typeof reason === "string" ? reason : "unknown"}`,
        ),
    ...(runs === undefined ? [] : [sameConfiguration(runs, xmpp)]),
    ...workOf(metrics, config, { isReady: ready === true, server }),
  ];
  const ping = valueOf(metrics, PING_METRIC);
  const isPingAnswered = ping === 0 ? false : ping === 1 ? true : undefined;
  return {
    listener,
    isLinked,
    isPingAnswered,
    findings: findings.map((finding) => ({ ...finding, server })),
  };
}

/** Returns the metrics of the running component, or why they can't be read. */
async function metricsOf(database: string): Promise<string | Failure> {
  try {
    const none = `no component listens at ${operatorSocket(database)} (storage.path)`;
    return (await askComponent(database, "/metrics")) ?? new Failure(none, ExitCode.unavailable);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function sameConfiguration(
  runs: ReadonlyMap<string, string>,
  { domain, service, hosts }: Config["xmpp"],
): Finding {
  const says = { domain, service: service.join(","), hosts: hosts.join(",") };
  const differences = Object.entries(says)
    .filter(([key, value]) => runs.get(key) !== value)
    .map(
      ([key, value]) =>
        `xmpp.${key} is ${runs.get(key) ?? "unknown"} in the component, ${value} in this configuration`,
    );
  if (differences.length === 0)
    return fine("the component runs with this configuration's domain, service and hosts");
  return wrong(
    `the running component has another configuration: ${differences.join("; ")}`,
    "If the file was changed since the component started, restart the component; otherwise pass the component's configuration file with --config.",
  );
}

/** Checks the running component's metrics: parked stanzas and, if it is ready, acknowledgements, multicast, dead letters. */
function workOf(
  metrics: string,
  config: Pick<Config, "hooks" | "xmpp">,
  { isReady, server }: { readonly isReady: boolean; readonly server: KnownServer | undefined },
): Finding[] {
  const of = (name: string): number => valueOf(metrics, `qtalk_${name}`) ?? 0;
  const findings: Finding[] = [];
  if (of("outbox_parked_stanzas") > 0) {
    const text = `parked until the server permits it: ${counted(of("outbox_parked_stanzas"), "stanza")} in users' names`;
    // The component itself asks again only after minutes.
    const todo = `After changing the server's configuration, ${toReload()}: it then tries again at once.`;
    findings.push(doubtful(text, todo));
  }
  if (!isReady) return findings;
  if (of("ack_seconds_count") > 0) {
    const ms = (1000 * of("ack_seconds_sum")) / of("ack_seconds_count");
    const text = `the server acknowledges stanzas within ${ms.toFixed(1)} ms on average`;
    findings.push(roundTripFinding(text, ms, server));
  }
  const services = valueOf(metrics, "qtalk_multicast_services");
  if (services === 0) findings.push(fine("its rooms send each receiver a stanza of its own"));
  else if (services !== undefined)
    findings.push(fine("its rooms send to many receivers at once through the server's multicast service"));
  const reason = labelsOf(metrics, "qtalk_hook_upload_fault")?.get("reason");
  if (reason !== undefined)
    findings.push(notUploaded(reason, config, isForbidden(reason) ? config.xmpp.domain : undefined));
  const letters = of("outbox_dead_letters_total");
  if (letters > 0) {
    const text = `the server rejected ${counted(letters, "stanza")} since the component started (dead letters)`;
    findings.push(doubtful(text, "Show them with: qtalk-component outbox list"));
  }
  return findings;
}

function valueOf(metrics: string, name: string): number | undefined {
  const value = new RegExp(`^${name} (.+)`, "m").exec(metrics)?.[1];
  return value === undefined ? undefined : Number(value);
}

/** Returns the labels of a metric; undefined if there is no such metric. */
function labelsOf(metrics: string, name: string): ReadonlyMap<string, string> | undefined {
  const line = new RegExp(`^${name}\\{.*`, "m").exec(metrics)?.[0];
  const labels = line?.matchAll(/\b(\w+)="((?:\\.|[^"\\])*)"/g);
  return (
    labels &&
    new Map(Array.from(labels, ([, label = "", text = ""]) => [label, text.replace(/\\(.)/g, "$1")]))
  );
}
