/**
 * Relays IQ requests between occupants (XEP-0045 §17.4). They see only each other's address in the room. Requests for
 * vCards and PubSub go to the account's bare address, and its server answers them. Bots' requests are answered here.
 */
import { nickKeyOf } from "../../addresses/nick.js";
import { replied, type IqReply } from "../../inbound/iq-reply.js";
import type { Inbound } from "../../inbound/router.js";
import { NS } from "../../xml/builder.js";
import { StanzaError, type Condition } from "../../inbound/stanza-error.js";
import type { RoomContext } from "../context.js";
import { typeOf } from "../wire/replies.js";
import { passOn } from "../wire/sanitising.js";

const WAIT_MS = 30_000;
const DISCOVERY: ReadonlySet<string> = new Set([NS.discoInfo, NS.discoItems]);
/** The namespaces of requests that are sent to the account's bare address instead of a session. */
const OF_ACCOUNT: ReadonlySet<string> = new Set(["vcard-temp", "http://jabber.org/protocol/pubsub"]);

/**
 * Answers a self-ping (XEP-0410), by which a client learns whether it is still inside; relays other requests, and sends
 * back the reply.
 * @throws StanzaError the reply's error, or the reason for not relaying: bad-request for discovery by a sender outside
 * (XEP-0045 §6.6), else not-acceptable, because clients take item-not-found for "still inside"
 */
export async function relay(context: RoomContext, inbound: Inbound<"occupant">): Promise<IqReply> {
  const { from, to, payload, stanza } = inbound;
  const room = context.rooms.find(to.room);
  const asker = room?.sessions.get(from.text);
  const nick = nickKeyOf(to.jid.resource);
  const isPing = payload.is("ping", NS.ping);
  if (room === undefined || asker === undefined) {
    const condition = DISCOVERY.has(payload.getNS() ?? "") ? "bad-request" : "not-acceptable";
    const by = to.room.text;
    throw new StanzaError(isPing ? "cancel" : "modify", condition, "You are not in this room.", { by });
  }
  if (isPing && stanza.attrs.type === "get" && asker.nick.key === nick) return undefined;
  context.reading.refuseOverBudget(inbound);
  if (!context.budgets.questions.consume(from.bare.text))
    throw room.error("resource-constraint", "You send requests too fast. Try again in a few seconds.");
  const bot = room.bots.get(nick);
  if (bot !== undefined) {
    return await context.reading.answer(inbound, () => context.answerAsBot(bot.account, inbound));
  }
  const asked = room.occupants.get(nick);
  const session = [...(asked?.sessions.values() ?? [])].at(-1);
  if (asked === undefined || session === undefined) {
    throw room.error("item-not-found", "No occupant has this nickname.");
  }
  // vCards, which contain pictures, are allowed in any room.
  if (asked !== asker && !room.options.allowQueries && payload.getNS() !== NS.vcard) {
    throw room.error("not-allowed", "Requests between occupants are disabled in this room.");
  }
  const answer = await context.requests.ask({
    type: stanza.attrs.type === "set" ? "set" : "get",
    from: asker.jid,
    to: OF_ACCOUNT.has(payload.getNS() ?? "") ? asked.account : session.jid,
    payload: passOn(payload),
    timeout: WAIT_MS,
    account: from.bare.text,
  });
  switch (answer.kind) {
    case "result":
      context.reading.refuseOverBudget(inbound);
      await context.reading.reply(inbound, answer.payload && passOn(answer.payload));
      return replied;
    case "error":
      throw new StanzaError(typeOf(answer.condition), answer.condition as Condition);
    case "refused":
      throw answer.fault;
    case "silence":
      throw new StanzaError("wait", "remote-server-timeout");
    case "unasked":
      throw new StanzaError("wait", "resource-constraint");
  }
}
