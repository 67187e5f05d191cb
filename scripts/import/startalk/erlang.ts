/**
 * Parses printed Erlang terms (io_lib:print), the form in which ejabberd stores a room's options.
 * Binaries are UTF-8 text. They may be printed as characters, as bytes in Latin-1 characters, as escapes, or
 * as numbers.
 */
import { isUtf8 } from "node:buffer";

export class Atom {
  constructor(readonly name: string) {}
}

export class Tuple {
  constructor(readonly items: readonly Term[]) {}
}

/** An Erlang term. Binaries and strings are represented as text, lists as arrays. */
export type Term = Atom | Tuple | string | number | readonly Term[];

/** Parses a term. @throws SyntaxError with the position, "at character 17", if the text isn't a term */
export function readTerm(text: string): Term {
  return new Reader(text).whole();
}

const MAX_DEPTH = 100;
/** The last alternative is what no term contains. */
const TOKEN =
  /(?<mark><<|>>|#\{|=>|[[\]{},|])|"(?<string>(?:[^"\\]|\\[^])*)"|(?<number>[+-]?\d+(?:\.\d+(?:[eE][+-]?\d+)?)?)|'(?<quoted>(?:[^'\\]|\\[^])*)'|(?<atom>[a-z\u00df-\u00f6\u00f8-\u00ff][\w@]*)|\/(?<type>[a-z0-9:-]+)|\S/g;
const ESCAPE = /\\(?:x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|([0-7]{1,3})|\^(.)|(.))/gsu;
/** The letters of escapes, and the characters that they stand for. */
const LETTERS = "bdefnrstv";
const MEANT = "\b\x7f\x1b\f\n\r \t\v";

type Token = Readonly<Partial<Record<"mark" | "string" | "number" | "quoted" | "atom" | "type", string>>> & {
  readonly at: number;
};

class Reader {
  readonly #tokens;
  /** The next token; at the end of the text, one without content. */
  #next!: Token;

  constructor(private readonly text: string) {
    this.#tokens = text.matchAll(TOKEN);
    this.#take();
  }

  whole(): Term {
    const term = this.#term(1);
    if (this.#next.at < this.text.length) throw this.#fault(this.#next);
    return term;
  }

  #term(depth: number): Term {
    if (depth > MAX_DEPTH) throw new SyntaxError(`nested deeper than ${MAX_DEPTH}`);
    const token = this.#take();
    const { mark, atom, quoted } = token;
    if (mark === "<<") return this.#binary();
    if (mark === "[") return this.#items("]", depth);
    if (mark === "{") return new Tuple(this.#items("}", depth));
    if (mark === "#{") return this.#items("}", depth);
    if (atom !== undefined || quoted !== undefined) return new Atom(atom ?? unescaped(quoted ?? ""));
    return this.#plain(token);
  }

  /** Parses terms up to the closing bracket. A list's tail and a map's values become further items. */
  #items(close: string, depth: number): Term[] {
    const items: Term[] = [];
    if (this.#skip(close)) return items;
    do items.push(this.#term(depth + 1));
    while (this.#skip(",", "|", "=>"));
    if (!this.#skip(close)) throw this.#fault(this.#next);
    return items;
  }

  #binary(): string {
    const parts: (Buffer | string)[] = [];
    while (!this.#skip(">>")) {
      const segment = this.#plain(this.#take());
      const type = this.#next.type === undefined ? undefined : this.#take().type;
      if (typeof segment === "number") parts.push(Buffer.from([segment & 0xff]));
      else parts.push(type === "utf8" ? Buffer.from(segment) : segment);
      this.#skip(",");
    }
    return textOf(parts);
  }

  /** Returns a number, or a string, which may be printed as several adjacent pieces. */
  #plain(token: Token): number | string {
    if (token.number !== undefined) return Number(token.number);
    if (token.string === undefined) throw this.#fault(token);
    let text = unescaped(token.string);
    while (this.#next.string !== undefined) text += unescaped(this.#take().string ?? "");
    return text;
  }

  #take(): Token {
    const token = this.#next;
    const { value } = this.#tokens.next();
    this.#next = { ...value?.groups, at: value?.index ?? this.text.length };
    return token;
  }

  /** Takes the next token if it is one of the marks. */
  #skip(...marks: readonly string[]): boolean {
    const isThere = this.#next.mark !== undefined && marks.includes(this.#next.mark);
    if (isThere) this.#take();
    return isThere;
  }

  #fault({ at }: Token): SyntaxError {
    const what = at >= this.text.length ? "unexpected end" : "unexpected text";
    return new SyntaxError(`${what} at character ${at + 1}`);
  }
}

function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPE, (_, ...groups: (string | undefined)[]) => {
    const [braced, hex, octal, control, letter = ""] = groups;
    if (braced !== undefined || hex !== undefined) return character(parseInt(braced ?? hex ?? "", 16));
    if (octal !== undefined) return character(parseInt(octal, 8));
    if (control !== undefined) return character(control.charCodeAt(0) & 31);
    return MEANT[LETTERS.indexOf(letter)] ?? letter;
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
