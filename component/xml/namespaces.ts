/** Namespaces in XML 1.0 (third edition): resolves names by the declarations in scope. */
import { declaresNamespace, isDeclarable, RESERVED } from "./names.js";

/** The reason why a name breaks the rules of namespaces, as a clause. */
export class NamespaceFault extends Error {}

/** A name split into prefix and local name. */
export interface QName {
  /** "" if there is none. */
  readonly prefix: string;
  readonly local: string;
}

export function qname(name: string): QName {
  const colon = name.indexOf(":");
  return colon < 0
    ? { prefix: "", local: name }
    : { prefix: name.slice(0, colon), local: name.slice(colon + 1) };
}

/** The expanded names of an element's attributes, which must be unique (§6.3). */
export class ExpandedNames {
  /** Local names by namespace. */
  #locals: Map<string, Set<string>> | undefined;

  /** @returns false if the name occurred before */
  add(namespace: string, local: string): boolean {
    this.#locals ??= new Map();
    const locals = this.#locals.get(namespace);
    if (locals?.has(local) === true) return false;
    if (locals === undefined) this.#locals.set(namespace, new Set([local]));
    else locals.add(local);
    return true;
  }
}

/** The declarations in scope at a position; the prefix "" is the default namespace. */
export class Scope {
  static readonly outermost = new Scope(
    new Map([
      ["", ""],
      ["xml", RESERVED.xml],
    ]),
    undefined,
  );
  /** The element's own declarations; copying the outer ones, too, would be slow if there are many. */
  readonly #declared: ReadonlyMap<string, string>;
  readonly #around: Scope | undefined;

  private constructor(declared: ReadonlyMap<string, string>, around: Scope | undefined) {
    this.#declared = declared;
    this.#around = around;
  }

  /**
   * The scope of an element with these attributes.
   * @throws NamespaceFault
   */
  within(attributes: Readonly<Record<string, string | undefined>>): Scope {
    let inner: Map<string, string> | undefined;
    for (const name in attributes) {
      const namespace = attributes[name];
      if (namespace === undefined || !declaresNamespace(name)) continue;
      const declared = name === "xmlns" ? "" : qname(name).local;
      checkDeclaration(declared, namespace);
      inner ??= new Map();
      inner.set(declared, namespace);
    }
    return inner === undefined ? this : new Scope(inner, this);
  }

  /** @throws NamespaceFault if the prefix is not declared */
  namespaceOf(prefix: string): string {
    const namespace = this.#declared.get(prefix) ?? this.#around?.namespaceOf(prefix);
    if (namespace === undefined) throw new NamespaceFault(`the prefix ${prefix} is not declared`);
    return namespace;
  }
}

function checkDeclaration(prefix: string, namespace: string): void {
  if (prefix === "xml" && namespace === RESERVED.xml) return;
  if (prefix === "xml" || prefix === "xmlns") throw new NamespaceFault(`the prefix ${prefix} is reserved`);
  if (!isDeclarable(namespace)) throw new NamespaceFault("a namespace is reserved or holds white space");
  if (prefix !== "" && namespace === "")
    throw new NamespaceFault(`the prefix ${prefix} is declared as nothing`);
}
