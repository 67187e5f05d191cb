/**
 * Inserts text into serialised stanzas without the builder, so that a stanza for many receivers is serialised once, and
 * stored ones aren't parsed; no other file does. The spec checks that builder and serialiser produce the same text.
 */
import { NS, type Element } from "./builder.js";
import { quote, serialise } from "./serialise.js";
import { finished, type WireText } from "./wire-text.js";

/** A stanza without `to`, split where the receiver's address is inserted. */
export interface Addressable {
  readonly head: string;
  readonly tail: string;
}

/** Splits a stanza without `to` for addressed(). */
export function addressable(stanza: WireText): Addressable {
  const end = nameEnd(stanza);
  return { head: `${stanza.slice(0, end)} to=`, tail: stanza.slice(end) };
}

/** Returns a stanza with the receiver's address inserted as `to`. */
export function addressed(stanza: Addressable, to: string): WireText {
  return finished(stanza.head + quote(to) + stanza.tail);
}

/**
 * Returns a stanza for a multicast service, which sends it to each receiver as a blind copy (XEP-0033 §4: `bcc`).
 * @param receivers their addresses, escaped and in quotes (quote() in serialise.ts)
 */
export function multicastStanza(
  stanza: Addressable,
  service: string,
  receivers: readonly string[],
): WireText {
  const { head, tail } = stanza;
  let addresses = `<addresses xmlns=${quote(NS.address)}>`;
  for (const receiver of receivers) addresses += `<address type="bcc" jid=${receiver}/>`;
  addresses += "</addresses>";
  // The serialiser escapes ">" in attributes, so the first ">" ends the start tag.
  const end = tail.indexOf(">");
  if (tail[end - 1] !== "/")
    return finished(head + quote(service) + tail.slice(0, end + 1) + addresses + tail.slice(end + 1));
  const name = head.slice(1, head.indexOf(" "));
  return finished(`${head}${quote(service)}${tail.slice(0, end - 1)}>${addresses}</${name}>`);
}

/** Splits a text, such as a row of the outbox, into its stanzas; from a fault on, the rest is one part. */
export function separate(text: WireText): WireText[] {
  const stanzas: WireText[] = [];
  let depth = 0;
  let start = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    if (depth === 0) start = at;
    const end = text.indexOf(">", at);
    if (end < 0) break;
    if (text[at + 1] === "/") depth -= 1;
    else if (text[end - 1] !== "/") depth += 1;
    at = end + 1;
    if (depth > 0) continue;
    if (depth < 0) break;
    stanzas.push(finished(text.slice(start, at)));
    start = at;
  }
  const rest = text.slice(start).trim();
  return rest === "" ? stanzas : [...stanzas, finished(rest)];
}

/** Groups stanzas into batches of at most `size` characters. A longer stanza is a batch of its own. */
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

/** Inserts children before the other children of a stanza. The stanza must have at least one child. */
export function withFirstChildren(stanza: WireText, children: WireText): WireText {
  // The serialiser escapes ">" in attributes, so the first ">" ends the start tag.
  const end = stanza.indexOf(">") + 1;
  return finished(stanza.slice(0, end) + children + stanza.slice(end));
}

/** Appends a child to a stanza. */
export function withLastChild(stanza: WireText, child: Element): WireText {
  const isEmpty = stanza.endsWith("/>") && stanza.lastIndexOf("<") === 0;
  if (isEmpty) {
    const name = stanza.slice(1, nameEnd(stanza));
    return finished(`${stanza.slice(0, -2)}>${serialise(child)}</${name}>`);
  }
  const end = stanza.lastIndexOf("</");
  return finished(stanza.slice(0, end) + serialise(child) + stanza.slice(end));
}

/** The empty element of an envelope, into which the stanza is inserted. */
const EMPTY = `<forwarded xmlns="${NS.forward}"/>`;

/** A stanza that forwards another one, split where attributes and the forwarded stanza are inserted. */
export interface Envelope {
  readonly head: string;
  readonly middle: string;
  readonly tail: string;
}

/** Splits an envelope that contains an empty <forwarded/> (XEP-0297 §3). */
export function envelope(text: WireText): Envelope {
  const name = nameEnd(text);
  const at = text.indexOf(EMPTY);
  return {
    head: text.slice(0, name),
    middle: `${text.slice(name, at)}${EMPTY.slice(0, -2)}>`,
    tail: `</forwarded>${text.slice(at + EMPTY.length)}`,
  };
}

/** Returns an envelope with the attributes and the forwarded stanza inserted. */
export function enveloped(
  { head, middle, tail }: Envelope,
  attributes: Readonly<Record<string, string>>,
  stanza: WireText,
): WireText {
  let start = head;
  for (const name in attributes) start += ` ${name}=${quote(attributes[name] ?? "")}`;
  return finished(start + middle + asClients(stanza) + tail);
}

/** Appends a stanza to the <forwarded/> of an envelope. The <forwarded/> must have other children, such as a delay. */
export function forwarding(envelope: WireText, stanza: WireText): WireText {
  // The serialiser escapes "<" in texts and attributes, so this is the end tag.
  const end = envelope.lastIndexOf("</forwarded>");
  return finished(envelope.slice(0, end) + asClients(stanza) + envelope.slice(end));
}

function asClients(stanza: WireText): string {
  const end = nameEnd(stanza);
  return `${stanza.slice(0, end)} xmlns="${NS.client}"${stanza.slice(end)}`;
}

const FROM = ' from="';

/** Removes the resource from the `from` of a stanza. */
export function fromBare(stanza: WireText): WireText {
  // The serialiser escapes ">" and quotes in attributes: the first ">" ends the start tag, and a quote ends the value.
  const at = stanza.indexOf(FROM);
  if (at < 0 || at > stanza.indexOf(">")) return stanza;
  const start = at + FROM.length;
  const end = stanza.indexOf('"', start);
  const slash = stanza.indexOf("/", start);
  if (slash < 0 || slash > end) return stanza;
  return finished(stanza.slice(0, slash) + stanza.slice(end));
}

function nameEnd(stanza: string): number {
  return /[ />]/.exec(stanza)?.index ?? stanza.length;
}
