/** Collects the rows that an import refuses: all in a file, the first ones also for the summary. */
import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from "node:fs";
import { basename, resolve } from "node:path";
import { PRIVATE } from "../../storage/private-file.js";
import { ExitCode, Failure } from "../failure.js";
import { inheritedOutput, refuseFolder } from "../inherited-files.js";

/** Returns the path of the list of an import of `source`. */
export function refusedPath(source: string, { refused }: { readonly refused?: string }): string {
  return refused ?? `${basename(source)}.refused.txt`;
}

/** How many rows the summary shows. */
const SHOWN = 20;

export class RefusedRows {
  /** How many rows were refused. */
  count = 0;
  /** How many rows were imported in part. */
  #noted = 0;
  /** The size of the list's file in bytes. */
  #bytes = 0;
  readonly #first: string[] = [];
  readonly #inherited: number | undefined;
  readonly #file: number;

  /** @param path the list's file; an earlier list is deleted. @throws Failure if it can't be written */
  constructor(private readonly path: string) {
    this.#inherited = inheritedOutput(path);
    if (this.#inherited === undefined) refuseFolder(path);
    this.#file = this.#inherited ?? openList(path);
    ftruncateSync(this.#file);
  }

  /** Lists a row that is refused. @param where the row's position in the source, such as "host_users, line 17" */
  add(where: string, reason: string): void {
    this.count += 1;
    this.#list(`${where}: ${reason}`);
  }

  /** Lists a row that was imported in part. */
  note(where: string, reason: string): void {
    this.#noted += 1;
    this.#list(`${where}: imported ${reason}`);
  }

  summary(): string[] {
    const all = this.count + this.#noted;
    if (all === 0) return [];
    const more = all - this.#first.length;
    return [
      this.#noted === 0 ? "Refused:" : `Refused, or imported in part (${this.#noted}):`,
      ...this.#first.map((line) => `  ${line}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
      `All are listed in ${this.path}.`,
    ];
  }

  /** Closes the list, and removes it if it is empty. */
  close(): void {
    if (this.#inherited !== undefined) return;
    closeSync(this.#file);
    if (this.#bytes === 0) rmSync(this.path);
  }

  #list(line: string): void {
    if (this.#first.length < SHOWN) this.#first.push(line);
    this.#bytes += writeSync(this.#file, `${line}\n`, this.#bytes);
  }
}

function openList(path: string): number {
  try {
    return openSync(path, "w", PRIVATE);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const message = `The list of refused rows, ${resolve(path)}, can't be written (${code}): choose another file with --refused.`;
    throw new Failure(message, ExitCode.cantCreate, { cause: error });
  }
}
