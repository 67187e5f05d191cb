/** What an import couldn't take: all of it listed in a file, the beginning shown on the screen. */
import { closeSync, constants, existsSync, openSync, rmSync, truncateSync, writeSync } from "node:fs";
import { PRIVATE } from "../../storage/private-file.js";
import { asFolderOwner } from "../folder-owner.js";

export interface RefusedRow {
  /** Where it stands: "people.csv, line 17". */
  readonly where: string;
  /** What is wrong with it, in words. */
  readonly reason: string;
}

/** How much is listed. */
export interface Listed {
  /** Rows refused. */
  readonly count: number;
  /** Rows of which something is missing. */
  readonly noted: number;
  /** The length of the list's file. */
  readonly bytes: number;
}

const SHOWN = 20;

export class RefusedRows {
  readonly #first: string[] = [];
  #file: number | undefined;
  #count: number;
  #noted: number;
  #bytes: number;

  /**
   * @param path the list's file, made with the first row
   * @param continues what an interrupted import had listed
   */
  constructor(
    private readonly path: string,
    continues?: Listed,
  ) {
    this.#count = continues?.count ?? 0;
    this.#noted = continues?.noted ?? 0;
    this.#bytes = continues?.bytes ?? 0;
    asFolderOwner(path, () => this.#discardRest());
  }

  get count(): number {
    return this.#count;
  }

  get listed(): Listed {
    return { count: this.#count, noted: this.#noted, bytes: this.#bytes };
  }

  add({ where, reason }: RefusedRow): void {
    this.#count += 1;
    this.#list(`${where}: ${reason}`);
  }

  /** Lists a row that was taken, but not all of it. */
  note({ where, reason }: RefusedRow): void {
    this.#noted += 1;
    this.#list(`${where}: taken, but ${reason}`);
  }

  /** Lines for the summary. */
  summary(): string[] {
    const all = this.#count + this.#noted;
    if (all === 0) return [];
    const more = all - this.#first.length;
    return [
      this.#noted === 0 ? "Refused:" : `Refused, or taken in part (${this.#noted}):`,
      ...this.#first.map((line) => `  ${line}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
      `All of them are listed in ${this.path}.`,
    ];
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** A list of an earlier import goes; what was listed after the last commit is read, and listed, again. */
  #discardRest(): void {
    if (this.#bytes === 0) rmSync(this.path, { force: true });
    else if (existsSync(this.path)) truncateSync(this.path, this.#bytes);
  }

  #list(line: string): void {
    if (this.#first.length < SHOWN) this.#first.push(line);
    this.#bytes += writeSync(this.#open(), `${line}\n`, this.#bytes);
  }

  #open(): number {
    if (this.#file !== undefined) return this.#file;
    // For writing at a place, without emptying it first.
    const flags = constants.O_RDWR | constants.O_CREAT;
    return (this.#file = asFolderOwner(this.path, () => openSync(this.path, flags, PRIVATE)));
  }
}
