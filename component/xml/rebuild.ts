/**
 * The sanitiser of callers' texts and users' stanzas: rebuilds their elements with the builder before they go on a stream.
 * It refuses names and namespaces that not every server's parser accepts, resolves prefixes to plain xmlns, as outer
 * declarations are missing where the element goes, and enforces limits.
 */
import { NS, xml, type Element } from "./builder.js";
import { isName } from "./names.js";
import { ExpandedNames, qname, type Scope } from "./namespaces.js";

/** The reason why an element can't be rebuilt, as a clause. */
export class RebuildFault extends Error {}

export interface RebuildLimits {
  readonly depth: number;
  readonly elements: number;
  /** The most characters of namespaces written in place of short prefixes. */
  readonly namespaces: number;
}

/** An adapter for elements of another parser. */
export interface Reader<E extends Source<C>, C> {
  attributesOf(element: E): Readonly<Record<string, string | undefined>>;
  /** A child as text or element. @throws if it is something else, or not allowed */
  read(child: C): string | E;
}

/** An element of another parser. */
export interface Source<C> {
  readonly name: string;
  readonly children: readonly C[];
}

/** The namespaces of a stanza's own elements, which are the default on the stream. */
const STANZA_NAMESPACES: ReadonlySet<string> = new Set([NS.client, NS.accept]);

/** A namespace as written in a stanza: "" for the stanza's own. */
export function inStanza(namespace: string): string {
  return namespace === "" || STANZA_NAMESPACES.has(namespace) ? "" : namespace;
}

/** The context of an element. */
interface Around {
  readonly scope: Scope;
  /** The parent's namespace, as inStanza() returns it. */
  readonly ns: string;
  readonly depth: number;
}

/** Rebuilds elements within common limits. */
export class Rebuilder<E extends Source<C>, C> {
  #elements = 0;
  #namespaces = 0;

  constructor(
    private readonly reader: Reader<E, C>,
    private readonly limits: RebuildLimits,
  ) {}

  /**
   * @param scope the declarations around the element
   * @throws RebuildFault, NamespaceFault
   */
  rebuild(element: E, scope: Scope): Element {
    return this.#rebuild(element, { scope, ns: "", depth: 1 });
  }

  #rebuild(source: E, around: Around): Element {
    const { elements, depth } = this.limits;
    if (++this.#elements > elements) throw new RebuildFault(`more than ${elements} elements`);
    if (around.depth > depth) throw new RebuildFault(tooDeep(depth));
    if (!isName(source.name))
      throw new RebuildFault(`the element's name ${shown(source.name)} is too unusual`);
    const attributes = this.reader.attributesOf(source);
    const scope = around.scope.within(attributes);
    const { prefix, local } = qname(source.name);
    // Its namespace can't be written as a plain xmlns (Namespaces in XML 1.0 §3).
    if (prefix === "xml") throw new RebuildFault("an element's prefix is xml, which is for attributes");
    const ns = inStanza(scope.namespaceOf(prefix));
    const attrs: Record<string, string> = {};
    if (ns !== around.ns) attrs.xmlns = this.#written(ns === "" ? NS.client : ns);
    this.#addAttributes(attributes, scope, attrs);
    const element = xml(local, attrs);
    const inside = { scope, ns, depth: around.depth + 1 };
    for (const raw of source.children) {
      const child = this.reader.read(raw);
      element.append(typeof child === "string" ? child : this.#rebuild(child, inside));
    }
    return element;
  }

  /** The attributes without declarations, each prefixed one with the declaration of its prefix. */
  #addAttributes(
    attributes: Readonly<Record<string, string | undefined>>,
    scope: Scope,
    attrs: Record<string, string>,
  ): void {
    const foreign = new ExpandedNames();
    for (const name in attributes) {
      const value = attributes[name];
      if (value === undefined) continue;
      if (!isName(name)) throw new RebuildFault(`the attribute's name ${shown(name)} is too unusual`);
      const { prefix, local } = qname(name);
      if (prefix === "xmlns" || name === "xmlns") continue;
      if (prefix !== "") {
        const namespace = scope.namespaceOf(prefix);
        if (inStanza(namespace) === "")
          throw new RebuildFault(`the attribute ${shown(name)} has a prefix for the stanza's own namespace`);
        if (!foreign.add(namespace, local)) throw new RebuildFault(`duplicate attribute: ${shown(name)}`);
        if (prefix !== "xml") attrs[`xmlns:${prefix}`] ??= this.#written(namespace);
      }
      attrs[name] = value;
    }
  }

  /** Counts a namespace that is written. */
  #written(namespace: string): string {
    this.#namespaces += namespace.length;
    if (this.#namespaces > this.limits.namespaces)
      throw new RebuildFault("its namespaces, written out, are too long");
    return namespace;
  }
}

export function tooDeep(depth: number): string {
  return `elements nested deeper than ${depth}`;
}

/** A name for messages, truncated. */
function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}
