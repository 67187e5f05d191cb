/** Elements and texts to try things with, and their reading by an independent parser. */
import fc from "fast-check";
import { SaxesParser } from "saxes";
import { xml, type Element } from "../../../component/xml/builder.js";

/** Characters that serialisers stumble over, among others. */
const character = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...Array.from("ab <>&\"'\t\n\r]]>-/=;#x汉é😀\u{20000}\u00a0\u0085\u2028\ufffd\ue000\u007f"),
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 1 }) },
);

/** Any text, with what XML forbids in it now and then. */
export const anyText = fc.array(character, { maxLength: 12 }).map((parts) => parts.join(""));

/** Text that XML can carry. */
export const text = anyText.filter((value) => isLegal(value));

const name = fc.constantFrom("a", "body", "message", "x-1", "名", "ü.é", "constructor", "toString");
const attributes = fc.dictionary(
  fc.constantFrom("id", "to", "from", "data", "名", "xml:lang", "p", "valueOf"),
  text,
  {
    maxKeys: 4,
  },
);

export const element: fc.Arbitrary<Element> = fc.letrec<{ element: Element; child: Element | string }>(
  (tie) => ({
    element: fc
      .tuple(name, attributes, fc.array(tie("child"), { maxLength: 4 }))
      .map(([tag, attrs, children]) => xml(tag, attrs, ...children)),
    child: fc.oneof({ depthSize: "small", withCrossShrink: true }, text, tie("element")),
  }),
).element;

const prefixed = fc.constantFrom("a", "a", "a", "p:a", "q:a", "xmlns:a");
const declared = fc.constantFrom(
  "urn:a",
  "urn:a",
  "urn:b",
  "",
  "http://www.w3.org/XML/1998/namespace",
  "http://www.w3.org/2000/xmlns/",
);

/** Elements whose names have prefixes, declared or not, for one namespace or several, reserved ones among them. */
export const prefixedElement: fc.Arbitrary<Element> = fc.letrec<{ element: Element }>((tie) => ({
  element: fc
    .tuple(
      prefixed,
      fc.dictionary(fc.constantFrom("xmlns", "xmlns:p", "xmlns:q", "xmlns:xml", "xmlns:xmlns"), declared, {
        maxKeys: 3,
      }),
      fc.dictionary(fc.constantFrom("a", "p:a", "q:a", "r:a", "xml:id"), fc.constant("1"), { maxKeys: 3 }),
      fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constant([]),
        fc.array(tie("element"), { maxLength: 2 }),
      ),
      fc.boolean(),
    )
    .map(([tag, declarations, attrs, children, isFirst]) =>
      xml(tag, isFirst ? { ...declarations, ...attrs } : { ...attrs, ...declarations }, ...children),
    ),
})).element;

/** By XML's own definition, character by character. */
function isLegal(value: string): boolean {
  return Array.from(value).every((c) => {
    const code = c.codePointAt(0) ?? 0;
    if (code < 0x20) return code === 9 || code === 10 || code === 13;
    return (code < 0xd800 || code > 0xdfff) && code !== 0xfffe && code !== 0xffff;
  });
}
export { isLegal };

/** A tree for comparing: [name, attributes, children], neighbouring texts joined, empty ones left out. */
export type Tree = readonly [string, Record<string, string>, readonly (Tree | string)[]];

export function treeOf(node: Element): Tree {
  const children: (Tree | string)[] = [];
  for (const child of node.children) push(children, typeof child === "string" ? child : treeOf(child));
  const attrs: Record<string, string> = {};
  for (const [key, value] of Object.entries(node.attrs)) if (value !== undefined) attrs[key] = value;
  return [node.name, attrs, children];
}

/** Whether saxes, which knows namespaces, takes the text as one element. */
export function isNamespaceWellFormed(source: string): boolean {
  const parser = new SaxesParser({ xmlns: true });
  let isGood = true;
  parser.on("error", () => {
    isGood = false;
  });
  parser.write(source).close();
  return isGood;
}

/** Reads with saxes; throws where the text is not one well-formed element. */
export function read(source: string): Tree {
  const parser = new SaxesParser({ xmlns: false });
  let root: Tree | undefined;
  const open: [string, Record<string, string>, (Tree | string)[]][] = [];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag) => {
    const node: (typeof open)[number] = [tag.name, { ...tag.attributes }, []];
    root ??= node;
    open.at(-1)?.[2].push(node);
    open.push(node);
  });
  parser.on("text", (value) => {
    const parent = open.at(-1);
    if (parent !== undefined) push(parent[2], value);
  });
  parser.on("closetag", () => void open.pop());
  parser.write(source).close();
  if (root === undefined) throw new Error("no element");
  return root;
}

function push(children: (Tree | string)[], child: Tree | string): void {
  const last = children.at(-1);
  if (child === "") return;
  if (typeof child === "string" && typeof last === "string") children[children.length - 1] = last + child;
  else children.push(child);
}
