/**
 * Streams of Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html) to open consoles: first
 * the last hour's samples, then the same events to all every five seconds.
 */
import type { ServerResponse } from "node:http";
import { ConsoleFault } from "./fault.js";
import type { Visitor } from "./access.js";

export interface EventStreamsOptions {
  /** Whether a visitor still has access. */
  readonly isStill: (visitor: Visitor) => boolean;
  /** For tests: the most streams. */
  readonly most?: number;
}

interface Stream {
  readonly response: ServerResponse;
  readonly visitor: Visitor;
}

const MOST = 100;
/** Unread bytes after which a stream is destroyed: its client has gone or is too slow. */
const MOST_UNREAD = 1024 * 1024;
/** Milliseconds after which a browser reconnects. */
const RETRY_MS = 5_000;

export class EventStreams {
  readonly #streams = new Set<Stream>();
  #isClosed = false;

  constructor(private readonly options: EventStreamsOptions) {}

  get size(): number {
    return this.#streams.size;
  }

  /** Opens a stream, or ends it with the reason `full`. @param first events that are sent at once */
  open(response: ServerResponse, visitor: Visitor, first: string): ConsoleFault | undefined {
    const { most = MOST } = this.options;
    if (this.#isClosed) return new ConsoleFault("unavailable", "the component is stopping");
    response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      // Keeps nginx from buffering.
      "X-Accel-Buffering": "no",
    });
    if (this.#streams.size >= most) {
      // Browsers don't give a refused stream's status or body to the page.
      response.end(endOf("full"));
      return undefined;
    }
    const stream = { response, visitor };
    this.#streams.add(stream);
    response.on("close", () => this.#streams.delete(stream));
    response.write(`retry: ${RETRY_MS}\n\n${first}`);
    return undefined;
  }

  /** Sends events to all visitors who still have access. */
  send(text: string): void {
    for (const stream of this.#streams) {
      if (!this.options.isStill(stream.visitor)) this.#end(stream, "login");
      else if (stream.response.writableLength > MOST_UNREAD) stream.response.destroy();
      else stream.response.write(text);
    }
  }

  /** Ends all streams and refuses new ones. */
  close(): void {
    this.#isClosed = true;
    for (const stream of this.#streams) this.#end(stream, "stopping");
  }

  #end(stream: Stream, reason: EndReason): void {
    this.#streams.delete(stream);
    stream.response.end(endOf(reason));
  }
}

/** Why a stream ends: a login is needed, the component stops, or there are too many streams. */
type EndReason = "login" | "stopping" | "full";

function endOf(reason: EndReason): string {
  return eventOf("end", { reason });
}

/** An event in the stream's format. */
export function eventOf(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
