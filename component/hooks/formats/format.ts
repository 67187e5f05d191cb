/** The interface of formats for incoming webhooks. No code depends on a particular format; formats.ts lists them. */
import { readFileSync } from "node:fs";
import type { HookFault } from "../fault.js";
import { ownProperty } from "../../own-property.js";
import type { AlertLink, Status } from "./alert.js";
import type { Fields } from "./fields.js";

/** The headers of an HTTP request, by name in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A file that came with a post. */
export interface PostedFile {
  /** The name that the program gave; "" if it gave none. */
  readonly name: string;
  /** The media type, without parameters and in lower case; "" if the program gave none. */
  readonly type: string;
  readonly bytes: Buffer;
}

/** A post before its format is known. */
export interface Payload {
  readonly headers: Headers;
  /** The parsed body; undefined if the body isn't JSON. */
  readonly json?: { readonly value: unknown };
  /** The body if it is plain text, or the text field of a form. */
  readonly text?: string;
  /** The files of a form, or the body if it is a file. */
  readonly files?: readonly PostedFile[];
  /** The mail, if it came as one. */
  readonly mail?: { readonly subject: string; readonly text: string };
  /** The parameters in the URL's query. */
  readonly query?: URLSearchParams;
  /** What follows the hook's URL in the path, such as "message"; undefined if nothing does. */
  readonly suffix?: string | undefined;
}

/** What a post says about an alert. Formats of programs whose posts begin and end something return it. */
export interface AlertReport {
  /** The same in all posts about the alert. */
  readonly key: string;
  readonly status: Status;
  /** The worst severity of what is firing, in the program's own word; "" if unknown. `rankOf` orders severities. */
  readonly severity: string;
  /** What and where, in one line without sign, severity or time: "DiskFull: db1". */
  readonly title: string;
  /** When it began at the program, in milliseconds since 1970; undefined if unknown. */
  readonly startsAt?: number | undefined;
  /** The labels that identify the alert at its source, for the matchers of silences; empty if the program has none. */
  readonly labels: Fields;
}

/** What a post is about, for the filters of hooks. A text is "" if the program has no such thing. */
export interface PostEvent {
  /** The kind of event in the program's own word, such as "push", or the status of an alert. */
  readonly name: string;
  /** What was done, such as "opened". */
  readonly action?: string;
  /** The branch, without "refs/heads/". */
  readonly branch?: string;
}

/** The content of a post, parsed by its format. */
export interface ParsedPayload {
  /** The variables for the template; the template can also use the whole post as `payload`. */
  readonly view: object;
  /** The message's text, if the template would only copy it. Not running the template saves a tenth of a post's time. */
  readonly plain?: string;
  /** The alert, or group of alerts, that the post is about. Its message can be corrected when it is resolved. */
  readonly alert?: AlertReport | undefined;
  /** What filters compare; undefined if posts of this format are all alike. */
  readonly event?: PostEvent | undefined;
  /** The URL of a picture, which becomes a message of its own before the text. */
  readonly image?: string | undefined;
  /** The program's key for the message: a post with the same key corrects it. */
  readonly messageKey?: string | undefined;
}

/** Returns a short URL that redirects to that of a link; undefined if the link is left out. */
export type ShortenUrl = (link: Pick<AlertLink, "name" | "url">) => string | undefined;

/** The names of headers by their purpose. If a post has several for one purpose, the first in the list counts. */
export interface FormatHeaders {
  /** The kind of event. */
  readonly event?: readonly string[];
  /** An id that is the same when the program retries. */
  readonly delivery?: readonly string[];
  /** The HMAC-SHA-256 of the body, in hexadecimal, optionally with the prefix "sha256=". */
  readonly signature?: readonly string[];
  /** The hook's key in plain text. */
  readonly token?: readonly string[];
}

/** The programs whose answers a format gives; http/hooks/dialects.ts has them. Other formats get the component's own. */
export type Dialect = "slack" | "gotify" | "ntfy" | "discord" | "teams" | "rocketchat";

/** A format. http/docs/formats/NAME.yml has its documentation, and posts for its test. */
export interface Format {
  readonly name: string;
  /** How posts of this format are recognised, for error messages. */
  readonly knownBy: string;
  /** Whether programs that post in this format retry. If so, identical posts within ten minutes count as one. */
  readonly isRetried: boolean;
  readonly headers?: FormatHeaders;
  /** What programs add to the path of the hook's URL, for posts in this format. No two formats have the same. */
  readonly suffixes?: readonly string[];
  /** Whether a GET request to the URL with a suffix is a post, too, with what its query says. */
  readonly triggers?: true;
  /** Returns the JSON that a GET request to the URL itself says in its query; undefined if it is no post. */
  jsonIn?(query: URLSearchParams): unknown;
  /** Whether a program may post to `/hooks/ID` with one of the suffixes, and have the secret as its token. */
  readonly takesToken?: true;
  readonly dialect?: Dialect;
  recognises(posted: Payload): boolean;
  /**
   * Returns the files of a post if its form doesn't say them, as in JSON. Called before `read`, whose texts may be cut;
   * undefined: the post's own.
   */
  filesIn?(posted: Payload): readonly PostedFile[] | undefined;
  /** Parses a post that `recognises` has accepted. @param shortenUrl undefined: there are no short links */
  read(posted: Payload, shortenUrl?: ShortenUrl): ParsedPayload | HookFault;
  /** The template for messages, in Liquid. */
  readonly template: string;
  /** Whether each hook of this format needs its own template. If so, `template` is only an example. */
  readonly needsTemplate?: true;
}

/** Returns the value of the first of these headers that isn't empty; undefined if there is none. */
export function headerIn(headers: Headers, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = ownProperty(headers, name);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

/** Returns the template in a file of this folder. */
export function templateIn(name: string): string {
  // From the compiled file, the folder is four up.
  return readFileSync(new URL(`../../../../component/hooks/formats/${name}.liquid`, import.meta.url), "utf8");
}
