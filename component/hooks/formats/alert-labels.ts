/** The labels of alerts as people read them: where something is, from the most telling label to details. */
import { labelsIn, textOf, type Fields, type Label } from "./fields.js";

/** The labels that are never shown, because they appear elsewhere in the message or are internal to the product. */
const HIDDEN =
  /^(?:alertname|severity|rulename|datasource_uid|ref_id|uid|pod_template_hash|controller_revision_hash|__.*)$/;
/** The labels that are shown only if alerts differ in no others. */
const MINOR = /^(?:endpoint|prometheus|service|container|job|grafana_folder|fstype)$/;

/** The labels of a place. Of each group, the first that an alert has is shown. */
const PLACES = {
  namespace: ["namespace", "kubernetes_namespace", "exported_namespace"],
  /** What runs in a namespace, the most exact first. */
  workload: [
    ...["pod", "deployment", "statefulset", "daemonset", "replicaset", "cronjob", "job_name"],
    ...["persistentvolumeclaim", "horizontalpodautoscaler", "ingress"],
  ],
  machine: ["node", "nodename", "hostname", "host", "host_name", "server", "vm"],
  /** The address of what was asked. Beside a pod it is that of an exporter. */
  address: ["instance"],
  fileSystem: ["mountpoint", "path", "filesystem", "volume", "device", "disk"],
  part: ["interface", "database", "datname", "queue", "topic", "consumergroup", "target", "url"],
  cluster: ["cluster", "kubernetes_cluster", "cluster_name"],
  environment: ["environment", "env", "stage"],
  region: ["region", "datacenter", "dc", "zone", "availability_zone"],
} as const;

/** A host's address with the default port of Prometheus's exporters for hosts, which says nothing. */
const HOST_EXPORTER = /^([\w.-]+):(?:9100|9182)$/;
/** Pods and jobs that only measure others: their namespace and name say nothing about the alert. */
const EXPORTER = /\bexporter\b/;
const EXPORTER_LABELS = ["pod", "job", "container"];
/** The shortest values that readers recognise in a text. */
const LEAST_SAID = 3;
/** The width of labels that stand for a place, in characters. */
const WIDTH = 45;
/** How many characters of a label are read; none is shown with as many. */
const READ = 300;

/** Where something is, in three parts; "" for each that isn't known. */
export interface AlertPlace {
  /** The pod with its namespace, the node, the host or the address: "shop/checkout-6d8f", "node-3". */
  readonly where: string;
  /** The part of it: "/var/lib/data". */
  readonly part: string;
  /** What it belongs to: "prod-eu1". */
  readonly context: string;
  /** The names of the labels that aren't needed beside the place: the shown ones, and an exporter's address. */
  readonly names: ReadonlySet<string>;
}

/** Returns the place that labels name. @param isShown leaves labels out, such as those that the heading has */
export function placeOf(labels: Fields, isShown: (name: string) => boolean = () => true): AlertPlace {
  const names = new Set<string>();
  const valueOf = (group: keyof typeof PLACES): string => {
    const name = PLACES[group].find((each) => textOf(labels, each) !== "");
    if (name === undefined) return "";
    names.add(name);
    return isShown(name) ? lineOf(textOf(labels, name)).replace(HOST_EXPORTER, "$1") : "";
  };
  const has = (group: keyof typeof PLACES): boolean =>
    PLACES[group].some((name) => textOf(labels, name) !== "");
  const isExporter = EXPORTER_LABELS.some((name) => EXPORTER.test(textOf(labels, name)));
  const inNamespace = joined("/", valueOf("namespace"), valueOf("workload"));
  const [machine, address] = [valueOf("machine"), valueOf("address")];
  const onMachine = has("machine") ? machine : address;
  const part = joined(" ", valueOf("fileSystem"), valueOf("part"));
  // A namespace is no place of a file system.
  const elsewhere = has("fileSystem") ? "" : inNamespace;
  const where = isExporter ? onMachine : has("workload") ? inNamespace : onMachine || elsewhere;
  const context = joined(", ", valueOf("cluster"), valueOf("environment"), valueOf("region"));
  return { where, part, context, names };
}

/** Returns where something is in one line: "node-3 /var/lib/data". */
export function placeText({ where, part }: Pick<AlertPlace, "where" | "part">): string {
  return joined(" ", where, part);
}

export function joined(between: string, ...texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join(between);
}

export function isMajor({ name }: Label): boolean {
  return !HIDDEN.test(name) && !MINOR.test(name);
}

export function isMinor({ name }: Label): boolean {
  return MINOR.test(name);
}

/** Returns the labels that fit into `width` characters, without empty ones. */
export function fittingLabels(labels: Fields, isWanted: (label: Label) => boolean, width = WIDTH): Label[] {
  const shown: Label[] = [];
  let left = width;
  for (const label of labelsIn(labels, isWanted)) {
    const { length } = labelText(label);
    if (label.value === "" || length > left) continue;
    shown.push(label);
    left -= length + 2;
  }
  return shown;
}

/** Whether a text tells a value. */
export function isSaid(value: string, text: string): boolean {
  return value.length >= LEAST_SAID && text.includes(value);
}

/** Returns a label's value, and its name if the value alone says nothing, such as "true" or "5". */
export function labelText({ name, value }: Label): string {
  const line = lineOf(value);
  return /\p{L}{2}/u.test(line) && !/^(?:true|false|yes|no|none|unknown)$/i.test(line)
    ? line
    : `${name}=${line}`;
}

function lineOf(value: string): string {
  return value.slice(0, READ).replace(/\s+/g, " ");
}
