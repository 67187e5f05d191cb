/** What an import couldn't take: all of it listed in a file, the beginning shown on the screen. */
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";

export interface RefusedRow {
  /** Where it stands: "people.csv, line 17". */
  readonly where: string;
  /** What is wrong with it, in words. */
  readonly reason: string;
}

const SHOWN = 20;

export class RefusedRows {
  readonly #path: string;
  readonly #first: string[] = [];
  #file: number | undefined;
  #count: number;
  #bytes: number;

  /**
   * @param path the list's file, made with the first row
   * @param continues how many rows, and how many bytes of the file, an interrupted import had listed
   */
  constructor(path: string, continues?: { readonly count: number; readonly bytes: number }) {
    this.#path = path;
    this.#count = continues?.count ?? 0;
    this.#bytes = continues?.bytes ?? 0;
  }

  get count(): number {
    return this.#count;
  }

  /** How long the list's file is, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  add({ where, reason }: RefusedRow): void {
    const line = `${where}: ${reason}`;
    if (this.#first.length < SHOWN) this.#first.push(line);
    this.#count += 1;
    this.#bytes += writeSync(this.#open(), `${line}\n`, this.#bytes);
  }

  /** Lines for the summary. */
  summary(): string[] {
    if (this.#count === 0) return [];
    const more = this.#count - this.#first.length;
    return [
      "Refused:",
      ...this.#first.map((line) => `  ${line}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
      `All of them are listed in ${this.#path}.`,
    ];
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    if (this.#file !== undefined) return this.#file;
    this.#file = openSync(this.#path, this.#bytes === 0 ? "w" : "a+");
    // What was listed after the last commit is read, and listed, again.
    ftruncateSync(this.#file, this.#bytes);
    return this.#file;
  }
}
