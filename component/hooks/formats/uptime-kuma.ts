/** The format of Uptime Kuma's webhook. Its times are in UTC, without a zone. */
import { foreignJson } from "../../limits/foreign-json.js";
import { groupOfOne, type Status } from "./alert.js";
import { joined } from "./alert-labels.js";
import { alertFormat } from "./alert-message.js";
import { fieldsOf, textOf, urlOf } from "./fields.js";
import { durationText, timeIn } from "./times.js";

/** The status of a heartbeat, in heartbeat.status. Uptime Kuma by itself notifies only about these two. */
const STATUSES: ReadonlyMap<string, Status> = new Map([
  ["0", "firing"],
  ["1", "resolved"],
]);

/** The states in which nothing is known to be wrong, in words for after the monitor's name. */
const OTHER_STATES: ReadonlyMap<string, string> = new Map([
  ["2", "is pending"],
  ["3", "is under maintenance"],
]);

/** What a post has; by GET, each is a parameter of the query. What is pushed to Uptime Kuma itself has others. */
const POSTED: readonly string[] = ["heartbeat", "monitor", "msg"];

export const uptimeKuma = alertFormat({
  name: "uptime-kuma",
  knownBy: "heartbeat, monitor and msg",
  isRetried: false,
  recognises: ({ json }) => POSTED.every((name) => Object.hasOwn(fieldsOf(json?.value), name)),
  jsonIn: (query) => {
    const others = [...query.keys()].some((name) => !POSTED.includes(name));
    const msg = query.get("msg");
    if (msg === null || others) return undefined;
    return { heartbeat: jsonText(query.get("heartbeat")), monitor: jsonText(query.get("monitor")), msg };
  },
  parse: (value) => {
    const name = textOf(value, "monitor.name");
    const status = STATUSES.get(textOf(value, "heartbeat.status"));
    const time = utcIn(textOf(value, "heartbeat.time"));
    const links = [{ name: "monitor", url: urlOf(value, "monitor.url") }];
    if (status === undefined || name === "") {
      // Tests and warnings about certificates have neither monitor nor heartbeat.
      const state = OTHER_STATES.get(textOf(value, "heartbeat.status"));
      const isNamed = state !== undefined && name !== "";
      const sentence = isNamed
        ? joined(": ", `${name} ${state}`, textOf(value, "heartbeat.msg"))
        : textOf(value, "msg");
      return {
        group: { ...groupOfOne({ name: "Uptime Kuma", severity: "info", links }), sentence },
        key: "",
      };
    }
    const lasted =
      status === "firing"
        ? { startsAt: time }
        : { startsAt: utcIn(textOf(value, "heartbeat.lastDownTime")), endsAt: time };
    const summary = textOf(value, "heartbeat.msg");
    return {
      group: {
        ...groupOfOne({ status, name, summary, links, ...lasted }),
        sentence: sentenceOf(name, status, summary, lasted),
      },
      key: textOf(value, "monitor.id") || name,
    };
  },
});

/** Parses a parameter that is JSON. @returns null if there is none, or no JSON */
function jsonText(text: string | null): unknown {
  const read = text === null ? undefined : foreignJson(text);
  return read === undefined || "fault" in read ? null : read.value;
}

function sentenceOf(
  name: string,
  status: Status,
  summary: string,
  { startsAt, endsAt }: { readonly startsAt: number | undefined; readonly endsAt?: number | undefined },
): string {
  if (status === "firing") return joined(": ", `${name} is down`, summary);
  const isTimed = startsAt !== undefined && endsAt !== undefined;
  return joined(" after ", `${name} is up again`, isTimed ? durationText(endsAt - startsAt) : "");
}

/** Parses a time such as "2026-01-02 03:04:05.678", in UTC. @returns milliseconds since 1970; undefined if unknown */
function utcIn(text: string): number | undefined {
  return timeIn(/^[\d-]+ [\d:.]+$/.test(text) ? `${text.replace(" ", "T")}Z` : text);
}
