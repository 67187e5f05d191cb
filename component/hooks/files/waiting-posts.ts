/**
 * Posts with files. A post is stored with its files before anything else, so that it is never lost because of them; then
 * the files are uploaded, and the messages are sent: the files first, the text last. A file is, in this order:
 * 1. at the server's upload service (XEP-0363)
 * 2. served by the component, if hooks.url is set
 * 3. named in the text
 */
import { HookFiles, type StoredPost } from "../../../storage/hook-files.js";
import type { HookMessages } from "../../../storage/hook-messages.js";
import { inBackground } from "../../background.js";
import type { OperationContext } from "../../operations/context.js";
import type { Bounces } from "../bounces.js";
import type { HookDependencies } from "../dependencies.js";
import { HookFault, mayPass, notAccepted, type FaultKind } from "../fault.js";
import type { AlertReport } from "../formats/format.js";
import type { Hook } from "../hook.js";
import { KEPT_MS, recordOf, type Accepted, type Repeatable } from "../post.js";
import type { PlacedFiles, Posting } from "../posting.js";
import type { RenderedPost } from "../rendering.js";
import { newMessageId } from "../ids.js";
import { hookTextsIn } from "../texts.js";
import { mayFetch } from "./fetching.js";
import { fileLine } from "./file-kind.js";
import { FilePlaces, type FilePlacesDependencies, type Placed } from "./file-places.js";
import { newFileId } from "./own-files.js";

export interface WaitingPostsDependencies
  extends Pick<HookDependencies, "db" | "commit" | "config" | "metrics" | "log">, FilePlacesDependencies {
  readonly context: OperationContext;
  readonly messages: HookMessages;
  readonly posting: Pick<Posting, "send">;
  readonly bounces: Pick<Bounces, "refuse">;
  readonly hookOf: (id: string) => Hook | undefined;
  /** How long a program waits for its answer before it is answered "queued", in milliseconds. */
  readonly confirmTimeout: number;
}

/** What is to be said of a post. */
interface Content {
  readonly text: string;
  readonly image?: string | undefined;
  readonly alert?: AlertReport | undefined;
  readonly isTest?: true;
  /** In Base64. */
  readonly fingerprint?: string;
}

const MB = 1024 ** 2;
/** The pauses before a post that couldn't be stored for sending is tried again, in milliseconds. */
const PAUSES_MS = [1_000, 5_000, 15_000, 60_000];
/** The conditions of faults after which a post is refused (RFC 6120 §8.3.3). */
const CONDITIONS: ReadonlyMap<FaultKind, string> = new Map([
  ["missing", "item-not-found"],
  ["gone", "gone"],
  ["forbidden", "forbidden"],
]);
const STOPPED = notAccepted("unavailable", "the component is stopping");

export class WaitingPosts {
  readonly #store: HookFiles;
  readonly #places: FilePlaces;
  readonly #stopped = new AbortController();

  constructor(private readonly dependencies: WaitingPostsDependencies) {
    const { db, metrics } = dependencies;
    this.#store = new HookFiles(db);
    this.#places = new FilePlaces(dependencies);
    metrics.gaugeOf("qtalk_hook_posts_waiting", "Posts to hooks whose files are being uploaded", () =>
      this.#store.waitingCount(),
    );
  }

  /** Whether a post has files that must be uploaded before it is said. */
  isFor({ fetchFrom }: Hook, { files, reading: { image = "" } }: RenderedPost): boolean {
    const isOn = this.dependencies.config.files_mb > 0;
    return isOn && (files.length > 0 || mayFetch(image, fetchFrom));
  }

  /** Sends the posts that an earlier process had accepted. */
  start(): void {
    for (const post of this.#store.waiting()) {
      const { fingerprint: text } = contentOf(post);
      const fingerprint = text === undefined ? undefined : Buffer.from(text, "base64");
      this.#begin(this.#run(post, { request: post.request, fingerprint }));
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Accepts a post. @returns its outcome, or "queued" if that takes long */
  async accept(hook: Hook, rendered: RenderedPost, repeatable: Repeatable): Promise<Accepted | HookFault> {
    const { commit, config, messages, confirmTimeout } = this.dependencies;
    const { text, reading, files } = rendered;
    const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
    const most = config.files_mb * MB;
    if (bytes > most)
      return new HookFault(
        "large",
        `the files have ${bytes} bytes, more than the ${most} allowed (hooks.files_mb)`,
      );
    const acceptedAt = Date.now();
    const post = {
      id: newMessageId(acceptedAt),
      hook: hook.id,
      acceptedAt,
      request: repeatable.request,
      content: JSON.stringify({
        text,
        alert: reading.alert,
        image: reading.image,
        isTest: hook.isTest,
        fingerprint: repeatable.fingerprint?.toString("base64"),
      } satisfies Partial<Record<keyof Content, unknown>>),
    };
    const kept = files.map((file) => ({
      ...file,
      id: newFileId(),
      source: undefined,
      size: file.bytes.length,
    }));
    const { image = "" } = reading;
    const fetched = { id: newFileId(), name: "", type: "", source: image, size: 0, bytes: Buffer.alloc(0) };
    try {
      const fault = await commit.run(() => {
        if ((this.#store.waitingBytes() ?? 0) + bytes > most)
          return notAccepted(
            "unavailable",
            `too many files are being uploaded (hooks.files_mb: ${config.files_mb})`,
          );
        this.#store.add(post, [...(mayFetch(image, hook.fetchFrom) ? [fetched] : []), ...kept]);
        this.#store.shrink(most);
        messages.put(
          { ...recordOf(hook, repeatable, acceptedAt), id: post.id },
          acceptedAt - KEPT_MS.messages,
        );
        return undefined;
      });
      if (fault !== undefined) return fault;
    } catch {
      return notAccepted("unavailable", "the database could not store it");
    }
    const work = this.#run(post, repeatable);
    this.#begin(work);
    const queued: Accepted = { id: post.id, delivery: "queued" };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Accepted>((resolve) => {
      timer = setTimeout(() => resolve(queued), confirmTimeout);
    });
    const answer = await Promise.race([work.catch(() => queued), late]);
    clearTimeout(timer);
    return answer === STOPPED ? queued : answer;
  }

  #begin(work: Promise<unknown>): void {
    inBackground(work, "a post with files", this.dependencies.log);
  }

  /** Sends a post, and tries again while it can't be stored for sending. */
  async #run(post: StoredPost, repeatable: Repeatable): Promise<Accepted | HookFault> {
    const { hookOf, posting, log } = this.dependencies;
    const { text, image, alert, isTest } = contentOf(post);
    let placing: Promise<readonly Placed[]> | undefined;
    let placed: readonly Placed[] = [];
    const place = async (hook: Hook): Promise<PlacedFiles> => {
      placing ??= this.#places.place(hook, this.#store.filesOf(post.id), this.#stopped.signal);
      placed = await placing;
      // Otherwise the post waits for the next start.
      this.#stopped.signal.throwIfAborted();
      return this.#said(placed, image);
    };
    for (let tries = 0; ; tries += 1) {
      const known = hookOf(post.hook);
      if (known === undefined) return new HookFault("missing", "the hook was removed");
      const hook: Hook = isTest === true ? { ...known, isTest } : known;
      const waiting = { id: post.id, place: () => place(hook) };
      const same = { ...repeatable, waiting, stored: () => this.#done(post, placed) };
      const rendered = { text, files: [], reading: { view: {}, image, alert } };
      const answer = await posting.send(hook, rendered, same).catch((error: unknown) => {
        if (this.#stopped.signal.aborted) return STOPPED;
        log.error("Internal error: a post with files failed, and is tried again", { error });
        return notAccepted("unavailable", String(error));
      });
      const isAccepted = !(answer instanceof HookFault) || answer.messageId !== undefined;
      if (isAccepted || this.#stopped.signal.aborted) return answer;
      const isLate = Date.now() - post.acceptedAt > KEPT_MS.messages;
      if (!mayPass(answer) || isLate) return await this.#refuse(post, hook, answer);
      const pause = PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] ?? 0;
      await new Promise((resolve) => setTimeout(resolve, pause).unref());
    }
  }

  /** Removes a post whose messages are sent, inside their transaction. Files that the component serves stay. */
  #done(post: StoredPost, placed: readonly Placed[]): void {
    const now = Date.now();
    for (const { file, served } of placed)
      if (served !== undefined) this.#store.serve(file.id, now, served === "as it is" ? undefined : served);
    this.#store.remove(post.id);
    this.#store.shrink(this.dependencies.config.files_mb * MB);
  }

  /** Stores that an accepted post is refused for good. */
  async #refuse(post: StoredPost, hook: Hook, fault: HookFault): Promise<HookFault> {
    const { commit, bounces } = this.dependencies;
    const { kind, message: reason } = fault;
    const [sender, receiver] = [hook.from.text, hook.to.bare.text];
    const condition = CONDITIONS.get(kind) ?? "not-acceptable";
    const count = await commit.run(() => {
      this.#store.remove(post.id);
      return bounces.refuse({ id: post.id, sender, receiver, condition, reason });
    });
    count();
    return new HookFault(kind, reason, undefined, post.id);
  }

  /** Returns how the files are said. */
  #said(placed: readonly Placed[], image: string | undefined): PlacedFiles {
    const isFetched = placed.some(({ file }) => file.source !== undefined);
    const urls = placed.flatMap(({ url }) => url ?? []);
    const { notUploaded } = hookTextsIn(this.dependencies.context.messages.language);
    return {
      urls: image === undefined || isFetched ? urls : [image, ...urls],
      lines: placed
        .filter(({ url }) => url === undefined)
        .map(({ file }) => `${fileLine(file, file.size)} ${notUploaded}`),
    };
  }
}

function contentOf({ content }: StoredPost): Content {
  return JSON.parse(content) as Content;
}
