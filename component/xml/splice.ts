/**
 * Splicing of serialised stanzas, the only place that assembles stanza text without the builder. A stanza for many
 * receivers is serialised once without `to`; each receiver's address is inserted as the first attribute, or the addresses
 * of many as the first child for a multicast service. A delayed stanza gets its delay before the end tag, and a copy is
 * put into its envelope. spec/component/xml/splice.spec.ts shows that the results equal those of builder and serialiser.
 */
import { NS, type Element } from "./builder.js";
import { quote, serialise } from "./serialise.js";
import { finished, type WireText } from "./wire-text.js";

/** A stanza without `to`, split at the position of the address. */
export interface Addressable {
  readonly head: string;
  readonly tail: string;
}

/** Splits the text of a stanza without `to`. */
export function addressable(stanza: WireText): Addressable {
  const end = nameEnd(stanza);
  return { head: `${stanza.slice(0, end)} to=`, tail: stanza.slice(end) };
}

/** The stanza with this address. */
export function addressed(stanza: Addressable, to: string): WireText {
  return finished(stanza.head + quote(to) + stanza.tail);
}

/**
 * The stanza to a multicast service, that sends it on to each of these without their addresses (XEP-0033 §4: `bcc`).
 * @param receivers quoted, as quote() does it
 */
export function multicast(stanza: Addressable, service: string, receivers: readonly string[]): WireText {
  const { head, tail } = stanza;
  let addresses = `<addresses xmlns=${quote(NS.address)}>`;
  for (const receiver of receivers) addresses += `<address type="bcc" jid=${receiver}/>`;
  addresses += "</addresses>";
  // The serialiser escapes it in attributes, so the first one ends the tag.
  const end = tail.indexOf(">");
  if (tail[end - 1] !== "/")
    return finished(head + quote(service) + tail.slice(0, end + 1) + addresses + tail.slice(end + 1));
  const name = head.slice(1, head.indexOf(" "));
  return finished(`${head}${quote(service)}${tail.slice(0, end - 1)}>${addresses}</${name}>`);
}

/** The separator. The serialiser escapes it, so that no stanza has it; on the stream it is white space. */
const BETWEEN = "\r";

/** Several stanzas as one text. */
export function together(stanzas: readonly WireText[]): WireText {
  return finished(stanzas.join(BETWEEN));
}

/** Splits such a text into its stanzas. */
export function separate(stanzas: WireText): WireText[] {
  return stanzas.split(BETWEEN).map(finished);
}

/** Groups stanzas into batches of at most `most` characters, with at least one stanza each. */
export function* batches(stanzas: Iterable<WireText>, size: number): Iterable<readonly WireText[]> {
  let some: WireText[] = [];
  let length = 0;
  for (const stanza of stanzas) {
    if (some.length > 0 && length + stanza.length > size) {
      yield some;
      some = [];
      length = 0;
    }
    some.push(stanza);
    length += stanza.length;
  }
  if (some.length > 0) yield some;
}

/** The stanza, which has children, with further ones inserted first. */
export function withFirstChildren(stanza: WireText, children: WireText): WireText {
  // The serialiser escapes it in attributes, so the first one ends the tag.
  const end = stanza.indexOf(">") + 1;
  return finished(stanza.slice(0, end) + children + stanza.slice(end));
}

/** The stanza with a child appended. */
export function withLastChild(stanza: WireText, child: Element): WireText {
  const isEmpty = stanza.endsWith("/>") && stanza.lastIndexOf("<") === 0;
  if (isEmpty) {
    const name = stanza.slice(1, nameEnd(stanza));
    return finished(`${stanza.slice(0, -2)}>${serialise(child)}</${name}>`);
  }
  const end = stanza.lastIndexOf("</");
  return finished(stanza.slice(0, end) + serialise(child) + stanza.slice(end));
}

const EMPTY = `<forwarded xmlns="${NS.forward}"/>`;

/** An envelope, split at the positions of its first attributes and of the stanza inside. */
export interface Envelope {
  readonly head: string;
  readonly middle: string;
  readonly tail: string;
}

/** Splits the text of an envelope with an empty <forwarded/> (XEP-0297 §3). */
export function envelope(text: WireText): Envelope {
  const name = nameEnd(text);
  const at = text.indexOf(EMPTY);
  return {
    head: text.slice(0, name),
    middle: `${text.slice(name, at)}${EMPTY.slice(0, -2)}>`,
    tail: `</forwarded>${text.slice(at + EMPTY.length)}`,
  };
}

/** The envelope with these attributes and the stanza in the client namespace. */
export function enveloped(
  { head, middle, tail }: Envelope,
  attributes: Readonly<Record<string, string>>,
  stanza: WireText,
): WireText {
  let start = head;
  for (const name in attributes) start += ` ${name}=${quote(attributes[name] ?? "")}`;
  return finished(start + middle + asClients(stanza) + tail);
}

/** An envelope with the stanza as the last child of its <forwarded/>, which has other children. */
export function forwarding(envelope: WireText, stanza: WireText): WireText {
  // The serialiser escapes it in texts and attributes.
  const end = envelope.lastIndexOf("</forwarded>");
  return finished(envelope.slice(0, end) + asClients(stanza) + envelope.slice(end));
}

/** The stanza in the client namespace. */
function asClients(stanza: WireText): string {
  const end = nameEnd(stanza);
  return `${stanza.slice(0, end)} xmlns="${NS.client}"${stanza.slice(end)}`;
}

const FROM = ' from="';

/** The stanza from its sender's bare address. */
export function fromBare(stanza: WireText): WireText {
  // The serialiser escapes both in attributes: the first ">" ends the tag, and a quoted mark ends the value.
  const at = stanza.indexOf(FROM);
  if (at < 0 || at > stanza.indexOf(">")) return stanza;
  const start = at + FROM.length;
  const end = stanza.indexOf('"', start);
  const slash = stanza.indexOf("/", start);
  if (slash < 0 || slash > end) return stanza;
  return finished(stanza.slice(0, slash) + stanza.slice(end));
}

/** The end of the name in the stanza's start tag. */
function nameEnd(stanza: string): number {
  return /[ />]/.exec(stanza)?.index ?? stanza.length;
}
