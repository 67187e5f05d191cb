/** A logger whose lines a test can read. */
import { Writable } from "node:stream";
import { createLogger, format, type Logger } from "winston";

export interface LogLine {
  readonly level: string;
  readonly message: string;
  /** The request that it is about. */
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
    // Nothing gets there, but a logger that leads nowhere complains.
    this.logger.pipe(new Writable({ objectMode: true, write: (_line, _encoding, done) => done() }));
  }

  /** The messages that hold these words, of this level where one is given. */
  about(words: string, level?: string): string[] {
    return this.lines
      .filter((line) => line.message.includes(words) && (level === undefined || line.level === level))
      .map((line) => line.message);
  }
}
