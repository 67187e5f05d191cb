/** Sends programs' replies as messages of their webhooks' bots, exactly one for each event even after a crash. */
import { isAccount, Jid } from "../../addresses/address.js";
import type { OperationContext } from "../../operations/context.js";
import { TokenBuckets } from "../../limits/token-bucket.js";
import { Refusal } from "../../refusal.js";
import { AlertsStore } from "../../../storage/alerts-store.js";
import type { HookEvent } from "../../../storage/hook-events.js";
import type { StoredOutgoingHook } from "../../../storage/outgoing-hooks-store.js";
import type { HookDependencies } from "../dependencies.js";
import { hookFaultOf, HookFault, mayPass } from "../fault.js";
import { cleaned } from "../rendering.js";
import { newMessageId } from "../ids.js";
import { sendPost, type PostMessage, type RemoteRoomsApi } from "../sending.js";
import type { ProgramAnswer } from "./answer.js";
import { messageIn } from "./event-message.js";

export interface Reply {
  readonly hook: StoredOutgoingHook;
  readonly event: HookEvent;
  readonly answer: ProgramAnswer;
}

/** `later`: why the reply must be sent later. */
export type ReplyOutcome = "sent" | "dropped" | { readonly later: string };

/**
 * Ends loops in rooms of other services, in which a program may reply to each of a bot's replies. Events older than `old`
 * milliseconds come from a backlog and are exempt.
 */
const LOOP = { perSecond: 3, burst: 3, old: 5_000 };

export class Replies {
  /** How often each webhook replies to each receiver. */
  readonly #buckets = new TokenBuckets(LOOP);
  readonly #alerts: AlertsStore;

  constructor(
    private readonly dependencies: HookDependencies,
    private readonly context: OperationContext,
    private readonly remote: RemoteRoomsApi,
  ) {
    this.#alerts = new AlertsStore(dependencies.db);
  }

  /** Sends a reply. `delivered` removes the event from the queue, in the transaction that stores the reply. */
  async send({ hook, event, answer }: Reply, delivered: () => void): Promise<ReplyOutcome> {
    const { bots, domain, metrics, log } = this.dependencies;
    const bot = hook.bot === undefined ? undefined : bots.find(hook.bot);
    const from = bot && Jid.of(bot.name, domain);
    const to = Jid.parse(event.replyTo ?? "");
    const messages = this.#messages(event, answer);
    if (bot === undefined || from === undefined || !isAccount(from) || to === undefined) return "dropped";
    if (answer.reactions !== undefined && !messages.some(({ reactions }) => reactions !== undefined)) {
      metrics.hookReplies.inc({ result: "refused" });
      log.info(`A reaction of the hook ${hook.name} was refused: the event has no message with an id`);
    }
    const [first] = messages;
    if (first === undefined) return "dropped";
    if (this.remote.has(bot.name, to) && this.#isLoop(event)) {
      metrics.hookReplies.inc({ result: "loop" });
      log.warn(`A reply of the hook ${hook.name} in ${to.text} was dropped: it seems to answer itself`);
      return "dropped";
    }
    const note = ({ id, corrects, reactions }: PostMessage): void => {
      if (id === first.id) delivered();
      if (corrects === undefined && reactions === undefined)
        this.#alerts.noteLatest(from.text, to.bare.text, id);
    };
    const outcome = await sendPost(
      { ...this.context, account: { kind: "caller", name: `hook ${hook.name}` } },
      { from, to, bot: bot.title, messages, note },
      this.remote,
    );
    const fault = outcome instanceof Refusal ? hookFaultOf(outcome) : outcome;
    const isFault = fault instanceof HookFault;
    if (isFault && mayPass(fault)) return { later: fault.message };
    metrics.hookReplies.inc({ result: isFault ? "refused" : "sent" });
    if (!isFault) return "sent";
    // The refusal is permanent, so another attempt wouldn't help.
    log.info(`A reply of the hook ${hook.name} was refused: ${fault.message}`);
    return "dropped";
  }

  /** Returns the messages that an answer asks for. The text's has the id of the event, by which programs correct it. */
  #messages(event: HookEvent, { text, isReply, reactions, corrects }: ProgramAnswer): readonly PostMessage[] {
    const told = isReply || reactions !== undefined ? messageIn(event) : undefined;
    const body = cleaned(text, this.context.limits);
    const said = { id: event.id, text: body, corrects, ...(isReply && { repliesTo: told }) };
    const reacted =
      reactions === undefined || told === undefined
        ? []
        : [{ id: newMessageId(Date.now()), text: "", reactions: { to: told, signs: reactions } }];
    return [...(body === "" ? [] : [said]), ...reacted];
  }

  #isLoop({ hook, replyTo, happenedAt }: HookEvent): boolean {
    const isRare = this.#buckets.consume(`${hook} ${replyTo ?? ""}`);
    return !isRare && Date.now() - happenedAt < LOOP.old;
  }
}
