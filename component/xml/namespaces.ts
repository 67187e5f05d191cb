/** Namespaces in XML 1.0 (third edition): which namespace a name belongs to, by the declarations around it. */
import { isNamespace } from "./names.js";

const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";

/** A name that breaks the rules of namespaces: a clause. */
export class NamespaceFault extends Error {}

/** A name taken apart. */
export interface QName {
  /** "" where it has none. */
  readonly prefix: string;
  readonly local: string;
}

export function qname(name: string): QName {
  const colon = name.indexOf(":");
  return colon < 0
    ? { prefix: "", local: name }
    : { prefix: name.slice(0, colon), local: name.slice(colon + 1) };
}

/** The declarations that are in force at one place; the prefix "" stands for the default namespace. */
export class Scope {
  static readonly outermost = new Scope(
    new Map([
      ["", ""],
      ["xml", XML],
    ]),
    undefined,
  );
  /** This element's own; copying those around it, too, would take an age where very many are declared. */
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
  within(attributes: Readonly<Record<string, string>>): Scope {
    let inner: Map<string, string> | undefined;
    for (const name in attributes) {
      if (!name.startsWith("xmlns")) continue;
      const { prefix, local } = qname(name);
      if (prefix !== "xmlns" && name !== "xmlns") continue;
      const declared = prefix === "" ? "" : local;
      const namespace = attributes[name] ?? "";
      checkDeclaration(declared, namespace);
      inner ??= new Map();
      inner.set(declared, namespace);
    }
    return inner === undefined ? this : new Scope(inner, this);
  }

  /** @throws NamespaceFault where the prefix was not declared */
  namespaceOf(prefix: string): string {
    const namespace = this.#declared.get(prefix) ?? this.#around?.namespaceOf(prefix);
    if (namespace === undefined) throw new NamespaceFault(`the prefix ${prefix} is not declared`);
    return namespace;
  }
}

function checkDeclaration(prefix: string, namespace: string): void {
  if (!isNamespace(namespace)) throw new NamespaceFault("a namespace holds white space");
  const isReserved = prefix === "xmlns" || namespace === XMLNS || (prefix === "xml") !== (namespace === XML);
  if (isReserved) throw new NamespaceFault("the prefixes xml and xmlns and their namespaces are reserved");
  if (prefix !== "" && namespace === "")
    throw new NamespaceFault(`the prefix ${prefix} is declared as nothing`);
}
