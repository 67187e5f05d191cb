/**
 * Requests to the program that made an alert: Alertmanager's interface, version 2, which Grafana and Mimir have, too.
 * (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml)
 */
import type { HookSource } from "../../../storage/hooks-store.js";
import { foreignJson } from "../../limits/foreign-json.js";
import { fieldsOf, textOf, type Fields } from "../formats/fields.js";
import { statusText } from "../outgoing/http-exchange.js";
import { GuardedClient, type HttpAnswer, type HttpRequest } from "../outgoing/guarded-client.js";
import type { Matcher } from "./plan.js";
import { lineText } from "./texts.js";

/** What a source is asked for. Times are in milliseconds since 1970. */
export interface WantedSilence {
  readonly matchers: readonly Matcher[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly createdBy: string;
  readonly comment: string;
  /** The id of the silence that it changes. */
  readonly replaces?: string | undefined;
}

/** Why the source didn't do what it was asked for. */
export interface SourceFault {
  /** In the source's words. */
  readonly fault: string;
  /** Whether it may have done it nevertheless, or may do it later. */
  readonly isUncertain: boolean;
  /** Whether it has no such silence. */
  readonly isMissing?: boolean;
  /** What to do about it; undefined: the fault says it itself. */
  readonly remedy?: SourceRemedy | undefined;
}

/** What to do: give the hook a token, or another URL; look whether the source can be reached, or into its log. */
export type SourceRemedy = "token" | "url" | "reach" | "log";

/** The interface of the sources, which tests replace. */
export interface SourceApi {
  /** @returns the silence's id */
  silence(wanted: WantedSilence): Promise<string | SourceFault>;
  /** Returns the id of the silence in force with this comment; undefined if there is none. */
  find(comment: string, matchers: readonly Matcher[]): Promise<string | undefined | SourceFault>;
  expire(id: string): Promise<undefined | SourceFault>;
  /** Returns the labels of what fires, silenced or not, and has one of these names. */
  firing(names: readonly string[]): Promise<readonly Fields[] | SourceFault>;
  close(): void;
}

/** How long a request may take, in milliseconds, and how large an answer may be, in bytes. */
export const SOURCE_TIMEOUT_MS = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;
/** How many values an answer may have, how many letters of it are said, and how long a filter of names may be. */
const MAX = { values: 250_000, said: 200, filter: 4096 };
const GRAFANA = "/api/alertmanager/grafana";

export class SourceRequests implements SourceApi {
  readonly #client: GuardedClient;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #base: string;

  /** @param format the hook's format: Grafana has the interface below a path of its own */
  constructor({ silenceAt = "", silenceToken, inner = [] }: HookSource, format: string) {
    this.#client = new GuardedClient(
      { url: silenceAt, inner },
      { timeout: SOURCE_TIMEOUT_MS, maxBytes: MAX_BYTES },
    );
    this.#headers = silenceToken === undefined ? {} : { authorization: authorization(silenceToken) };
    const isGrafana = format === "grafana" && !silenceAt.includes("/api/alertmanager");
    this.#base = `${isGrafana ? GRAFANA : ""}/api/v2`;
  }

  async silence({ replaces, ...wanted }: WantedSilence): Promise<string | SourceFault> {
    const { matchers, createdBy, comment } = wanted;
    const times = { startsAt: isoOf(wanted.startsAt), endsAt: isoOf(wanted.endsAt) };
    const put = (id: string | undefined): Promise<unknown> =>
      this.#ask("POST", "/silences", JSON.stringify({ id, matchers, ...times, createdBy, comment }));
    let answer = await put(replaces);
    // The silence that is changed is over, or was deleted there.
    if (isFault(answer) && answer.isMissing === true && replaces !== undefined) answer = await put(undefined);
    if (isFault(answer)) return answer;
    const id = textOf(answer, "silenceID", "id");
    return id === "" ? garbage() : id;
  }

  async find(comment: string, matchers: readonly Matcher[]): Promise<string | undefined | SourceFault> {
    const { name, value } = matchers.find((each) => each.name === "alertname") ?? { name: "", value: "" };
    const filter = name === "" ? "" : `?filter=${encodeURIComponent(`${name}=${JSON.stringify(value)}`)}`;
    const answer = await this.#ask("GET", `/silences${filter}`);
    if (isFault(answer)) return answer;
    if (!Array.isArray(answer)) return garbage();
    const found = (answer as readonly unknown[]).find(
      (each) => textOf(each, "comment") === comment && textOf(each, "status.state") !== "expired",
    );
    return found === undefined ? undefined : textOf(found, "id");
  }

  async expire(id: string): Promise<undefined | SourceFault> {
    const answer = await this.#ask("DELETE", `/silence/${encodeURIComponent(id)}`);
    return isFault(answer) && answer.isMissing !== true ? answer : undefined;
  }

  async firing(names: readonly string[]): Promise<readonly Fields[] | SourceFault> {
    const some = [...new Set(names)].map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
    const filter = encodeURIComponent(`alertname=~${JSON.stringify(some)}`);
    const answer = await this.#ask("GET", `/alerts${filter.length > MAX.filter ? "" : `?filter=${filter}`}`);
    if (isFault(answer)) return answer;
    return Array.isArray(answer) ? answer.map((each) => fieldsOf(each, "labels")) : garbage();
  }

  close(): void {
    this.#client.close();
  }

  /** @returns the answer's JSON, or its text if it is none */
  async #ask(method: HttpRequest["method"], path: string, body?: string): Promise<unknown> {
    const below = `${this.#base}${path}`;
    const answer = await this.#client.send({ method, below, headers: this.#headers, ...(body && { body }) });
    if ("reason" in answer) {
      const { reason, inner } = answer;
      // A refusal of an inner address says what to do itself.
      const isAsked = inner === undefined;
      const fault: SourceFault = { fault: reason, isUncertain: isAsked };
      return isAsked ? { ...fault, remedy: "reach" } : fault;
    }
    const { status, text = "" } = answer;
    if (status < 200 || status >= 300) return faultOf(answer);
    if (answer.text === undefined)
      return {
        fault: `its answer is longer than ${MAX_BYTES / 1024 ** 2} MiB`,
        isUncertain: true,
        remedy: "url",
      };
    if (method === "DELETE") return undefined;
    return parsed(text) ?? garbage(text);
  }
}

export function isFault(value: unknown): value is SourceFault {
  return typeof value === "object" && value !== null && "fault" in value;
}

function garbage(text = ""): SourceFault {
  const said = lineText(text, MAX.said);
  return {
    fault: `its answer isn't Alertmanager's${said === "" ? "" : `: ${said}`}`,
    isUncertain: true,
    remedy: "url",
  };
}

/** Returns what the program says about an error: its text, or the message in its JSON. */
function faultOf({ status, text = "" }: HttpAnswer): SourceFault {
  const json = parsed(text);
  const words = typeof json === "string" ? json : textOf(json, "message", "error", "msg") || text;
  const said = lineText(
    words
      .slice(0, 4 * MAX.said)
      .split(/\s+/)
      .join(" ")
      .trim(),
    MAX.said,
  );
  const isMissing = status === 404 || (status >= 400 && /not found/i.test(said));
  return {
    fault: `${statusText(status)}${said === "" ? "" : `: ${said}`}`,
    isUncertain: status >= 500,
    isMissing,
    remedy: remedyOf(status),
  };
}

function remedyOf(status: number): SourceRemedy {
  if (status === 401 || status === 403) return "token";
  return status >= 500 || status === 400 || status === 429 ? "log" : "url";
}

function parsed(text: string): unknown {
  const read = foreignJson(text, MAX.values);
  return "fault" in read ? undefined : read.value;
}

/** A bearer token (RFC 6750 §2.1) has no colon; user and password do (RFC 7617). */
function authorization(token: string): string {
  return token.includes(":") ? `Basic ${Buffer.from(token).toString("base64")}` : `Bearer ${token}`;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
