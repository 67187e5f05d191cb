/** The table: which stanza to a room, or to somebody's address in one, is handled where. */
import type { Handler, Inbound, IqReply } from "../router.js";
import { StanzaError } from "../stanza-error.js";
import { NS } from "../xml/builder.js";
import { change, list } from "./administration.js";
import { archiveMetadata, queryArchive, showQueryForm } from "./archive.js";
import { configure, showConfiguration } from "./configuration.js";
import type { RoomContext } from "./context.js";
import { formIn } from "./data-form.js";
import { occupantInfo, roomInfo, roomItems } from "./discovery.js";
import { bounced, pinged } from "./ghosts.js";
import { aside, arriving, deed, leaving, reading, type Doing, type Place } from "./handling.js";
import { passInvitations } from "./invitations.js";
import type { Latest } from "./latest.js";
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

export function roomHandlers(context: RoomContext, latest: Latest): Handler[] {
  const set = (doing: Doing<"room", IqReply>) => deed(context, doing);
  const get = (doing: Doing<"room", IqReply>) => reading(context, doing);
  const message = <K extends Place>(doing: Doing<K, void>) => deed(context, doing);
  const enter = <K extends Place>(doing: Doing<K, void>) => arriving(context, latest, doing);
  const leave = <K extends Place>(doing: Doing<K, void>) => leaving(context, latest, doing);
  const other = <K extends Place>(doing: Doing<K, void>) => aside(context, doing);
  const self = (inbound: Inbound<"occupant">): Promise<IqReply> => ping(context, inbound);
  const info = (inbound: Inbound<"occupant">): Promise<IqReply> => occupantInfo(context, inbound);
  const read = (inbound: Inbound<"room">): Promise<IqReply> =>
    context.reading.answer(inbound, () => queryArchive(context, inbound));
  const ask = (inbound: Inbound<"occupant">): Promise<IqReply> => relay(context, inbound);
  const { discoInfo, discoItems } = NS;
  const { admin, owner, mam } = MUC;
  return [
    { stanza: "presence", target: "occupant", types: ["available"], handle: enter(arrive) },
    { stanza: "presence", target: "room", types: ["available"], handle: enter(arriveAtRoom) },
    { stanza: "presence", target: "occupant", types: ["unavailable"], handle: leave<"occupant">(depart) },
    { stanza: "presence", target: "room", types: ["unavailable"], handle: leave<"room">(depart) },
    { stanza: "presence", target: "occupant", types: ["error"], handle: other<"occupant">(bounced) },
    { stanza: "presence", target: "room", types: ["error"], handle: other<"room">(bounced) },

    { stanza: "message", target: "room", types: ["groupchat"], handle: message(speak) },
    { stanza: "message", target: "room", types: ["normal"], handle: message(address) },
    { stanza: "message", target: "room", types: ["error"], handle: other<"room">(bounced) },
    { stanza: "message", target: "occupant", types: ["error"], handle: other<"occupant">(bounced) },
    { stanza: "message", target: "occupant", handle: message(whisper) },
    { stanza: "iq-answer", target: "room", handle: other(pinged) },

    { stanza: "iq", type: "get", target: "room", name: "query", ns: discoInfo, handle: get(roomInfo) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: discoItems, handle: get(roomItems) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: admin, handle: get(list) },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: admin, handle: set(change) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: owner, handle: get(showConfiguration) },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: owner, handle: set(configure) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: mam, handle: get(showQueryForm) },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: mam, handle: read },
    { stanza: "iq", type: "get", target: "room", name: "metadata", ns: mam, handle: get(archiveMetadata) },
    {
      stanza: "iq",
      type: "get",
      target: "room",
      name: "query",
      ns: MUC.register,
      handle: get(showRegistration),
    },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: MUC.register, handle: set(register) },
    { stanza: "iq", type: "set", target: "room", name: "moderate", ns: MUC.moderate, handle: set(moderate) },
    { stanza: "iq", type: "set", target: "room", name: "apply-to", ns: MUC.fasten, handle: set(moderate) },
    { stanza: "iq", type: "get", target: "room", name: "vCard", ns: NS.vcard, handle: get(showVcard) },
    { stanza: "iq", type: "set", target: "room", name: "vCard", ns: NS.vcard, handle: set(setVcard) },
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
