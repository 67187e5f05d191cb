/**
 * What a format is. Each declares everything about itself in its own file: how its posts are recognised, read and worded,
 * a sample, and what the documentation says of it. formats.ts lists them; nothing else knows one by name.
 */
import type { Language } from "../../language.js";
import type { HookFault } from "../fault.js";

/** Of an HTTP request, their names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What came to a hook, before its format is known. */
export interface Payload {
  readonly headers: Headers;
  /** Undefined if it isn't JSON. */
  readonly json?: { readonly value: unknown };
  /** Plain text, or a form's. */
  readonly text?: string;
}

/** What a post says. */
export interface ParsedPayload {
  /** What the template gets, beside the whole post as `payload`. */
  readonly view: object;
  /** What the format's own template makes of it, if that is plain: the engine takes a tenth of a post's time. */
  readonly plain?: string;
  /** What it is about, if that has an end: the end corrects the beginning. */
  readonly group?: { readonly key: string; readonly isResolved: boolean };
  /** A picture's URL. */
  readonly image?: string;
}

/** A post in its product's form: for trying a hook, by hand or with the command `hook test`. */
export interface Sample {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the documentation says of a format. */
export interface FormatWords {
  readonly title: string;
  /** Who posts it. */
  readonly about: string;
  /** Where its program wants the hook's address. */
  readonly where: string;
  /** What becomes of it. */
  readonly becomes: string;
}

/** Names of headers; the first that a post has counts. */
export interface FormatHeaders {
  /** The kind of event. */
  readonly event?: readonly string[];
  /** An id of the post, the same if it is sent again. */
  readonly delivery?: readonly string[];
  /** HMAC-SHA-256 of the body in hexadecimal, perhaps after "sha256=". */
  readonly signature?: readonly string[];
  /** The hook's key itself. */
  readonly token?: readonly string[];
}

export interface Format {
  readonly name: string;
  /** What a post of it has, for whoever sent another. */
  readonly knownBy: string;
  /** Whether its posts come again if their sender saw no answer: then the same within ten minutes counts once. */
  readonly isRetried: boolean;
  readonly headers?: FormatHeaders;
  recognises(posted: Payload): boolean;
  /** To be called with what it recognises. */
  read(posted: Payload): ParsedPayload | HookFault;
  /** In Liquid. */
  readonly template: string;
  /** Whether the template is only an example, and a hook must have its own. */
  readonly needsTemplate?: true;
  readonly sample: Sample;
  /** Makes a hook of it. */
  readonly command: string;
  /** What is put into a program's configuration, if that is a text. */
  readonly setting?: string;
  readonly words: Readonly<Record<Language, FormatWords>>;
}

/** The first of these headers that has a value. */
export function headerIn(headers: Headers, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = headers[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

export function jsonSample(value: object, headers: Sample["headers"] = {}): Sample {
  return {
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(value, null, 2),
  };
}
