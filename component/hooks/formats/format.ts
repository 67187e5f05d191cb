/** What a format is: what it knows its posts by, and what its template gets of them. */
import type { HookFault } from "../fault.js";

/** What came to a hook, before anybody knows of what kind it is. */
export interface Posted {
  /** Undefined where it isn't JSON. */
  readonly json?: { readonly value: unknown };
  /** Plain text, or a form's. */
  readonly text?: string;
  /** The kind of event that a forge names beside it. */
  readonly event?: string;
}

/** What a post says. */
export interface Reading {
  /** What the template gets, beside the whole post as `payload`. */
  readonly view: object;
  /** What the format's own template makes of it, where that is plain: the engine takes a tenth of a post's time. */
  readonly plain?: string;
  /** What it is about, where that has an end: the end corrects the beginning. */
  readonly group?: { readonly key: string; readonly isResolved: boolean };
  /** A picture's URL. */
  readonly image?: string;
}

export interface Format {
  readonly name: string;
  /** What a post of it has, for whoever sent another. */
  readonly knownBy: string;
  /** Whether its posts come again where their sender saw no answer: then the same within ten minutes counts once. */
  readonly isRetried: boolean;
  recognises(posted: Posted): boolean;
  /** To be called with what it recognises. */
  read(posted: Posted): Reading | HookFault;
}
