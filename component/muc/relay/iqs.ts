/**
 * Questions from occupant to occupant (XEP-0045 §17.4): asked in the asker's address in the room, answered through
 * us, so nobody learns a real address. A vCard and what somebody publishes are their account's: its server is asked.
 */
import { keyOf } from "../../nick.js";
import { replied, type Inbound, type IqReply } from "../../router.js";
import { NS } from "../../xml/builder.js";
import { StanzaError, type Condition, type ErrorType } from "../../stanza-error.js";
import type { RoomContext } from "../context.js";
import { roomError } from "../wire/errors.js";
import { passOn } from "../wire/payload.js";
import { senderIn } from "./sender.js";

const WAIT_MS = 30_000;
/** Asked of the account instead of a session. */
const OF_ACCOUNT: ReadonlySet<string> = new Set(["vcard-temp", "http://jabber.org/protocol/pubsub"]);

/** @throws StanzaError the answerer's, or why nobody could be asked */
export async function relay(context: RoomContext, inbound: Inbound<"occupant">): Promise<IqReply> {
  const { from, to, payload, stanza } = inbound;
  const room = context.rooms.find(to.room);
  if (room === undefined) throw roomError(to.room, "cancel", "item-not-found", "There is no such room.");
  const asker = senderIn(room, from);
  context.reading.refuseOverBudget(inbound);
  if (!context.budgets.questions.consume(from.bare.text)) {
    throw roomError(room.jid, "wait", "resource-constraint", "You ask too many questions at once.");
  }
  const asked = room.occupants.get(keyOf(to.jid.resource));
  const session = [...(asked?.sessions.values() ?? [])].at(-1);
  if (asked === undefined || session === undefined) {
    throw roomError(room.jid, "cancel", "item-not-found", "There is nobody of this nickname.");
  }
  // Pictures in vCards may be asked for in any room.
  if (asked !== asker && !room.options.allowQueries && payload.getNS() !== NS.vcard) {
    throw roomError(room.jid, "cancel", "not-allowed", "Occupants may not ask each other questions here.");
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
      context.reading.reply(inbound, answer.payload && passOn(answer.payload));
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

/** The type that usually goes with a condition (RFC 6120 §8.3.3). */
function typeOf(condition: string): ErrorType {
  if (condition === "bad-request" || condition === "jid-malformed" || condition === "not-acceptable")
    return "modify";
  return condition === "forbidden" || condition === "not-authorized" ? "auth" : "cancel";
}
