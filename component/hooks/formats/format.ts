/**
 * The interface of formats. Each format's file declares how posts are recognised, parsed and rendered, with a sample and its
 * documentation. formats.ts lists them; nothing else knows one by name.
 */
import type { Language } from "../../language.js";
import type { HookFault } from "../fault.js";

/** Headers of an HTTP request, by name in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A post before its format is known. */
export interface Payload {
  readonly headers: Headers;
  /** Undefined if the body isn't JSON. */
  readonly json?: { readonly value: unknown };
  /** A plain text, or the text of a form. */
  readonly text?: string;
}

/** A parsed post. */
export interface ParsedPayload {
  /** The template's variables, beside the whole post as `payload`. */
  readonly view: object;
  /** The result of the format's own template if it is trivial, as the engine takes a tenth of a post's time. */
  readonly plain?: string;
  /** The group of alerts that it is about: a resolved group can correct its firing message. */
  readonly group?: { readonly key: string; readonly isResolved: boolean };
  /** A picture's URL. */
  readonly image?: string;
}

/** A post as its product sends it, for tests of a hook. */
export interface Sample {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The documentation of a format. */
export interface FormatWords {
  readonly title: string;
  /** The programs that post it. */
  readonly about: string;
  /** Where to enter the hook's address. */
  readonly where: string;
  /** The resulting message. */
  readonly becomes: string;
}

/** Names of headers; the first one present counts. */
export interface FormatHeaders {
  /** The kind of event. */
  readonly event?: readonly string[];
  /** An id that stays the same in a retry. */
  readonly delivery?: readonly string[];
  /** HMAC-SHA-256 of the body in hexadecimal, optionally after "sha256=". */
  readonly signature?: readonly string[];
  /** The hook's key in plain text. */
  readonly token?: readonly string[];
}

export interface Format {
  readonly name: string;
  /** How it is recognised, for error messages. */
  readonly knownBy: string;
  /** Whether its programs retry: an identical post within ten minutes then counts once. */
  readonly isRetried: boolean;
  readonly headers?: FormatHeaders;
  recognises(posted: Payload): boolean;
  /** Parses a post that it recognises. */
  read(posted: Payload): ParsedPayload | HookFault;
  /** In Liquid. */
  readonly template: string;
  /** Whether a hook must have its own template, and this one is an example. */
  readonly needsTemplate?: true;
  readonly sample: Sample;
  /** The command that makes such a hook. */
  readonly command: string;
  /** The program's configuration, if that is a text. */
  readonly setting?: string;
  readonly words: Readonly<Record<Language, FormatWords>>;
}

/** Returns the value of the first of these headers that has one. */
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
