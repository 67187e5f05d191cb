/** A strict reader of XMPP streams, independent of the component's own parser. */
import { SaxesParser } from "saxes";

/** A received element. */
export interface Node {
  readonly name: string;
  readonly ns: string;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: Node[];
  text: string;
}

/** A stanza, with the number of the connection on which it was received, from 0. */
export interface Stanza extends Node {
  readonly connection: number;
}

export interface Reader {
  /** Parses further characters of the stream. @throws NotWellFormed if the stream isn't well-formed */
  write(chunk: string): void;
}

export interface ReaderEvents {
  /** Called with the stream's header. */
  open(header: Node): void;
  /** Called with each complete child of the stream. */
  element(element: Node): void;
  /** Called at the stream's end tag. */
  end(): void;
}

/** Thrown for XML that isn't well-formed, for which an XMPP server would close the stream. */
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

/** Returns the first descendant with the given name. */
export function find(node: Node, name: string): Node | undefined {
  for (const child of node.children) {
    const found = child.name === name ? child : find(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
