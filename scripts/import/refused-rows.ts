/** Collects the rows that an import refuses: all in a file, the first ones also for the summary. */
import { closeSync, constants, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { PRIVATE } from "../../storage/private-file.js";
import { inheritedOutput } from "../inherited-files.js";

/** The state of the list, which an interrupted import stores in order to resume. */
export interface Listed {
  /** How many rows were refused. */
  count: number;
  /** How many rows were imported in part. */
  noted: number;
  /** The size of the list's file in bytes. */
  bytes: number;
}

/** Returns the path of the list of an import of `source`. */
export function refusedPath(source: string, { refused }: { readonly refused?: string }): string {
  return refused ?? `${basename(source)}.refused.txt`;
}

/** How many rows the summary shows. */
const SHOWN = 20;

export class RefusedRows {
  readonly #first: string[] = [];
  readonly #inherited: number | undefined;
  readonly #file: number;

  /**
   * @param path the list's file
   * @param listed the state of the list when the import was interrupted
   */
  constructor(
    private readonly path: string,
    readonly listed: Listed = { count: 0, noted: 0, bytes: 0 },
  ) {
    // These flags open the file for writing at a position, without truncating it.
    const flags = constants.O_RDWR | constants.O_CREAT;
    this.#inherited = inheritedOutput(path);
    this.#file = this.#inherited ?? openSync(path, flags, PRIVATE);
    // Deletes the list of an earlier import or, if that import was interrupted, the lines after its last commit.
    ftruncateSync(this.#file, listed.bytes);
  }

  /** Lists a row that is refused. @param where the row's position in the source, such as "host_users, line 17" */
  add(where: string, reason: string): void {
    this.listed.count += 1;
    this.#list(`${where}: ${reason}`);
  }

  /** Lists a row that was imported in part. */
  note(where: string, reason: string): void {
    this.listed.noted += 1;
    this.#list(`${where}: imported ${reason}`);
  }

  /** Returns the lines of the summary; empty if no rows were refused. */
  summary(): string[] {
    const { count, noted } = this.listed;
    if (count + noted === 0) return [];
    const more = count + noted - this.#first.length;
    return [
      noted === 0 ? "Refused:" : `Refused, or imported in part (${noted}):`,
      ...this.#first.map((line) => `  ${line}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
      `All are listed in ${this.path}.`,
    ];
  }

  /** Closes the list, and removes it if it is empty. */
  close(): void {
    if (this.#inherited !== undefined) return;
    closeSync(this.#file);
    if (this.listed.bytes === 0) rmSync(this.path);
  }

  #list(line: string): void {
    if (this.#first.length < SHOWN) this.#first.push(line);
    this.listed.bytes += writeSync(this.#file, `${line}\n`, this.listed.bytes);
  }
}
