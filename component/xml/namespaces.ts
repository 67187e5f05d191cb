/** Resolves the prefixes of XML names by the declarations in scope (Namespaces in XML 1.0, third edition). */
import { declaresNamespace, isDeclarable, RESERVED } from "./names.js";

/** A violation of the rules of namespaces. The message is a clause, such as "the prefix a is not declared". */
export class NamespaceFault extends Error {}

/** A name split into prefix and local name. */
export interface QName {
  /** "" if the name has no prefix. */
  readonly prefix: string;
  readonly local: string;
}

/** Splits a name into prefix and local name. */
export function qname(name: string): QName {
  const colon = name.indexOf(":");
  return colon < 0
    ? { prefix: "", local: name }
    : { prefix: name.slice(0, colon), local: name.slice(colon + 1) };
}

/** The attributes of an element as pairs of namespace and local name. Each pair may occur only once (§6.3). */
export class ExpandedNames {
  #locals: Map<string, Set<string>> | undefined;

  /** Adds an attribute's name. @returns false if it was already added */
  add(namespace: string, local: string): boolean {
    this.#locals ??= new Map();
    const locals = this.#locals.get(namespace);
    if (locals?.has(local) === true) return false;
    if (locals === undefined) this.#locals.set(namespace, new Set([local]));
    else locals.add(local);
    return true;
  }
}

/** The namespace declarations that apply to an element. The prefix "" stands for the default namespace. */
export class Scope {
  /** The scope outside of all elements. */
  static readonly outermost = new Scope(
    new Map([
      ["", ""],
      ["xml", RESERVED.xml],
    ]),
    undefined,
  );
  /** The element's own declarations. The outer ones aren't copied, because copying many would be slow. */
  readonly #declared: ReadonlyMap<string, string>;
  readonly #around: Scope | undefined;

  private constructor(declared: ReadonlyMap<string, string>, around: Scope | undefined) {
    this.#declared = declared;
    this.#around = around;
  }

  /** Returns the scope of a child element with these attributes. @throws NamespaceFault if a declaration is invalid */
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

  /** Returns the namespace of a prefix. @throws NamespaceFault if the prefix is not declared */
  namespaceOf(prefix: string): string {
    const namespace = this.#declared.get(prefix) ?? this.#around?.namespaceOf(prefix);
    if (namespace === undefined) throw new NamespaceFault(`the prefix ${prefix} is not declared`);
    return namespace;
  }
}

/** Checks a declaration. @throws NamespaceFault if it is invalid */
function checkDeclaration(prefix: string, namespace: string): void {
  if (prefix === "xml" && namespace === RESERVED.xml) return;
  if (prefix === "xml" || prefix === "xmlns") throw new NamespaceFault(`the prefix ${prefix} is reserved`);
  if (!isDeclarable(namespace)) throw new NamespaceFault("a namespace is reserved or holds white space");
  if (prefix !== "" && namespace === "")
    throw new NamespaceFault(`the prefix ${prefix} is declared as nothing`);
}
