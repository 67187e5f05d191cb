/** Collects the rows that an import refuses: all in a file, the first ones also for the summary. */
import { closeSync, constants, existsSync, openSync, rmSync, truncateSync, writeSync } from "node:fs";
import { PRIVATE } from "../../storage/private-file.js";
import { asFolderOwner } from "../folder-owner.js";

export interface RefusedRow {
  /** The row's place in the source, such as "host_users, line 17". */
  readonly where: string;
  readonly reason: string;
}

/** The state of the list, which an interrupted import stores in order to resume. */
export interface Listed {
  /** Refused rows. */
  readonly count: number;
  /** Rows imported in part. */
  readonly noted: number;
  /** The size of the list's file in bytes. */
  readonly bytes: number;
}

/** How many rows the summary shows. */
const SHOWN = 20;

export class RefusedRows {
  readonly #first: string[] = [];
  #file: number | undefined;
  #count: number;
  #noted: number;
  #bytes: number;

  /**
   * @param path the list's file, which is created when the first row is refused
   * @param continues the state of the list when the import was interrupted
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

  /** Lists a row that was imported in part. */
  note({ where, reason }: RefusedRow): void {
    this.#noted += 1;
    this.#list(`${where}: imported ${reason}`);
  }

  /** Returns the lines of the summary; empty if no rows were refused. */
  summary(): string[] {
    const all = this.#count + this.#noted;
    if (all === 0) return [];
    const more = all - this.#first.length;
    return [
      this.#noted === 0 ? "Refused:" : `Refused, or imported in part (${this.#noted}):`,
      ...this.#first.map((line) => `  ${line}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
      `All are listed in ${this.path}.`,
    ];
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** Deletes the list of an earlier import; if that was interrupted, only what follows its last commit. */
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
    // These flags open the file for writing at a position, without truncating it.
    const flags = constants.O_RDWR | constants.O_CREAT;
    return (this.#file = asFolderOwner(this.path, () => openSync(this.path, flags, PRIVATE)));
  }
}
