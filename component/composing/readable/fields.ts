/** The fields of a JSON object that a caller wrote: whatever they hold, what comes out is harmless. */
import { lineOf, linesOf, urlOf } from "./text.js";

const MOST = { line: 256, text: 1000 };

export class Fields {
  /** @param base what precedes relative URLs */
  constructor(
    private readonly object: Readonly<Record<string, unknown>>,
    private readonly base: string | undefined,
  ) {}

  /** Reads a text; undefined for what is no JSON object. */
  static read(text: string, base: string | undefined): Fields | undefined {
    if (!/^\s*\{/.test(text)) return undefined;
    try {
      const value: unknown = JSON.parse(text);
      return isObject(value) ? new Fields(value, base) : undefined;
    } catch {
      return undefined;
    }
  }

  get names(): string[] {
    return Object.keys(this.object);
  }

  /** The first of these that isn't blank, on one line; "" if all are. */
  line(...names: readonly string[]): string {
    return this.#first(names, (text) => lineOf(text, MOST.line)) ?? "";
  }

  /** The same, perhaps on several lines. */
  text(names: readonly string[], most = MOST.text): string {
    return this.#first(names, (text) => linesOf(text, most)) ?? "";
  }

  url(...names: readonly string[]): string | undefined {
    return this.#first(names, (text) => urlOf(text, this.base));
  }

  number(name: string): number {
    const value = this.object[name];
    return typeof value === "number" || (typeof value === "string" && value !== "") ? Number(value) : NaN;
  }

  inside(name: string): Fields | undefined {
    const value = this.object[name];
    return isObject(value) ? new Fields(value, this.base) : undefined;
  }

  /** The objects of a list. */
  list(name: string): Fields[] {
    const value = this.object[name];
    return Array.isArray(value) ? value.filter(isObject).map((each) => new Fields(each, this.base)) : [];
  }

  #first(names: readonly string[], read: (text: string) => string | undefined): string | undefined {
    for (const name of names) {
      const value = this.object[name];
      const text = typeof value === "string" || typeof value === "number" ? read(String(value)) : undefined;
      if (text !== undefined && text !== "") return text;
    }
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
