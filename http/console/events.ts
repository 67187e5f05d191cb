/**
 * Server-Sent Events for the open pages of the console
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * A stream begins with the samples of the last hour; then all streams get the same events every five seconds.
 */
import type { ServerResponse } from "node:http";
import { ApiFault } from "../admin/fault.js";
import type { Visitor } from "./access.js";

export interface EventStreamsOptions {
  readonly isStill: (visitor: Visitor) => boolean;
  /** The maximum number of open streams; tests lower it. */
  readonly most?: number | undefined;
}

interface Stream {
  readonly response: ServerResponse;
  readonly visitor: Visitor;
}

const MAX_STREAMS = 100;
/** The maximum of a stream's unsent bytes. Beyond it, the client is gone or too slow, and the stream is closed. */
const MAX_UNREAD = 1024 * 1024;
/** The time after which a browser reconnects, in milliseconds. */
const RETRY_MS = 5_000;

export class EventStreams {
  readonly #streams = new Set<Stream>();
  #isClosed = false;

  constructor(private readonly options: EventStreamsOptions) {}

  get size(): number {
    return this.#streams.size;
  }

  /**
   * Opens a stream. If too many streams are open, the new stream ends immediately with the reason `full`.
   * @param first the first events
   * @returns a fault if the component is stopping
   */
  open(response: ServerResponse, visitor: Visitor, first: string): ApiFault | undefined {
    const { most = MAX_STREAMS } = this.options;
    if (this.#isClosed) return new ApiFault("unavailable", "the component is stopping");
    response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      // Keeps nginx from buffering the stream.
      "X-Accel-Buffering": "no",
    });
    if (this.#streams.size >= most) {
      // The reason is an event, because browsers hide the status and body of a refused stream from the page.
      response.end(endOf("full"));
      return undefined;
    }
    const stream = { response, visitor };
    this.#streams.add(stream);
    response.on("close", () => this.#streams.delete(stream));
    response.write(`retry: ${RETRY_MS}\n\n${first}`);
    return undefined;
  }

  /** Sends events to all visitors who still have access, and ends the streams of others. */
  send(text: string): void {
    for (const stream of this.#streams) {
      if (!this.options.isStill(stream.visitor)) this.#end(stream, "login");
      else if (stream.response.writableLength > MAX_UNREAD) stream.response.destroy();
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

/** Why a stream ends: the visitor must log in again, the component stops, or too many streams are open. */
type EndReason = "login" | "stopping" | "full";

function endOf(reason: EndReason): string {
  return eventOf("end", { reason });
}

export function eventOf(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
