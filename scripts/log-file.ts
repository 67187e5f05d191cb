/**
 * The log's file. When it is full, it becomes NAME1.log, the file that had this name NAME2.log, and so on. It can be opened
 * anew, and its limits changed, whatever it is doing: what it was given before is written first, each line once.
 */
import { open, rename, type FileHandle } from "node:fs/promises";
import { join, parse } from "node:path";
import { Writable } from "node:stream";
import { PRIVATE } from "../storage/private-file.js";
import { counted } from "../component/wording.js";

export interface LogFileOptions {
  readonly file: string;
  /** The size from which the file is full, in bytes. */
  readonly maxBytes: number;
  /** How many old files are kept. */
  readonly files: number;
}

/** How many bytes may wait for the disk; lines beyond are dropped. */
const MAX_WAITING = 8 * 1024 ** 2;

export class LogFile extends Writable {
  #handle: FileHandle | undefined;
  /** The bytes of the open file, with those of the lines that are about to be written to it. */
  #size = 0;
  /** Whether the file is to be opened anew before the next line. */
  #isOld = false;
  #dropped = 0;
  #isFailing = false;

  constructor(private options: LogFileOptions) {
    super({ decodeStrings: false, highWaterMark: MAX_WAITING });
  }

  /** Writes what is logged from now on to another file, or to a new one of the same name. */
  reopen(options: LogFileOptions): void {
    this.options = options;
    this.#isOld = true;
  }

  /** Writes a line, which ends with "\n". A line that finds no place in memory is dropped, and counted. */
  line(text: string): void {
    if (this.writableLength > MAX_WAITING) {
      this.#dropped += 1;
      return;
    }
    if (this.#dropped > 0) {
      const time = new Date().toISOString();
      const message = `${counted(this.#dropped, "line")} of the log could not be written in time`;
      this.write(`${JSON.stringify({ level: "error", message, timestamp: time })}\n`);
      this.#dropped = 0;
    }
    this.write(text);
  }

  override _write(text: unknown, _encoding: string, done: () => void): void {
    this.#append([String(text)]).then(done, done);
  }

  override _writev(chunks: readonly { readonly chunk: unknown }[], done: () => void): void {
    this.#append(chunks.map(({ chunk }) => String(chunk))).then(done, done);
  }

  override _final(done: () => void): void {
    this.#close().then(done, done);
  }

  /** Appends lines. Never rejects: a full disk must not stop the component, so lines that can't be written are lost. */
  async #append(lines: readonly string[]): Promise<void> {
    try {
      let part = "";
      for (const line of lines) {
        if (this.#isOld || this.#handle === undefined || this.#size >= this.options.maxBytes) {
          await this.#handle?.appendFile(part);
          part = "";
          await this.#provide();
        }
        part += line;
        this.#size += Buffer.byteLength(line);
      }
      await this.#handle?.appendFile(part);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) process.stderr.write(`Writing the log file failed: ${String(error)}\n`);
      this.#isFailing = true;
      await this.#close();
    }
  }

  /** Opens the file if it isn't open, and moves it aside if it is full. */
  async #provide(): Promise<void> {
    if (this.#isOld) await this.#close();
    this.#isOld = false;
    await this.#open();
    if (this.#size < this.options.maxBytes) return;
    await this.#close();
    await this.#moveAside();
    await this.#open();
  }

  async #open(): Promise<void> {
    if (this.#handle !== undefined) return;
    this.#handle = await open(this.options.file, "a", PRIVATE);
    this.#size = (await this.#handle.stat()).size;
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => undefined);
  }

  async #moveAside(): Promise<void> {
    const { file, files } = this.options;
    const { dir, name, ext } = parse(file);
    const old = (index: number): string => (index === 0 ? file : join(dir, `${name}${index}${ext}`));
    for (let index = files; index > 0; index -= 1)
      await rename(old(index - 1), old(index)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      });
  }
}
