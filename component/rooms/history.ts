/** What those who enter are told of what was said before (XEP-0045 §7.2.13–14). */
import { renewed } from "../forging/first-mirror.js";
import type { Element } from "../xml/builder.js";
import { NS, xml } from "../xml/builder.js";
import { addressable, addressed, withLastChild } from "../xml/splice.js";
import type { RoomContext } from "./context.js";
import type { Feature } from "./feature.js";
import { numberField } from "./fields.js";
import type { Room } from "./room.js";
import type { Turn } from "./turn.js";

/** Bounds; what is left out doesn't bind. */
export interface HistoryRequest {
  readonly stanzas?: number | undefined;
  readonly chars?: number | undefined;
  /** Milliseconds since 1970. */
  readonly since?: number | undefined;
}

/** Reads <history/>; values that are none don't bind. */
export function readHistory(element: Element | undefined, now: number): HistoryRequest {
  if (element === undefined) return {};
  const seconds = count(element.attrs.seconds);
  const since = Date.parse(element.attrs.since ?? "");
  const bounds = [seconds === undefined ? NaN : now - seconds * 1000, since].filter(
    (at) => !Number.isNaN(at),
  );
  return {
    stanzas: count(element.attrs.maxstanzas),
    chars: count(element.attrs.maxchars),
    since: bounds.length === 0 ? undefined : Math.max(...bounds),
  };
}

export function sayHistory(
  context: RoomContext,
  turn: Turn,
  room: Room,
  session: string,
  request: HistoryRequest,
): void {
  const { stanzas = Infinity, chars = Infinity, since = 0 } = request;
  const most = Math.min(room.options.history, stanzas);
  if (most === 0 || chars === 0) return;
  context.rooms.settle(room);
  const { archive } = context.rooms.stores;
  const messages = archive.history(room.id, Math.max(0, since) * 1000, most).map(({ id, stanza }) => {
    const stamp = new Date(id / 1000).toISOString();
    const delayed = withLastChild(
      renewed(stanza),
      xml("delay", { xmlns: NS.delay, from: room.jid.text, stamp }),
    );
    return addressed(addressable(delayed), session);
  });
  let left = chars;
  let first = messages.length;
  while (first > 0 && (left -= messages[first - 1]?.length ?? 0) >= 0) first -= 1;
  for (const message of messages.slice(first)) turn.sayText(message);
}

export const history: Feature = {
  fields: ({ max_history }) => [
    numberField("history", "muc#roomconfig_historylength", "Messages of history", 0, max_history),
  ],
};

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
