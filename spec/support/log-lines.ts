/** A logger that keeps its lines for tests. */
import { Writable } from "node:stream";
import { createLogger, format, type Logger } from "winston";

export interface LogLine {
  readonly level: string;
  readonly message: string;
  /** The id of the request that the line is about. */
  readonly request?: string;
}

export class LogLines {
  readonly lines: LogLine[] = [];
  readonly logger: Logger;

  constructor() {
    const collect = format(({ level, message, request }) => {
      const about = typeof request === "string" ? { request } : {};
      this.lines.push({ level, message: String(message), ...about });
      return false;
    });
    this.logger = createLogger({ level: "debug", format: collect() });
    // winston requires a destination, though no lines reach it.
    this.logger.pipe(new Writable({ objectMode: true, write: (_line, _encoding, done) => done() }));
  }

  /** Returns the messages that contain a text. @param level only messages of this level; of any level by default */
  about(words: string, level?: string): string[] {
    return this.lines
      .filter((line) => line.message.includes(words) && (level === undefined || line.level === level))
      .map((line) => line.message);
  }
}
