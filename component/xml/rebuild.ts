/**
 * Rebuilds elements of callers' texts and users' stanzas before they are written to the stream. Names and namespaces
 * that some server's parser refuses are refused, and limits are enforced. Prefixes become xmlns attributes, because
 * declarations outside the element would be missing in the new stanza.
 */
import { quoted } from "../wording.js";
import { NS, xml, type Element } from "./builder.js";
import { isName } from "./names.js";
import { ExpandedNames, qname, type Scope } from "./namespaces.js";

/** An element that can't be rebuilt. The message is a clause that says why. */
export class RebuildFault extends Error {}

/** The limits for all elements that one Rebuilder rebuilds. */
export interface RebuildLimits {
  /** How deep elements may be nested. */
  readonly depth: number;
  /** How many elements there may be. */
  readonly elements: number;
  /** How many characters the namespaces of the rebuilt elements may have. */
  readonly namespaces: number;
}

/** Reads elements of type E, which some parser made, with children of type C. */
export interface Reader<E extends Source<C>, C> {
  /** Returns an element's attributes, with the namespace declarations. */
  attributesOf(element: E): Readonly<Record<string, string | undefined>>;
  /** Returns a child as a text or an element. @throws RebuildFault for any other or forbidden child */
  read(child: C): string | E;
}

/** An element that some parser made, with children of type C. */
export interface Source<C> {
  readonly name: string;
  readonly children: readonly C[];
}

/** The namespaces of stanzas on streams of clients and components. Stanzas' own elements are written without xmlns. */
const STANZA_NAMESPACES: ReadonlySet<string> = new Set([NS.client, NS.accept]);

/** Returns the namespace to write in a stanza: "" for the namespaces of stanzas, others unchanged. */
export function inStanza(namespace: string): string {
  return namespace === "" || STANZA_NAMESPACES.has(namespace) ? "" : namespace;
}

interface Around {
  /** The declarations outside the element. */
  readonly scope: Scope;
  /** The parent's namespace, as inStanza() returns it. */
  readonly ns: string;
  /** 1 for the outermost element. */
  readonly depth: number;
}

/** Rebuilds elements of type E. The limits apply to all these elements together. */
export class Rebuilder<E extends Source<C>, C> {
  #elements = 0;
  #namespaces = 0;

  constructor(
    private readonly reader: Reader<E, C>,
    private readonly limits: RebuildLimits,
  ) {}

  /** Rebuilds an element. @param scope the declarations around it @throws RebuildFault or NamespaceFault */
  rebuild(element: E, scope: Scope): Element {
    return this.#rebuild(element, { scope, ns: "", depth: 1 });
  }

  #rebuild(source: E, around: Around): Element {
    const { elements, depth } = this.limits;
    if (++this.#elements > elements) throw new RebuildFault(`more than ${elements} elements`);
    if (around.depth > depth) throw new RebuildFault(tooDeep(depth));
    if (!isName(source.name))
      throw new RebuildFault(`the element's name ${quoted(source.name)} is too unusual`);
    const attributes = this.reader.attributesOf(source);
    const scope = around.scope.within(attributes);
    const { prefix, local } = qname(source.name);
    // The namespace of the prefix xml can't be written as an xmlns attribute (Namespaces in XML 1.0 §3).
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

  /** Adds an element's attributes to `attrs`, without unneeded namespace declarations. */
  #addAttributes(
    attributes: Readonly<Record<string, string | undefined>>,
    scope: Scope,
    attrs: Record<string, string>,
  ): void {
    const foreign = new ExpandedNames();
    for (const name in attributes) {
      const value = attributes[name];
      if (value === undefined) continue;
      if (!isName(name)) throw new RebuildFault(`the attribute's name ${quoted(name)} is too unusual`);
      const { prefix, local } = qname(name);
      if (prefix === "xmlns" || name === "xmlns") continue;
      if (prefix !== "") {
        const namespace = scope.namespaceOf(prefix);
        if (inStanza(namespace) === "")
          throw new RebuildFault(`the attribute ${quoted(name)} has a prefix for the stanza's own namespace`);
        if (!foreign.add(namespace, local)) throw new RebuildFault(`duplicate attribute: ${quoted(name)}`);
        // eslint-disable-next-line own/no-prototype-lookup -- No inherited name contains a colon.
        if (prefix !== "xml") attrs[`xmlns:${prefix}`] ??= this.#written(namespace);
      }
      // eslint-disable-next-line own/no-prototype-lookup -- A text assigned to __proto__ has no effect.
      attrs[name] = value;
    }
  }

  /** Counts a namespace, and returns it. @throws RebuildFault if the namespaces are too long in total */
  #written(namespace: string): string {
    this.#namespaces += namespace.length;
    if (this.#namespaces > this.limits.namespaces)
      throw new RebuildFault("its namespaces, written out, are too long");
    return namespace;
  }
}

/** Returns the clause for elements that are nested too deep. */
export function tooDeep(depth: number): string {
  return `elements nested deeper than ${depth}`;
}
