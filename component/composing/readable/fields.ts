/** Reads fields of a caller's JSON for display: ignores values of the wrong type, and cleans and shortens texts. */
import { foreignJson } from "../../limits/foreign-json.js";
import { completeUrl, toLine, toLines } from "./text.js";
import { ownProperty } from "../../own-property.js";

const MAX_LENGTHS = { line: 256, text: 1000 };

export class MessageFields {
  /** @param base the prefix of relative URLs */
  constructor(
    private readonly object: Readonly<Record<string, unknown>>,
    private readonly base: string | undefined,
  ) {}

  /** Parses a text; undefined if the text isn't a JSON object. */
  static read(text: string, base: string | undefined): MessageFields | undefined {
    if (!/^\s*\{/.test(text)) return undefined;
    const read = foreignJson(text);
    return "value" in read && isObject(read.value) ? new MessageFields(read.value, base) : undefined;
  }

  get names(): string[] {
    return Object.keys(this.object);
  }

  /** Returns the first of these fields that isn't blank, on one line; "" if all are blank. */
  line(...names: readonly string[]): string {
    return this.#first(names, (text) => toLine(text, MAX_LENGTHS.line)) ?? "";
  }

  /** Like line(), but keeps line ends. @param most the maximum length, in characters */
  text(names: readonly string[], most = MAX_LENGTHS.text): string {
    return this.#first(names, (text) => toLines(text, most)) ?? "";
  }

  url(...names: readonly string[]): string | undefined {
    return this.#first(names, (text) => completeUrl(text, this.base));
  }

  number(name: string): number {
    const value = ownProperty(this.object, name);
    return typeof value === "number" || (typeof value === "string" && value !== "") ? Number(value) : NaN;
  }

  inside(name: string): MessageFields | undefined {
    const value = ownProperty(this.object, name);
    return isObject(value) ? new MessageFields(value, this.base) : undefined;
  }

  list(name: string): MessageFields[] {
    const value = ownProperty(this.object, name);
    return Array.isArray(value)
      ? value.filter(isObject).map((each) => new MessageFields(each, this.base))
      : [];
  }

  #first(names: readonly string[], read: (text: string) => string | undefined): string | undefined {
    for (const name of names) {
      const value = ownProperty(this.object, name);
      const text = typeof value === "string" || typeof value === "number" ? read(String(value)) : undefined;
      if (text !== undefined && text !== "") return text;
    }
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
