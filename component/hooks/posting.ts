/** Sends rendered posts as messages, in the turn of their alerts, and stores what became of them. */
import type { HookMessage, HookMessages } from "../../storage/hook-messages.js";
import type { OperationContext } from "../operations/context.js";
import { Refusal } from "../refusal.js";
import type { Alerts } from "./alerts/alerts.js";
import type { AlertTurn } from "./alerts/posts.js";
import type { HookDependencies } from "./dependencies.js";
import { hookFaultOf, HookFault, mayPass, notAccepted } from "./fault.js";
import { fileLine } from "./files/file-kind.js";
import type { Hook } from "./hook.js";
import type { AlertReport } from "./formats/format.js";
import { outcomeOf } from "./outcome.js";
import { answerTo, digestOf, isMain, KEPT_MS, recordOf, type Accepted, type Repeatable } from "./post.js";
import { withLines, type RenderedPost } from "./rendering.js";
import { newMessageId } from "./ids.js";
import { sendByHook } from "./by-hook.js";
import { hookTextsIn } from "./texts.js";
import type { PostMessage, RemoteRoomsApi } from "./sending.js";

export interface PostingDependencies extends Pick<HookDependencies, "commit"> {
  readonly context: OperationContext;
  readonly remote: RemoteRoomsApi;
  readonly alerts: Pick<Alerts, "begin" | "sentBy" | "shownOf">;
  readonly messages: HookMessages;
}

/** Where a post's files are: the URLs of messages, and lines of the text that name the others. */
export interface PlacedFiles {
  readonly urls: readonly string[];
  readonly lines: readonly string[];
}

/** By what a post is recognised, and the post if it was accepted already. */
export interface Sendable extends Repeatable {
  readonly waiting?: AcceptedPost;
}

const NOT_STORED = notAccepted("unavailable", "the database could not store it");
const NO_FILES: PlacedFiles = { urls: [], lines: [] };

/** A post that was accepted already, as it has files. */
export interface AcceptedPost {
  /** The id of the message that programs ask about. */
  readonly id: string;
  /** Uploads the files; takes some seconds at most. Rejects if the component stops, or the database fails. */
  place(): Promise<PlacedFiles>;
}

export class Posting {
  constructor(private readonly dependencies: PostingDependencies) {}

  /** Sends a post. Its alert's turn ends when the post is stored, as the next post has to know what it corrects. */
  async send(hook: Hook, rendered: RenderedPost, repeatable: Sendable): Promise<Accepted | HookFault> {
    const { alert } = rendered.reading;
    if (alert === undefined || hook.isTest === true) return await this.#sendNow(hook, rendered, repeatable);
    const about = { name: digestOf(alert.key), report: alert };
    return await this.sendAlert(hook, about, rendered, repeatable);
  }

  /** Says a post, or something else, about an alert. */
  async sendAlert(
    hook: Hook,
    about: { readonly name: Buffer; readonly report: AlertReport },
    rendered: RenderedPost,
    repeatable: Sendable,
  ): Promise<Accepted | HookFault> {
    const turn = await this.dependencies.alerts.begin(hook, about);
    try {
      const { muted } = turn;
      if (muted === undefined) {
        const said = await this.#sendNow(hook, rendered, repeatable, turn);
        const isRefused = said instanceof HookFault && said.messageId === undefined && !mayPass(said);
        return isRefused ? await this.#believe(said, () => turn.store(rendered.text)) : said;
      }
      return await this.#mute(recordOf(hook, repeatable), muted, repeatable.waiting?.id, () => {
        turn.store(rendered.text);
        repeatable.stored?.();
      });
    } finally {
      turn.end();
    }
  }

  /** Counts a post that isn't said. @param reason why, as a message for operators @param store stores its effect */
  async #mute(
    record: Omit<HookMessage, "id">,
    reason: string,
    id = newMessageId(record.acceptedAt),
    store: () => void,
  ): Promise<Accepted | HookFault> {
    const message: HookMessage = { ...record, id, outcome: "stored", reason };
    try {
      await this.dependencies.commit.run(() => {
        this.dependencies.messages.put(message, record.acceptedAt - KEPT_MS.messages);
        store();
      });
    } catch {
      return NOT_STORED;
    }
    return { id, delivery: "stored" };
  }

  /**
   * Stores what a program says of an alert that is open, though it can't be said where the hook posts: else steps would call
   * people for what is over. @returns the fault, and if it can't be stored one after which the program tries again
   */
  async #believe(fault: HookFault, store: () => void): Promise<HookFault> {
    try {
      await this.dependencies.commit.run(store);
      return fault;
    } catch {
      return NOT_STORED;
    }
  }

  async #sendNow(
    hook: Hook,
    rendered: RenderedPost,
    repeatable: Sendable,
    turn?: AlertTurn,
  ): Promise<Accepted | HookFault> {
    const { context, alerts } = this.dependencies;
    const { request, waiting } = repeatable;
    const { image } = rendered.reading;
    const names = rendered.files.map((file) => fileLine(file, file.bytes.length));
    const own = { urls: image === undefined ? [] : [image], lines: names };
    const placed = turn?.isAnew === false ? NO_FILES : ((await waiting?.place()) ?? own);
    const at = Date.now();
    const said = withLines(rendered.text, placed.lines);
    const mark = hook.isTest === true ? hookTextsIn(context.messages.language).test(hook.name) : "";
    const text = `${mark}${said}`;
    const files = placed.urls.map((url): PostMessage => ({ id: newMessageId(at), text: url, isFile: true }));
    const others =
      text === "" ? [] : (turn?.messages(text, () => newMessageId(at)) ?? [{ id: newMessageId(at), text }]);
    // Clients preview what comes last.
    const messages = [...files, ...others];
    const found = messages.findIndex(isMain);
    const main = Math.max(0, found);
    const id = waiting?.id ?? messages[main]?.id ?? "";
    const outcome = await sendByHook(
      hook,
      {
        request,
        to: hook.to,
        messages: messages.map((message, index) => (index === main ? { ...message, id } : message)),
        note: (message, sent) => {
          // It was removed since the post was accepted.
          if (!this.dependencies.messages.hasHook(hook.id)) return;
          const { call, outcome } = sent;
          const isFirst = message.id === id;
          const { fingerprint, ...record } = recordOf(hook, repeatable, at);
          const unique = isFirst ? fingerprint : undefined;
          const stored = { ...record, id: message.id, call, outcome, fingerprint: unique };
          this.dependencies.messages.put(stored, at - KEPT_MS.messages);
          if (message.corrects === undefined && message.reactions === undefined)
            alerts.sentBy(hook.from, hook.to, message.id);
          if (!isFirst) return;
          turn?.store(said, message, sent);
          repeatable.stored?.();
        },
      },
      this.dependencies,
    );
    if (outcome instanceof HookFault) return outcome;
    if (outcome instanceof Refusal) return hookFaultOf(outcome);
    const message = this.dependencies.messages.find(hook.id, id);
    return answerTo(id, message === undefined ? { outcome: "queued" } : outcomeOf(message, context.outbox));
  }
}
