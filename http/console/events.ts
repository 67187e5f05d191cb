/**
 * What happens, as it happens: Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html). Who
 * comes is told the last hour, then everybody the same, every five seconds.
 */
import type { ServerResponse } from "node:http";
import { ConsoleFault } from "./fault.js";
import type { Visitor } from "./access.js";

export interface EventStreamsOptions {
  /** Whether they may still see it. */
  readonly isStill: (visitor: Visitor) => boolean;
  /** For tests that can't open a hundred. */
  readonly most?: number;
}

interface Stream {
  readonly response: ServerResponse;
  readonly visitor: Visitor;
}

const MOST = 100;
/** Who doesn't read for so many bytes has gone, or is too slow to be told anything new. */
const MOST_UNREAD = 1024 * 1024;
/** Milliseconds after which a browser comes again. */
const RETRY_MS = 5_000;

export class EventStreams {
  readonly #streams = new Set<Stream>();
  #isClosed = false;

  constructor(private readonly options: EventStreamsOptions) {}

  get size(): number {
    return this.#streams.size;
  }

  /** Where too many are watching, the stream says so and ends. @param first what this one is told at once */
  open(response: ServerResponse, visitor: Visitor, first: string): ConsoleFault | undefined {
    const { most = MOST } = this.options;
    if (this.#isClosed) return new ConsoleFault("unavailable", "the component is stopping");
    response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      // Of nginx, which would hold it back.
      "X-Accel-Buffering": "no",
    });
    if (this.#streams.size >= most) {
      // A browser tells its page no status, and nothing of what a refusal says.
      response.end(endOf("crowd"));
      return undefined;
    }
    const stream = { response, visitor };
    this.#streams.add(stream);
    response.on("close", () => this.#streams.delete(stream));
    response.write(`retry: ${RETRY_MS}\n\n${first}`);
    return undefined;
  }

  /** Tells everybody who still may know. */
  tell(text: string): void {
    for (const stream of this.#streams) {
      if (!this.options.isStill(stream.visitor)) this.#end(stream, "login");
      else if (stream.response.writableLength > MOST_UNREAD) stream.response.destroy();
      else stream.response.write(text);
    }
  }

  /** Takes nobody any more, and sends everybody away. */
  close(): void {
    this.#isClosed = true;
    for (const stream of this.#streams) this.#end(stream, "stopping");
  }

  #end(stream: Stream, reason: EndReason): void {
    this.#streams.delete(stream);
    stream.response.end(endOf(reason));
  }
}

/** One has to log in, the component stops, or there are too many watching. */
type EndReason = "login" | "stopping" | "crowd";

function endOf(reason: EndReason): string {
  return eventOf("end", { reason });
}

/** An event as it is written. */
export function eventOf(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
