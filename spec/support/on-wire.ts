/** What is on the wire of a fake link, told by its ids. */
import type { DeadLetter } from "../../storage/dead-letters.js";

/** The multicast service. */
export const SERVICE = "multicast.h";
/** With this begin the ids of messages that are copied. */
export const COPIED = "copied";
/** What stands for the copy of one. */
export const copyOf = (id: string): string => `copy of ${id}`;

/** One stanza on the wire: who gets what. */
export interface OnWire {
  /** The envelope's id, where it lies in one (XEP-0356). */
  readonly envelope?: string;
  /** The host of whoever it is from. */
  readonly host: string;
  /**
   * Ids, with the receiver where one stanza goes to many, of a copy what copyOf() makes of it; of one ack request, or
   * of none.
   */
  readonly ids: readonly string[];
  readonly isForService: boolean;
  readonly connection: number;
}

/** What tells the stanzas of a text apart: their ids, with the receiver where one stanza goes to many. */
export function keysOf(text: string): string[] {
  return stanzasIn(text).flatMap(({ ids }) => ids);
}

export function stanzasIn(text: string, connection = 0): OnWire[] {
  const stanzas =
    /(<message [^>]*><(?:privilege|sent) [^>]*><forwarded [^>]*>)?<(?:message|iq|presence) [^>]*>(<addresses.*?<\/addresses>)?/g;
  return Array.from(text.matchAll(stanzas), ([tags, outer = "", addresses]) => {
    const tag = tags.slice(outer.length);
    const id = attribute(tag, "id");
    const [, host = attribute(tag, "from")] = attribute(tag, "from").split(/[@/]/);
    const isForService = attribute(tag, "to") === SERVICE;
    const isCopy = outer.includes("<sent ");
    const envelope = outer === "" || isCopy ? {} : { envelope: attribute(outer, "id") };
    const common = { isForService, connection, host, ...envelope };
    if (!id.startsWith("many")) return { ids: [isCopy ? copyOf(id) : id], ...common };
    const receivers = Array.from((addresses ?? "").matchAll(/<address [^>]*>/g), ([one]) =>
      attribute(one, "jid"),
    );
    const all = isForService ? receivers : [attribute(tag, "to")];
    return { ids: all.map((to) => `${id} to ${to}`), ...common };
  });
}

function attribute(tag: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
}

export function isAckRequest(id: string): boolean {
  return id.startsWith("ack-") || id.startsWith("uptime-");
}

/** The stanzas of a dead letter. */
export function keysOfLetter({ stanza, recipients }: DeadLetter): string[] {
  const keys = keysOf(stanza);
  return recipients === undefined
    ? keys
    : recipients.split("\n").map((to) => (keys[0] ?? "").replace(/ to .*/, ` to ${to}`));
}
