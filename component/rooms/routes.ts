/** The table: which stanza to a room, or to somebody's address in one, is handled where. */
import type { Jid } from "../address.js";
import type { Target, TargetKind } from "../target.js";
import type { Handler, Inbound, IqReply } from "../router.js";
import { Refusal } from "../refusal.js";
import { StanzaError } from "../stanza-error.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { change, list } from "./administration.js";
import { archiveMetadata, queryArchive, showQueryForm } from "./archive.js";
import { configure, showConfiguration } from "./configuration.js";
import type { RoomContext } from "./context.js";
import { formIn } from "./data-form.js";
import { occupantInfo, roomInfo, roomItems } from "./discovery.js";
import { bounced, pinged } from "./ghosts.js";
import { passInvitations } from "./invitations.js";
import { speak } from "./messages.js";
import { moderate } from "./moderation.js";
import { MUC } from "./ns.js";
import { arrive, arriveAtRoom, depart } from "./presence.js";
import { whisper } from "./private-messages.js";
import { register, showRegistration } from "./registration.js";
import { relay } from "./relay.js";
import { ping } from "./self-ping.js";
import type { Turn } from "./turn.js";
import { setVcard, showVcard } from "./vcard.js";
import { handleVoice } from "./voice-requests.js";

type Doing<K extends TargetKind, R> = (context: RoomContext, turn: Turn, inbound: Inbound<K>) => R;

export function roomHandlers(context: RoomContext): Handler[] {
  /** An IQ: what it does, and its answer. */
  const iq =
    <K extends TargetKind>(doing: Doing<K, IqReply>) =>
    (inbound: Inbound<K>): Promise<IqReply> =>
      inOneTurn(context, (turn) => doing(context, turn, inbound));
  const message =
    <K extends TargetKind>(doing: Doing<K, void>) =>
    (inbound: Inbound<K>): Promise<void> =>
      inOneTurn(context, (turn) => doing(context, turn, inbound));
  const presence =
    <K extends TargetKind>(doing: Doing<K, void>) =>
    async (inbound: Inbound<K>): Promise<void> => {
      try {
        await inOneTurn(context, (turn) => doing(context, turn, inbound));
      } catch (error) {
        if (!isToBeSilent(context, inbound.stanza, inbound.from, inbound.to))
          throw echoing(error, inbound.stanza);
        context.log.debug(`A presence from ${inbound.from.text} came to nothing: ${String(error)}`);
      }
    };
  const self = (inbound: Inbound<"occupant">): Promise<IqReply> => ping(context, inbound);
  const info = (inbound: Inbound<"occupant">): Promise<IqReply> => occupantInfo(context, inbound);
  const read = (inbound: Inbound<"room">): Promise<IqReply> => queryArchive(context, inbound);
  const show = (inbound: Inbound<"room">): Promise<IqReply> => showVcard(context, inbound);
  const ask = (inbound: Inbound<"occupant">): Promise<IqReply> => relay(context, inbound);
  const { discoInfo, discoItems } = NS;
  const { admin, owner, mam } = MUC;
  return [
    { stanza: "presence", target: "occupant", types: ["available"], handle: presence(arrive) },
    { stanza: "presence", target: "room", types: ["available"], handle: presence(arriveAtRoom) },
    { stanza: "presence", target: "occupant", types: ["unavailable"], handle: presence<"occupant">(depart) },
    { stanza: "presence", target: "room", types: ["unavailable"], handle: presence<"room">(depart) },
    { stanza: "presence", target: "occupant", types: ["error"], handle: presence<"occupant">(bounced) },
    { stanza: "presence", target: "room", types: ["error"], handle: presence<"room">(bounced) },

    { stanza: "message", target: "room", types: ["groupchat"], handle: message(speak) },
    { stanza: "message", target: "room", types: ["normal"], handle: message(address) },
    { stanza: "message", target: "room", types: ["error"], handle: message<"room">(bounced) },
    { stanza: "message", target: "occupant", types: ["error"], handle: message<"occupant">(bounced) },
    { stanza: "message", target: "occupant", handle: message(whisper) },
    { stanza: "iq-answer", target: "room", handle: message(pinged) },

    { stanza: "iq", type: "get", target: "room", name: "query", ns: discoInfo, handle: iq(roomInfo) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: discoItems, handle: iq(roomItems) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: admin, handle: iq(list) },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: admin, handle: iq(change) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: owner, handle: iq(showConfiguration) },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: owner, handle: iq(configure) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: mam, handle: iq(showQueryForm) },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: mam, handle: read },
    { stanza: "iq", type: "get", target: "room", name: "metadata", ns: mam, handle: iq(archiveMetadata) },
    {
      stanza: "iq",
      type: "get",
      target: "room",
      name: "query",
      ns: MUC.register,
      handle: iq(showRegistration),
    },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: MUC.register, handle: iq(register) },
    { stanza: "iq", type: "set", target: "room", name: "moderate", ns: MUC.moderate, handle: iq(moderate) },
    { stanza: "iq", type: "set", target: "room", name: "apply-to", ns: MUC.fasten, handle: iq(moderate) },
    { stanza: "iq", type: "get", target: "room", name: "vCard", ns: NS.vcard, handle: show },
    { stanza: "iq", type: "set", target: "room", name: "vCard", ns: NS.vcard, handle: iq(setVcard) },
    { stanza: "iq", type: "get", target: "occupant", name: "ping", ns: NS.ping, handle: self },
    { stanza: "iq", type: "get", target: "occupant", name: "query", ns: discoInfo, handle: info },
    { stanza: "iq", type: "get", target: "occupant", name: "query", ns: discoItems, handle: info },
    { stanza: "iq", type: "get", target: "occupant", name: "*", ns: "*", handle: ask },
    { stanza: "iq", type: "set", target: "occupant", name: "*", ns: "*", handle: ask },
  ];
}

/** A message to the room that isn't for all. @throws StanzaError for what is nothing known */
function address(context: RoomContext, turn: Turn, inbound: Inbound<"room">): void {
  const form = formIn(inbound.stanza);
  if (form !== undefined) handleVoice(context, turn, inbound, form);
  else if (!passInvitations(context, turn, inbound)) throw new StanzaError("cancel", "service-unavailable");
}

/** Some clients know the refusal of a room by this element of theirs alone. */
function echoing(error: unknown, stanza: Element): unknown {
  if (error instanceof StanzaError && stanza.getChild("x", MUC.muc)) error.echo = xml("x", MUC.muc);
  return error;
}

/** Does it, and commits it. @throws StanzaError where the queue is full or the disk fails */
async function inOneTurn<R>({ rooms }: RoomContext, doing: (turn: Turn) => R): Promise<R> {
  const turn = rooms.begin();
  let result: R;
  try {
    result = doing(turn);
  } catch (error) {
    rooms.abort(turn);
    throw error;
  }
  if (turn.isEmpty) return result;
  const receipt = await rooms.commit(turn);
  if (receipt instanceof Refusal) throw new StanzaError("wait", "resource-constraint", receipt.sentence);
  return result;
}

/**
 * No error presence comes from an address whose session is inside: servers then forget to tell the room when it
 * ends. And nobody who leaves is answered.
 */
function isToBeSilent({ rooms }: RoomContext, { attrs }: Element, from: Jid, to: Target): boolean {
  if (attrs.type === "unavailable") return true;
  if (to.kind !== "occupant") return false;
  return rooms.find(to.room)?.sessions.get(from.text)?.jid.text === to.jid.text;
}
