/** Describes stanzas on a fake link's wire by their ids. */
import type { DeadLetter } from "../../storage/dead-letters.js";

/** The address of the multicast service. */
export const SERVICE = "multicast.h";
/** The beginning of the ids of messages that are copied to their senders. */
export const COPIED = "copied";
/** Returns the key that stands for the copy of a message. */
export const copyOf = (id: string): string => `copy of ${id}`;

/** A stanza on the wire. */
export interface OnWire {
  /** The id of the privileged message (XEP-0356) that contains the stanza; absent if there is none. */
  readonly privilegedId?: string;
  /** The domain of the sender. */
  readonly host: string;
  /**
   * The keys of the stanza: its id; for a stanza to several receivers, the id with each receiver; for a copy, the
   * result of `copyOf`; for an ack request, the request's id.
   */
  readonly ids: readonly string[];
  readonly isForService: boolean;
  readonly connection: number;
}

/** Returns the keys of all stanzas in a text (see OnWire.ids). */
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
    const privileged = outer === "" || isCopy ? {} : { privilegedId: attribute(outer, "id") };
    const common = { isForService, connection, host, ...privileged };
    if (!/^(?:copied)?many/.test(id)) return { ids: [isCopy ? copyOf(id) : id], ...common };
    const receivers = Array.from((addresses ?? "").matchAll(/<address [^>]*>/g), ([one]) =>
      attribute(one, "jid"),
    );
    const all = isForService ? receivers : [attribute(tag, "to")];
    const keys = all.map((to) => `${id} to ${to}`);
    return { ids: isCopy ? keys.map(copyOf) : keys, ...common };
  });
}

function attribute(tag: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
}

export function isAckRequest(id: string): boolean {
  return id.startsWith("ack-") || id.startsWith("uptime-");
}

/** Returns the keys of a dead letter's stanzas. */
export function keysOfLetter({ stanza, recipients }: DeadLetter): string[] {
  const keys = keysOf(stanza);
  return recipients === undefined
    ? keys
    : recipients.split("\n").map((to) => (keys[0] ?? "").replace(/ to .*/, ` to ${to}`));
}
