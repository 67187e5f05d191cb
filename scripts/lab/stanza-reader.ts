/** Reads a stream of stanzas strictly, and independently of the product's own reading: what an XMPP server or client would. */
import { SaxesParser } from "saxes";

/** One element, as it came. */
export interface Node {
  readonly name: string;
  readonly ns: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}

/** One stanza, and the connection it came on, counted from 0. */
export interface Stanza extends Node {
  readonly connection: number;
}

export interface Reader {
  /** Takes some characters of the stream; throws NotWellFormed. */
  write(chunk: string): void;
}

export interface ReaderEvents {
  /** The stream's header. */
  open(header: Node): void;
  /** A child of the stream, complete. */
  element(element: Node): void;
  /** The stream's end tag. */
  end(): void;
}

/** What an XMPP server would close the stream for. */
export class NotWellFormed extends Error {
  override name = "NotWellFormed";
}

export function streamReader(events: ReaderEvents): Reader {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: Node[] = [];
  parser.on("error", (error) => {
    throw new NotWellFormed(error.message);
  });
  parser.on("opentag", (tag) => {
    const attrs = Object.fromEntries(
      Object.values(tag.attributes).map((attribute) => [attribute.name, attribute.value]),
    );
    const node: Node = { name: tag.local, ns: tag.uri, attrs, children: [], text: "" };
    if (open.length > 1) open.at(-1)?.children.push(node);
    open.push(node);
    if (open.length === 1) events.open(node);
  });
  const characters = (text: string): void => {
    const node = open.at(-1);
    if (node !== undefined && open.length > 1) node.text += text;
  };
  parser.on("text", characters);
  parser.on("cdata", characters);
  parser.on("closetag", () => {
    const node = open.pop();
    if (open.length === 0) events.end();
    else if (open.length === 1 && node !== undefined) events.element(node);
  });
  return { write: (chunk) => void parser.write(chunk) };
}

/** The first child of this name, at any depth. */
export function find(node: Node, name: string): Node | undefined {
  for (const child of node.children) {
    const found = child.name === name ? child : find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
