/**
 * Subscriptions to room activity (XEP-0437 §3) by presence to the service, answered with the rooms that already have
 * some. Unavailable presence, a bounce, or a session that is gone after a reconnect ends them.
 */
import { isFull, Jid } from "../../../address.js";
import type { Handler, Inbound } from "../../../router.js";
import { conditionOf, StanzaError } from "../../../stanza-error.js";
import { NS, xml } from "../../../xml/builder.js";
import type { RoomContext } from "../../context.js";
import { roomJid } from "../../rooms.js";
import { MUC } from "../../wire/ns.js";
import type { ActivitySubscriptions } from "./subscriptions.js";
import { saysGone } from "../../wire/errors.js";

/** Rooms read and announced at a time. */
const PAGE = 200;
/** Milliseconds to wait for the reply to a ping. */
const WAIT_MS = 10_000;

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

/** Subscribes a session if its account belongs to a room. @throws StanzaError resource-constraint */
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

/** Pings all subscribed sessions, as unavailable presence may have been lost, and unsubscribes those that are gone. */
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
