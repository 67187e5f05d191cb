/** Explains an error of YAML's syntax: the line of the mistake, which isn't always the parser's, and what to do. */
import { isCollection, isScalar, visit, type Document, type YAMLError } from "yaml";

const SPACING = "check the indentation, and the space after the colon";
const QUOTES = "put the value in quotation marks";

/** What to do about an error, by the parser's code. */
const ADVICE: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "indent it with spaces instead of tabs",
  DUPLICATE_KEY: "the key is there twice: remove one of them",
  BAD_SCALAR_START: QUOTES,
  BAD_ALIAS: QUOTES,
  BAD_DQ_ESCAPE: "put the value in single quotation marks, in which a backslash means itself",
};

/** Returns the first error of a document as the end of a sentence; undefined if there is none. @param text its text */
export function yamlFault(document: Document, text: string): string | undefined {
  const { errors, contents } = document;
  const [error] = errors;
  const lines = text.split(/\r?\n/);
  if (error === undefined) {
    const offset = strayAlias(document);
    if (offset === undefined) return undefined;
    return `line ${lineOf(text, offset) + 1}, "${shown(lines, lineOf(text, offset))}": ${QUOTES}`;
  }
  const { at, advice } = mistakeOf(errors, error, { contents, text, lines });
  return `line ${at + 1}, "${shown(lines, at)}": ${advice}`;
}

/** Returns the offset of the first alias (*name) that stands for nothing: a text that begins with an asterisk. */
function strayAlias(document: Document): number | undefined {
  let found: number | undefined;
  visit(document, {
    Alias(_, node) {
      if (node.resolve(document) === undefined) found ??= node.range?.[0] ?? 0;
    },
  });
  return found;
}

/** Returns the index of the line at an offset. */
function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length - 1;
}

interface Source {
  readonly contents: unknown;
  readonly text: string;
  readonly lines: readonly string[];
}

/** Returns the index of the line with the mistake, and what to do there. */
function mistakeOf(
  errors: readonly YAMLError[],
  error: YAMLError,
  source: Source,
): { at: number; advice: string } {
  const { text, lines } = source;
  const lineAt = (offset: number): number => lineOf(text, offset);
  const { code, pos } = error;
  const [start] = pos;
  const at = lineAt(start);
  const begun = startOfOpen(source, start);
  if (code === "MISSING_CHAR" && error.message.includes("quote") && begun !== undefined)
    return { at: lineAt(begun), advice: "close the quotation mark" };
  if (/Flow (?:sequence|map)/i.test(error.message) && begun !== undefined)
    return { at: lineAt(begun), advice: "close the bracket, in the same line" };
  if (code === "BLOCK_AS_IMPLICIT_KEY") {
    // A key inside of a value: in the next line, if that is indented too far; otherwise in the value itself.
    const isMultiline = errors.some(
      (other) => other.code === "MULTILINE_IMPLICIT_KEY" && other.pos[0] === start,
    );
    return isMultiline ? { at: Math.min(at + 1, lines.length - 1), advice: SPACING } : { at, advice: QUOTES };
  }
  return { at, advice: ADVICE[code] ?? SPACING };
}

/** Returns the offset at which the innermost quoted text or flow collection begins that contains an offset. */
function startOfOpen({ contents }: Source, offset: number): number | undefined {
  let found: number | undefined;
  visit(contents as never, {
    Node(_, node) {
      const [from = Infinity, to = -Infinity] =
        (node as { range?: [number, number, number] | null }).range ?? [];
      const isOpen = isScalar(node)
        ? node.type?.startsWith("QUOTE") === true
        : isCollection(node) && node.flow === true;
      if (isOpen && from <= offset && offset <= to + 1) found = from;
    },
  });
  return found;
}

/** What the names of secrets look like, even if they are misspelt. */
const LIKE_SECRET = /p[as]*w[or]*d|secret|token/i;
/** The key at the beginning of a line. */
const KEY = /^[\s-]*\w[\w.-]*(?=\s*:)/;

/** Returns a line's text without a secret that it may contain. */
function shown(lines: readonly string[], at: number): string {
  const line = lines[at] ?? "";
  if (LIKE_SECRET.test(line)) return `${(/^[\s-]*[a-z_]*(?:: )?/i.exec(line)?.[0] ?? "").trimStart()}…`;
  // A secret may go on in the lines below its key.
  const owner = KEY.test(line) ? "" : lines.slice(0, at).findLast((each) => KEY.test(each));
  return LIKE_SECRET.test(owner ?? "") ? "…" : line.trim();
}
