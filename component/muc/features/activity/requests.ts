/**
 * Handles subscriptions to room activity (XEP-0437 §3). A session subscribes by presence to the component's domain,
 * and learns which rooms have had messages since the user was last inside. Unavailable presence or a bounce ends it.
 */
import { isFull, Jid } from "../../../address.js";
import type { Handler, Inbound } from "../../../router.js";
import { conditionOf, StanzaError } from "../../../stanza-error.js";
import { NS, xml } from "../../../xml/builder.js";
import type { RoomContext } from "../../context.js";
import { roomJid } from "../../rooms.js";
import { MUC } from "../../wire/ns.js";
import type { ActivitySubscriptions } from "./subscriptions.js";
import { saysGone } from "../../wire/replies.js";

/** How many rooms are read and announced at a time. */
const PAGE = 200;
/** How long a ping waits for the reply, in milliseconds. */
const WAIT_MS = 10_000;

/** Returns the handlers of presence and bounced messages to the component's domain. */
export function activityHandlers(context: RoomContext, subscriptions: ActivitySubscriptions): Handler[] {
  const leave = ({ from }: Inbound<"service">): void => subscriptions.unsubscribe(from.text);
  const bounce = ({ stanza, from }: Inbound<"service">): void => {
    if (saysGone(conditionOf(stanza))) subscriptions.unsubscribe(from.text);
  };
  return [
    {
      stanza: "presence",
      target: "service",
      types: ["available"],
      handle: (inbound) => subscribe(context, subscriptions, inbound),
    },
    { stanza: "presence", target: "service", types: ["unavailable"], handle: leave },
    { stanza: "presence", target: "service", types: ["error"], handle: bounce },
    { stanza: "message", target: "service", types: ["error"], handle: bounce },
  ];
}

/**
 * Subscribes a session if its account belongs to a room, and announces the rooms with missed messages.
 * @throws StanzaError resource-constraint if the rate limit or the number of subscriptions is exceeded
 */
async function subscribe(
  context: RoomContext,
  subscriptions: ActivitySubscriptions,
  { stanza, from }: Inbound<"service">,
): Promise<void> {
  const account = from.bare.text;
  if (!isFull(from) || stanza.getChild("rai", MUC.activity) === undefined) return;
  const isTooMuch = context.memory.isShort || !context.budgets.presence.consume(account);
  const { activity } = context.stores;
  if (!isTooMuch && !activity.belongs(account)) return;
  if (isTooMuch || !(await subscriptions.subscribe(from))) {
    throw new StanzaError(
      "wait",
      "resource-constraint",
      "There are too many subscriptions. Try again later.",
    );
  }
  for (let after: number | undefined = 0; after !== undefined;) {
    const rooms = activity.active({ account, session: from.text, after }, PAGE);
    const news = rooms.filter(({ id }) => subscriptions.isNews(from.text, id));
    const addresses = news.flatMap(({ name }) => roomJid(name, context.domain)?.text ?? []);
    if (addresses.length > 0) {
      const [transaction] = context.transactions.run(undefined, (one) =>
        one.broadcast(subscriptions.news(addresses), [from.text]),
      );
      await context.transactions.commit(transaction);
      subscriptions.note(
        from.text,
        news.map(({ id }) => id),
      );
    }
    after = rooms.length < PAGE ? undefined : rooms.at(-1)?.id;
  }
}

/** Pings all subscribed sessions after a reconnect, and unsubscribes those that don't exist any more. */
export async function verify(context: RoomContext, subscriptions: ActivitySubscriptions): Promise<void> {
  const from = Jid.parse(context.domain);
  if (from === undefined) return;
  for (const text of subscriptions.sessions) {
    const to = Jid.parse(text);
    if (to === undefined) continue;
    const payload = xml("ping", NS.ping);
    const answer = await context.requests.ask({ type: "get", from, to, payload, timeout: WAIT_MS });
    if (answer.kind === "unasked") return;
    if (answer.kind === "error" && saysGone(answer.condition)) subscriptions.unsubscribe(text);
  }
}
