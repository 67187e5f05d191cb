/** The handlers of stanzas to rooms. They charge users' rate limits (limits/budgets.ts), and run in transactions. */
import type { Account } from "../../storage/unit-of-work.js";
import type { Jid, AddressTarget } from "../addresses/address.js";
import { replied, type IqReply } from "../inbound/iq-reply.js";
import type { Handler, Inbound } from "../inbound/router.js";
import { StanzaError } from "../inbound/stanza-error.js";
import { NS, xml } from "../xml/builder.js";
import { configure, showConfiguration } from "./admin/configuration.js";
import { changeItems, listItems } from "./admin/items.js";
import { archiveMetadata, queryArchive, showQueryForm } from "./archive/queries.js";
import { roomOf, type RoomContext, type RoomScope, type ToRoom, type RoomWork } from "./context.js";
import { roomInfo, roomItems } from "./discovery/room-info.js";
import { passInvitations } from "./features/invitations/mediated.js";
import { moderate } from "./features/retraction.js";
import { sendPrivately } from "./features/private-messages.js";
import { register, showRegistration } from "./features/registration.js";
import { setVcard, showVcard } from "./features/vcard.js";
import { handleVoice } from "./features/voice.js";
import { costOfChange, costOfMessage } from "./limits/budgets.js";
import type { PresenceRateLimit } from "./limits/presence-rate-limit.js";
import { bounced } from "./occupancy/lost-sessions.js";
import { arrive, depart, answerProbe } from "./occupancy/presence.js";
import { relay } from "./relay/iqs.js";
import { speak } from "./relay/messages.js";
import { formIn } from "./wire/data-form.js";
import type { Transaction } from "./transaction.js";
import { MUC } from "./wire/ns.js";
import { roomError, sendResult } from "./wire/replies.js";

type RoomRequest = (scope: RoomScope, inbound: Inbound<"room">) => IqReply;
/** Carries out a request. @returns `replied` if it has sent the reply itself, because other stanzas follow the reply */
type RoomOrder = (scope: RoomScope, inbound: Inbound<"room">) => unknown;

export function roomHandlers(context: RoomContext, presenceRateLimit: PresenceRateLimit): Handler[] {
  const on = new StanzaHandlers(context, presenceRateLimit);
  const set = (handle: RoomOrder) => on.sending(inRoom(answered(handle)), costOfChange);
  const say = (handle: RoomOrder) => on.sending(inRoom(answered(handle)), costOfMessage);
  const get = (handle: RoomRequest) => on.reading(inRoom(handle));
  const message = <I extends ToRoom>(handle: (work: RoomWork, inbound: I) => void) =>
    on.sending(handle, costOfMessage);
  const read = (inbound: Inbound<"room">): Promise<IqReply> =>
    context.reading.answer(inbound, () => queryArchive(context, inbound));
  const ask = (inbound: Inbound<"occupant">): Promise<IqReply> => relay(context, inbound);
  const { discoInfo, discoItems } = NS;
  const { admin, owner, mam, register: registry } = MUC;
  return [
    ...both("presence", "available", on.available(arrive)),
    ...both("presence", "unavailable", on.unavailable(depart)),
    ...both("presence", "probe", on.unmetered(answerProbe)),
    ...both("presence", "error", on.unmetered(bounced)),

    { stanza: "message", target: "room", types: ["groupchat"], handle: message(inRoom(speak)) },
    { stanza: "message", target: "room", types: ["normal"], handle: message(address) },
    ...both("message", "error", on.unmetered(bounced)),
    { stanza: "message", target: "occupant", handle: message(inRoom(sendPrivately)) },

    { stanza: "iq", type: "get", target: "room", name: "query", ns: discoInfo, handle: get(roomInfo) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: discoItems, handle: get(roomItems) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: admin, handle: get(listItems) },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: admin, handle: set(changeItems) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: owner, handle: get(showConfiguration) },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: owner, handle: set(configure) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: mam, handle: get(showQueryForm) },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: mam, handle: read },
    { stanza: "iq", type: "get", target: "room", name: "metadata", ns: mam, handle: get(archiveMetadata) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: registry, handle: get(showRegistration) },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: registry, handle: set(register) },
    { stanza: "iq", type: "set", target: "room", name: "moderate", ns: MUC.moderate, handle: say(moderate) },
    { stanza: "iq", type: "get", target: "room", name: "vCard", ns: NS.vcard, handle: get(showVcard) },
    { stanza: "iq", type: "set", target: "room", name: "vCard", ns: NS.vcard, handle: set(setVcard) },
    { stanza: "iq", type: "get", target: "occupant", name: "*", ns: "*", handle: ask },
    { stanza: "iq", type: "set", target: "occupant", name: "*", ns: "*", handle: ask },
  ];
}

/** Returns the handlers of stanzas of a type to a room's address and to occupants' addresses. */
function both(
  stanza: "message" | "presence",
  type: string,
  handle: (inbound: ToRoom) => Promise<void>,
): Handler[] {
  return [
    { stanza, target: "room", types: [type], handle },
    { stanza, target: "occupant", types: [type], handle },
  ];
}

/** Handles a voice request, an invitation or a decline. @throws StanzaError service-unavailable for other messages */
function address(work: RoomWork, inbound: Inbound<"room">): void {
  const form = formIn(inbound.stanza);
  if (form === undefined) passInvitations(work, inbound);
  else handleVoice({ ...work, room: work.context.rooms.get(inbound.to.jid) }, inbound, form);
}

/** Makes a handler that sends an empty result after carrying out a request, in the same transaction. */
function answered(handle: RoomOrder): RoomRequest {
  return (scope, inbound) =>
    handle(scope, inbound) === replied ? replied : sendResult(scope.transaction, inbound.stanza);
}

/** Makes a handler that looks up the room, and throws item-not-found if the room doesn't exist. */
function inRoom<I extends ToRoom, R>(handle: (scope: RoomScope, inbound: I) => R) {
  return (work: RoomWork, inbound: I): R =>
    handle({ ...work, room: work.context.rooms.get(roomOf(inbound.to)) }, inbound);
}

/** Makes handlers, which charge an action to the user's rate limit (limits/budgets.ts) and run it in a transaction. */
class StanzaHandlers {
  constructor(
    private readonly context: RoomContext,
    private readonly presenceRateLimit: PresenceRateLimit,
  ) {}

  /** For messages and changes of rooms, which cost this. A refused stanza costs as much as a small message. */
  sending<I extends ToRoom, R>(
    handle: (work: RoomWork, inbound: I) => R,
    costOf: (transaction: Transaction) => number,
  ) {
    const { sending } = this.context.budgets;
    return async (inbound: I): Promise<R> => {
      const owner = ownerOf(inbound.from);
      this.#refuseFull(inbound.to, owner);
      if (!sending.consume(owner.name)) {
        const text = "You send too fast, or too much for a room of this size. Try again in a few seconds.";
        throw roomError(inbound.to.jid, "resource-constraint", text);
      }
      return await this.#run(owner, (work) => {
        const result = handle(work, inbound);
        sending.debit(owner.name, costOf(work.transaction) - 1);
        return result;
      });
    };
  }

  /** For requests that only read. They are answered when the link is free. */
  reading(handle: (work: RoomWork, inbound: Inbound<"room">) => IqReply) {
    return (inbound: Inbound<"room">): Promise<IqReply> =>
      this.context.reading.answer(inbound, () => this.#run(undefined, (work) => handle(work, inbound)));
  }

  /** For replies and bounced stanzas, which cost the sender nothing. */
  unmetered<I extends ToRoom>(handle: (work: RoomWork, inbound: I) => void) {
    return (inbound: I): Promise<void> => this.#run(undefined, (work) => handle(work, inbound));
  }

  /** For available presence. Above the rate limit, only an occupant's latest presence is handled. */
  available(handle: (work: RoomWork, inbound: ToRoom) => void) {
    const { budgets, log } = this.context;
    return async (inbound: ToRoom): Promise<void> => {
      const { from, to } = inbound;
      const owner = ownerOf(from);
      const wasInside = this.#occupant(from, to) !== undefined;
      const admitted = wasInside
        ? this.presenceRateLimit.admit(placeOf(from, to), owner.name, inbound.stanza)
        : inbound.stanza;
      // A presence that needn't wait is handled before the next stanza.
      const stanza = admitted instanceof Promise ? await admitted : admitted;
      if (stanza === undefined || (wasInside && this.#occupant(from, to) === undefined)) return;
      try {
        if (!wasInside) this.#refuseFull(to, owner);
        await this.#run(owner, (work) => {
          handle(work, { ...inbound, stanza });
          budgets.presence.debit(owner.name, costOfMessage(work.transaction) - 1);
        });
      } catch (error) {
        // After an error from the occupant's own address, the user's server no longer sends the room an unavailable
        // presence when the session ends.
        if (this.#occupant(from, to)?.jid.text !== to.jid.text) {
          // Some clients recognise a room's refusal only by <x/>.
          const hasX = inbound.stanza.getChild("x", MUC.muc) !== undefined;
          if (error instanceof StanzaError && hasX) error.echo = xml("x", MUC.muc);
          throw error;
        }
        log.debug(`A presence from ${from.text} was dropped: ${String(error)}`);
      }
    };
  }

  /** For unavailable presence, which drops the session's waiting presence, and gets no reply. */
  unavailable(handle: (work: RoomWork, inbound: ToRoom) => void) {
    return async (inbound: ToRoom): Promise<void> => {
      const { from, to } = inbound;
      this.presenceRateLimit.forget(placeOf(from, to));
      try {
        await this.#run(undefined, (work) => handle(work, inbound));
      } catch (error) {
        this.context.log.debug(`An unavailable presence from ${from.text} was dropped: ${String(error)}`);
      }
    };
  }

  /** Refuses a sender. @throws StanzaError resource-constraint if the outbox quota is used up, or memory is short */
  #refuseFull(to: AddressTarget, owner: Account): void {
    const { memory, transactions } = this.context;
    const full = memory.isShort()
      ? "The service is short of memory. Try again in a few minutes."
      : transactions.refuse(owner)?.message;
    if (full !== undefined) throw roomError(to.jid, "resource-constraint", full);
  }

  /** Does work in a transaction and commits it (Transactions.do). */
  #run<R>(owner: Account | undefined, work: (work: RoomWork) => R): Promise<R> {
    const { context } = this;
    return context.transactions.do(owner, (transaction) => work({ context, transaction }));
  }

  #occupant(from: Jid, to: ToRoom["to"]) {
    return this.context.rooms.find(roomOf(to))?.sessions.get(from.text);
  }
}

function ownerOf(from: Jid): Account {
  return { kind: "user", name: from.bare.text };
}

/** Returns the key of a session in a room, for the presence queue. */
function placeOf(from: Jid, to: AddressTarget): string {
  return `${to.jid.bare.text} ${from.text}`;
}
