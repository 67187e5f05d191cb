/** Sends programs' replies as messages of their webhooks' bots, exactly one for each event even after a crash. */
import { isAccount, Jid } from "../../addresses/address.js";
import type { OperationContext } from "../../operations/context.js";
import { Refusal } from "../../refusal.js";
import type { HookDependencies } from "../dependencies.js";
import { faultOf, HookFault } from "../fault.js";
import { cleaned } from "../rendering.js";
import { sendPost, type RemoteRoomsApi } from "../sending.js";
import type { Reply, ReplyOutcome } from "./dispatcher.js";

/**
 * Ends loops in rooms of other services, in which a program may reply to each of a bot's replies: at most `replies` are
 * sent within `ms` milliseconds. Events older than `old` milliseconds come from a backlog and are exempt.
 */
const LOOP = { replies: 3, ms: 1_000, old: 5_000 };
/** How many pairs of webhook and receiver are remembered. */
const MAX_REMEMBERED = 1_000;

export class Replies {
  /** When the last replies were sent, by webhook and receiver; milliseconds since 1970. */
  #sent = new Map<string, number[]>();

  constructor(
    private readonly dependencies: HookDependencies,
    private readonly context: OperationContext,
    private readonly remote: RemoteRoomsApi,
  ) {}

  /** Sends a reply. See DispatcherDependencies.sendReply. */
  async send({ hook, event, text }: Reply, delivered: () => void): Promise<ReplyOutcome> {
    const { bots, domain, metrics, log } = this.dependencies;
    const bot = hook.bot === undefined ? undefined : bots.find(hook.bot);
    const from = bot && Jid.of(bot.name, domain);
    const to = Jid.parse(event.replyTo ?? "");
    const body = cleaned(text, this.context.limits);
    if (bot === undefined || from === undefined || !isAccount(from) || to === undefined || body === "")
      return "dropped";
    if (this.remote.has(bot.name, to) && this.#isLoop(hook.id, event)) {
      metrics.hookReplies.inc({ result: "loop" });
      log.warn(`A reply of the hook ${hook.name} in ${to.text} was dropped: it seems to answer itself`);
      return "dropped";
    }
    const outcome = await sendPost(
      { ...this.context, account: { kind: "caller", name: `hook ${hook.name}` } },
      { from, to, bot: bot.title, messages: [{ id: event.id, text: body }], note: delivered },
      this.remote,
    );
    const fault = outcome instanceof Refusal ? faultOf(outcome) : outcome;
    const isFault = fault instanceof HookFault;
    if (isFault && fault.kind === "unavailable") return { later: fault.message };
    metrics.hookReplies.inc({ result: isFault ? "refused" : "sent" });
    if (!isFault) return "sent";
    // The refusal is permanent, so another attempt wouldn't help.
    log.info(`A reply of the hook ${hook.name} was refused: ${fault.message}`);
    return "dropped";
  }

  #isLoop(hook: number, { replyTo, happenedAt }: Reply["event"]): boolean {
    const key = `${hook} ${replyTo ?? ""}`;
    const now = Date.now();
    const sent = (this.#sent.get(key) ?? []).filter((at) => now - at < LOOP.ms);
    if (sent.length >= LOOP.replies && now - happenedAt < LOOP.old) return true;
    if (this.#sent.size >= MAX_REMEMBERED) this.#sent = new Map();
    this.#sent.set(key, [...sent, now]);
    return false;
  }
}
