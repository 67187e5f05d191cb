/**
 * Parses printed Erlang terms (io_lib:print), the form in which ejabberd stores a room's options.
 * Binaries are UTF-8 text. They may be printed as characters, as bytes in Latin-1 characters, as escapes, or
 * as numbers.
 */
import { isUtf8 } from "node:buffer";
import { ownProperty } from "../../../component/own-property.js";

export class Atom {
  constructor(readonly name: string) {}
}

export class Tuple {
  constructor(readonly items: readonly Term[]) {}
}

/** An Erlang term. Binaries and strings are represented as text, lists as arrays. */
export type Term = Atom | Tuple | string | number | readonly Term[];

/** @param reason the message, with the position: "at character 17" */
export class TermFault {
  constructor(readonly reason: string) {}
}

/** Parses a term. @returns the error if the text isn't a term */
export function readTerm(text: string): Term | TermFault {
  try {
    return new Reader(text).whole();
  } catch (error) {
    if (error instanceof SyntaxError) return new TermFault(error.message);
    throw error;
  }
}

const MAX_DEPTH = 100;
const SPACE = /\s*/y;
const STRING = /"((?:[^"\\]|\\[^])*)"/y;
const NUMBER = /[+-]?\d+(?:\.\d+(?:[eE][+-]?\d+)?)?/y;
const ATOM = /'((?:[^'\\]|\\[^])*)'|[a-z\u00df-\u00f6\u00f8-\u00ff][\w@]*/y;
const SEGMENT_TYPE = /\/([a-z0-9:-]+)/y;
const ESCAPE = /\\(?:x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|([0-7]{1,3})|\^(.)|(.))/gsu;
const LETTERS: Readonly<Record<string, string>> = {
  b: "\b",
  d: "\x7f",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  s: " ",
  t: "\t",
  v: "\v",
};

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  whole(): Term {
    const term = this.#term(1);
    this.#match(SPACE);
    if (this.#at < this.text.length) throw this.#fault();
    return term;
  }

  #term(depth: number): Term {
    if (depth > MAX_DEPTH) throw new SyntaxError(`nested deeper than ${MAX_DEPTH}`);
    if (this.#take("<<")) return this.#binary();
    if (this.#take("[")) return this.#items("]", depth);
    if (this.#take("{")) return new Tuple(this.#items("}", depth));
    if (this.#take("#{")) return this.#items("}", depth);
    const plain = this.#string() ?? this.#number();
    if (plain !== undefined) return plain;
    const [atom, quoted] = this.#match(ATOM) ?? [];
    if (atom === undefined) throw this.#fault();
    return new Atom(quoted === undefined ? atom : unescaped(quoted));
  }

  /** Parses terms up to the closing bracket. A list's tail and a map's values become further items. */
  #items(close: string, depth: number): Term[] {
    const items: Term[] = [];
    if (this.#take(close)) return items;
    for (;;) {
      items.push(this.#term(depth + 1));
      if (this.#take(close)) return items;
      if (!this.#take(",") && !this.#take("|") && !this.#take("=>")) throw this.#fault();
    }
  }

  #binary(): string {
    const parts: (Buffer | string)[] = [];
    while (!this.#take(">>")) {
      const segment = this.#string() ?? this.#number();
      if (segment === undefined) throw this.#fault();
      const isUtf8 = this.#match(SEGMENT_TYPE)?.[1] === "utf8";
      if (typeof segment === "string") parts.push(isUtf8 ? Buffer.from(segment) : segment);
      else parts.push(Buffer.from([segment & 0xff]));
      this.#take(",");
    }
    return textOf(parts);
  }

  /** Parses a string, which may be printed as several adjacent pieces. @returns undefined if there is none */
  #string(): string | undefined {
    let text: string | undefined;
    for (let piece = this.#match(STRING); piece !== undefined; piece = this.#match(STRING)) {
      text = (text ?? "") + unescaped(piece[1] ?? "");
      this.#match(SPACE);
    }
    return text;
  }

  #number(): number | undefined {
    const [text] = this.#match(NUMBER) ?? [];
    return text === undefined ? undefined : Number(text);
  }

  #take(mark: string): boolean {
    this.#match(SPACE);
    if (!this.text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  #match(pattern: RegExp): (string | undefined)[] | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    this.#at += match?.[0].length ?? 0;
    return match ?? undefined;
  }

  #fault(): SyntaxError {
    const what = this.#at >= this.text.length ? "unexpected end" : "unexpected text";
    return new SyntaxError(`${what} at character ${this.#at + 1}`);
  }
}

function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPE, (_, ...groups: (string | undefined)[]) => {
    const [braced, hex, octal, control, letter = ""] = groups;
    if (braced !== undefined || hex !== undefined) return character(parseInt(braced ?? hex ?? "", 16));
    if (octal !== undefined) return character(parseInt(octal, 8));
    if (control !== undefined) return character(control.charCodeAt(0) & 31);
    return ownProperty(LETTERS, letter) ?? letter;
  });
}

function character(code: number): string {
  return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}

/** Decodes text as UTF-8 if all its characters are bytes of valid UTF-8; otherwise returns it unchanged. */
function textOf(parts: readonly (Buffer | string)[]): string {
  const hasCharacters = parts.some((part) => typeof part === "string" && /[^\0-\xff]/.test(part));
  if (!hasCharacters) {
    const bytes = Buffer.concat(parts.map((p) => (typeof p === "string" ? Buffer.from(p, "latin1") : p)));
    if (isUtf8(bytes)) return bytes.toString();
  }
  return parts.map((part) => (typeof part === "string" ? part : part.toString())).join("");
}
