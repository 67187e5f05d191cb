/**
 * Says what receivers answer, by their hooks' bots: once for each event, whatever ends in between. In rooms of other
 * services, where other programs may answer it, no more than three answers are said in a second.
 */
import type { Logger } from "winston";
import type { GroupCommit } from "../../../storage/group-commit.js";
import { isAccount, Jid } from "../../address.js";
import type { Metrics } from "../../metrics.js";
import type { OperationContext } from "../../operations/context.js";
import { Refusal } from "../../refusal.js";
import type { Bots } from "../bots.js";
import { faultOf, HookFault } from "../fault.js";
import { sendMessage, type RemoteRoomsApi } from "../sending.js";
import { cleaned } from "../text.js";
import type { Reply } from "./dispatcher.js";

export interface RepliesParts {
  readonly context: OperationContext;
  readonly bots: Bots;
  readonly remote: RemoteRoomsApi;
  readonly commit: Pick<GroupCommit, "run">;
  /** The component's own. */
  readonly domain: string;
  readonly metrics: Pick<Metrics, "hookReplies">;
  readonly log: Logger;
}

/** So many answers are said in so many milliseconds; to what is older, any number. */
const LOOP = { answers: 3, ms: 1_000, old: 5_000 };
/** So many places of answers are remembered. */
const REMEMBERED = 1_000;

export class Replies {
  readonly #parts: RepliesParts;
  /** When the last ones were said, by hook and place. */
  #said = new Map<string, number[]>();

  constructor(parts: RepliesParts) {
    this.#parts = parts;
  }

  /** As DispatcherParts has it. */
  async say({ hook, event, text }: Reply, taken: () => void): Promise<string | undefined> {
    const { context, bots, commit, domain, metrics, log } = this.#parts;
    const bot = hook.bot === undefined ? undefined : bots.find(hook.bot, true);
    const from = bot && Jid.of(bot.name, domain);
    const to = Jid.parse(event.replyTo ?? "");
    const words = cleaned(text, context.limits);
    if (bot === undefined || from === undefined || !isAccount(from) || to === undefined || words === "") {
      await commit.run(taken);
      return undefined;
    }
    if (this.#parts.remote.has(bot.name, to) && this.#isLoop(hook.id, event)) {
      await commit.run(taken);
      metrics.hookReplies.inc({ result: "loop" });
      log.warn(`What the hook ${hook.name} answered in ${to.text} isn't said: it seems to answer itself`);
      return undefined;
    }
    const outcome = await sendMessage(
      { ...context, account: { kind: "caller", name: `hook ${hook.name}` } },
      {
        ...{ id: event.id, from, to, bot: bot.title, text: words },
        ...{ image: undefined, corrects: undefined, note: taken },
      },
      this.#parts.remote,
    );
    const fault = outcome instanceof Refusal ? faultOf(outcome) : outcome;
    if (!(fault instanceof HookFault)) {
      metrics.hookReplies.inc({ result: "sent" });
      return undefined;
    }
    if (fault.kind === "unavailable") return fault.message;
    // It never can be: asking its receiver again would not change that.
    await commit.run(taken);
    metrics.hookReplies.inc({ result: "refused" });
    log.info(`What the hook ${hook.name} answered isn't said: ${fault.message}`);
    return undefined;
  }

  #isLoop(hook: number, { replyTo, happenedAt }: Reply["event"]): boolean {
    const place = `${hook} ${replyTo ?? ""}`;
    const now = Date.now();
    const said = (this.#said.get(place) ?? []).filter((at) => now - at < LOOP.ms);
    if (said.length >= LOOP.answers && now - happenedAt < LOOP.old) return true;
    if (this.#said.size >= REMEMBERED) this.#said = new Map();
    this.#said.set(place, [...said, now]);
    return false;
  }
}
