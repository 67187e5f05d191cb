/** The files of posts that the component serves itself, at addresses that nobody guesses: `/files/ID/NAME`. */
import { randomBytes } from "node:crypto";
import { HookFiles, type ServedFile, type StoredFile } from "../../../storage/hook-files.js";
import type { HookDependencies } from "../dependencies.js";

const DAY_MS = 24 * 3600_000;
const ID_BYTES = 18;

/** Returns the id of a new file, which is the secret part of its address. */
export function newFileId(): string {
  return randomBytes(ID_BYTES).toString("base64url");
}

/** Returns the URL of a file below hooks.url. */
export function urlOfFile(base: string, { id, name }: Pick<StoredFile, "id" | "name">): string {
  return `${base}/files/${id}/${encodeURIComponent(name)}`;
}

export class OwnFiles {
  readonly #store: HookFiles;
  /** The files that are being read now, so that many readers of one file share its bytes. */
  readonly #read = new Map<string, Omit<ServedFile, "bytes"> & { readonly bytes: WeakRef<Buffer> }>();

  constructor(private readonly dependencies: Pick<HookDependencies, "db" | "config" | "metrics">) {
    this.#store = new HookFiles(dependencies.db);
    dependencies.metrics.gaugeOf("qtalk_hook_files_bytes", "Size of the files of posts on disk", () =>
      [this.#store.waitingBytes(), this.#store.servedBytes()].reduce((sum: number, one = 0) => sum + one, 0),
    );
  }

  /** Returns a file; undefined if there is none with this id, or it is too old. */
  find(id: string): ServedFile | undefined {
    const shared = this.#read.get(id);
    const bytes = shared?.bytes.deref();
    if (shared !== undefined && bytes !== undefined) return { ...shared, bytes };
    const file = this.#store.served(id);
    for (const [known, { bytes: read }] of this.#read)
      if (read.deref() === undefined) this.#read.delete(known);
    if (file !== undefined) this.#read.set(id, { ...file, bytes: new WeakRef(file.bytes) });
    return file;
  }

  /** Deletes old files, inside a transaction. @returns whether more may remain */
  prune(now: number): boolean {
    return this.#store.prune(now - this.dependencies.config.files_days * DAY_MS);
  }
}
