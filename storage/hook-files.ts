/** Stores posts with files until their messages are sent, and the files that the component serves. */
import { endWork } from "./accepted-work.js";
import { Store } from "./sql.js";

/** A row of the table `hook_posts`. */
export interface StoredPost {
  readonly id: string;
  readonly hook: string;
  readonly acceptedAt: number;
  readonly request: string;
  readonly content: string;
}

/** A file, without its bytes. */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** The URL from which it is fetched; undefined: it came with the post. */
  readonly source: string | undefined;
  readonly size: number;
}

/** A file that is served. */
export type ServedFile = Pick<StoredFile, "name" | "type"> & { readonly bytes: Buffer };

/** How many files are served at most. */
const MAX_FILES = 10_000;
/** How many old files are deleted at a time. */
const MAX_PRUNED = 16;

export class HookFiles extends Store {
  /** Stores a post with its files, inside a transaction. */
  add(post: StoredPost, files: readonly (StoredFile & { readonly bytes: Buffer })[]): void {
    this.sql.insert("hook_posts", post);
    for (const { bytes, ...file } of files)
      this.sql.insert("hook_files", { ...file, post: post.id, keptAt: post.acceptedAt, bytes });
  }

  /** Returns the posts that wait, in the order in which they were accepted. */
  readonly waiting = this.sql.rows<StoredPost, []>("SELECT * FROM hook_posts ORDER BY accepted_at, id").all;
  /** Returns the ids of a hook's waiting posts. */
  readonly waitingOf = this.sql.values<string, [hook: string]>(
    "SELECT id FROM hook_posts WHERE hook = ? ORDER BY accepted_at, id",
  ).all;
  /** How many bytes the files of waiting posts have. */
  readonly waitingBytes = this.sql.values<number, []>(
    "SELECT total(size) FROM hook_files WHERE post IS NOT NULL",
  ).get;
  readonly waitingCount = this.sql.from<[]>("hook_posts").count;
  /** How many bytes the files have that are served. */
  readonly servedBytes = this.sql.values<number, []>("SELECT total(size) FROM hook_files WHERE post IS NULL")
    .get;

  readonly filesOf = this.sql.rows<StoredFile, [post: string]>(
    "SELECT id, name, type, source, size FROM hook_files WHERE post = ? ORDER BY rowid",
  ).all;
  readonly bytesOf = this.sql.values<Buffer, [id: string]>("SELECT bytes FROM hook_files WHERE id = ?").get;

  /** Removes a post whose messages are sent or refused, with its files, inside a transaction. */
  readonly remove = endWork<[id: string]>(this.sql, "post said", "WHERE id = ?").run;

  /** Serves a file of a waiting post from now on, inside a transaction. @param fetched what was fetched for it */
  serve(id: string, at: number, fetched?: { readonly type: string; readonly bytes: Buffer }): void {
    const more = fetched === undefined ? {} : { ...fetched, size: fetched.bytes.length };
    this.sql.update("hook_files", { id }, { post: undefined, keptAt: at, ...more });
  }

  /** Returns a file that is served; undefined if there is none with this id. */
  readonly served = this.sql.rows<ServedFile, [id: string]>(
    "SELECT name, type, bytes FROM hook_files WHERE id = ? AND post IS NULL",
  ).get;

  /** Deletes some of the files that are served since before `keptFrom`. @returns whether more may remain */
  prune(keptFrom: number): boolean {
    const sql = `DELETE FROM hook_files WHERE rowid IN
      (SELECT rowid FROM hook_files WHERE post IS NULL AND kept_at < ? ORDER BY kept_at LIMIT ?)`;
    return this.sql.changes(sql, keptFrom, MAX_PRUNED) === MAX_PRUNED;
  }

  /** Deletes the oldest files that are served, until all files have `most` bytes at most, inside a transaction. */
  shrink(most: number): void {
    const sql = `DELETE FROM hook_files WHERE rowid IN (SELECT rowid FROM (
        SELECT rowid, sum(size) OVER newer AS bytes, count(*) OVER newer AS files FROM hook_files WHERE post IS NULL
        WINDOW newer AS (ORDER BY kept_at DESC, rowid DESC))
      WHERE bytes > ? OR files > ?)`;
    this.sql.run(sql, most - (this.waitingBytes() ?? 0), MAX_FILES);
  }
}
