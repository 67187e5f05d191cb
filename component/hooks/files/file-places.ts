/** Finds places for the files of posts: the server's upload service, the component itself, or none. */
import { HookFiles, type StoredFile } from "../../../storage/hook-files.js";
import { Concurrency } from "../../limits/concurrency.js";
import type { HookDependencies } from "../dependencies.js";
import type { PostedFile } from "../formats/format.js";
import type { Hook } from "../hook.js";
import { fetchPicture } from "./fetching.js";
import { namedFile } from "./file-kind.js";
import { urlOfFile } from "./own-files.js";
import { UploadService, type UploadDependencies } from "./upload-service.js";
import { settled, type Settled } from "../../settled.js";

export interface FilePlacesDependencies
  extends Pick<HookDependencies, "db" | "config" | "metrics" | "log">, UploadDependencies {
  /** The link to the server. */
  readonly link: { readonly isUp: boolean; on(event: "up", listener: () => void): unknown };
}

/** A file, and where it is. */
export interface Placed {
  readonly file: StoredFile;
  /** Undefined: it is nowhere. */
  readonly url?: string;
  /** What the component serves at this URL from now on: the file as it came, or what was fetched. */
  readonly served?: PostedFile | "as it is";
}

/** How long the files of a post may take; how long a lost link is waited for; in milliseconds. */
const PLACE_MS = 15_000;
const LINK_MS = 5_000;
/** How many files are uploaded at a time. */
const AT_ONCE = 4;

export class FilePlaces {
  readonly #store: HookFiles;
  readonly #uploads: UploadService;
  /** Those that wait are of posts that hooks.files_mb bounds. */
  readonly #placing = new Concurrency(AT_ONCE);
  /** Those that wait for the link, for LINK_MS at most. */
  readonly #linked = new Set<() => void>();
  #logged = "";

  constructor(private readonly dependencies: FilePlacesDependencies) {
    const { db, link } = dependencies;
    this.#store = new HookFiles(db);
    this.#uploads = new UploadService(dependencies);
    link.on("up", () => {
      this.#uploads.forget();
      for (const linked of this.#linked) linked();
    });
  }

  /** Finds places for the files of a post, in order. @param stop gives up what has none yet */
  place(hook: Hook, files: readonly StoredFile[], stop: AbortSignal): Settled<readonly Placed[]> {
    const work = async (): Promise<readonly Placed[]> => {
      const signal = AbortSignal.any([stop, AbortSignal.timeout(PLACE_MS)]);
      await this.#linkUp(stop);
      return await Promise.all(
        files.map((file) => this.#placing.run(() => this.#placeOne(hook, file, signal))),
      );
    };
    return settled(work, (error) => {
      this.dependencies.log.error(`The files of a post to the hook ${hook.name} have no place`, { error });
      return files.map((file) => ({ file }));
    });
  }

  async #placeOne(hook: Hook, file: StoredFile, signal: AbortSignal): Promise<Placed> {
    const { config, log, metrics } = this.dependencies;
    const { source } = file;
    const posted = source === undefined ? this.#read(file) : await this.#fetch(hook, source, signal);
    // The program's own URL is better than none.
    if (posted === undefined) return { file, ...(source !== undefined && { url: source }) };
    const uploaded = await this.#uploads.upload(
      posted,
      hook.title === undefined ? undefined : hook.from,
      signal,
    );
    const isUploaded = "url" in uploaded;
    metrics.hookUploadFault.reset();
    if (!isUploaded) metrics.hookUploadFault.set({ reason: uploaded.reason }, 1);
    const isServed = !isUploaded && config.url !== undefined;
    metrics.hookFiles.inc({ result: isUploaded ? "uploaded" : isServed ? "served" : "named" });
    if (isUploaded) return { file, url: uploaded.url };
    if (config.url === undefined) {
      log.warn(
        `The file ${posted.name} of a post to the hook ${hook.name} was not uploaded: ${uploaded.reason}`,
      );
      return { file, ...(source !== undefined && { url: source }) };
    }
    this.#log(`The component serves files of posts to hooks itself: ${uploaded.reason}`);
    const url = urlOfFile(config.url, { id: file.id, name: posted.name });
    return { file, url, served: source === undefined ? "as it is" : posted };
  }

  #read(file: StoredFile): PostedFile | undefined {
    const bytes = this.#store.bytesOf(file.id);
    return bytes && { ...file, bytes };
  }

  async #fetch(hook: Hook, source: string, signal: AbortSignal): Promise<PostedFile | undefined> {
    const { config, log } = this.dependencies;
    const fetched = await fetchPicture(source, hook.limits.bodyBytes ?? config.body_bytes, signal);
    if (!("reason" in fetched)) return namedFile(fetched);
    log.warn(`A post to the hook ${hook.name} keeps the URL of its picture: ${fetched.reason}`);
    return undefined;
  }

  /** Waits for the link to the server, for some seconds at most. */
  async #linkUp(stop: AbortSignal): Promise<void> {
    if (this.dependencies.link.isUp) return;
    const signal = AbortSignal.any([stop, AbortSignal.timeout(LINK_MS)]);
    await new Promise<void>((resolve) => {
      const linked = (): void => {
        this.#linked.delete(linked);
        resolve();
      };
      this.#linked.add(linked);
      signal.addEventListener("abort", linked, { once: true });
    });
  }

  /** Logs a line unless it was the last line logged here. */
  #log(line: string): void {
    if (line !== this.#logged) this.dependencies.log.info(line);
    this.#logged = line;
  }
}
