/**
 * Splicing into finished stanzas: the one place where stanza text is put together without the builder. A stanza
 * for many receivers is serialised once without its `to`, and each receiver's address is put in as the first
 * attribute; a late one gets its delay before the end tag. spec/component/xml/splice.spec.ts shows that both equal
 * what the builder and the serialiser would have written.
 */
import type { Element } from "./builder.js";
import { quote, serialise } from "./serialise.js";

/** A stanza without `to`, cut where the address goes. */
export interface Addressable {
  readonly head: string;
  readonly tail: string;
}

/** Cuts the text of a stanza that has no `to`. */
export function addressable(stanza: string): Addressable {
  const end = /[ />]/.exec(stanza)?.index ?? stanza.length;
  return { head: `${stanza.slice(0, end)} to=`, tail: stanza.slice(end) };
}

/** The stanza to this address. */
export function addressed(stanza: Addressable, to: string): string {
  return stanza.head + quote(to) + stanza.tail;
}

/** The stanza with one more child at its end. */
export function withLastChild(stanza: string, child: Element): string {
  const isEmpty = stanza.endsWith("/>") && stanza.lastIndexOf("<") === 0;
  if (isEmpty) return `${stanza.slice(0, -2)}>${serialise(child)}</${/^<([^ />]+)/.exec(stanza)?.[1] ?? ""}>`;
  const end = stanza.lastIndexOf("</");
  return stanza.slice(0, end) + serialise(child) + stanza.slice(end);
}
