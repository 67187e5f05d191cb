/** In which way the outbox writes a stanza; who knows what the server allows is behind this. */
import type { Origin, Way } from "../../storage/outbox-row.js";
import type { StreamEnd } from "../link/stream-end.js";

export interface Ways {
  /** How a stanza of this kind and sender goes now; undefined: not at all. */
  of(kind: Origin["kind"], sender: string): Way | undefined;
  /** Finds out on a new stream what the server allows; `onKnown` is told once, unless the stream ends first. */
  begin(onKnown: () => void): void;
  /** The stream is down. */
  end(closed: StreamEnd): void;
  /** The server forbids what it was told in an envelope for this host. */
  forbidden(host: string): void;
  /** Tells of each change while a stream is up. */
  onChange(listener: () => void): void;
}

/** Everything as it is. */
export const PLAIN: Ways = {
  of: () => "plain",
  begin: (onKnown) => onKnown(),
  end: () => undefined,
  forbidden: () => undefined,
  onChange: () => undefined,
};
