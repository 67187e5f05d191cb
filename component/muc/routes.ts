import type { Handler, Inbound, IqReply } from "../inbound/router.js";
import { StanzaError } from "../inbound/stanza-error.js";
import { NS } from "../xml/builder.js";
import { configure, showConfiguration } from "./admin/configuration.js";
import { change, list } from "./admin/items.js";
import { archiveMetadata, queryArchive, showQueryForm } from "./archive/queries.js";
import type { RoomContext, RoomScope, Work } from "./context.js";
import { occupantInfo, roomInfo, roomItems } from "./discovery/room-info.js";
import { passInvitations } from "./features/invitations/mediated.js";
import { moderate } from "./features/retraction.js";
import { sendPrivately } from "./features/private-messages.js";
import { register, showRegistration } from "./features/registration.js";
import { setVcard, showVcard } from "./features/vcard.js";
import { handleVoice } from "./features/voice.js";
import { inRoom, StanzaHandlers, type RoomHandler, type RoomTarget } from "./handlers.js";
import { costOfChange, costOfMessage } from "./limits/budgets.js";
import type { PresenceQueue } from "./limits/presence-queue.js";
import { bounced, pinged } from "./occupancy/leaving.js";
import { arrive, depart, answerProbe } from "./occupancy/presence.js";
import { ping, relay } from "./relay/iqs.js";
import { speak } from "./relay/messages.js";
import { formIn } from "./wire/data-form.js";
import { MUC } from "./wire/ns.js";

type RoomRequest = (scope: RoomScope, inbound: Inbound<"room">) => IqReply;

export function roomHandlers(context: RoomContext, presenceQueue: PresenceQueue): Handler[] {
  const on = new StanzaHandlers(context, presenceQueue);
  const set = (handle: RoomRequest) => on.sending(inRoom(handle), costOfChange);
  const say = (handle: RoomRequest) => on.sending(inRoom(handle), costOfMessage);
  const get = (handle: RoomRequest) => on.reading(inRoom(handle));
  const message = <K extends RoomTarget>(handle: RoomHandler<K, void>) => on.sending(handle, costOfMessage);
  const self = (inbound: Inbound<"occupant">): Promise<IqReply> => ping(context, inbound);
  const info = (inbound: Inbound<"occupant">): Promise<IqReply> => occupantInfo(context, inbound);
  const read = (inbound: Inbound<"room">): Promise<IqReply> =>
    context.reading.answer(inbound, () => queryArchive(context, inbound));
  const ask = (inbound: Inbound<"occupant">): Promise<IqReply> => relay(context, inbound);
  const { discoInfo, discoItems } = NS;
  const { admin, owner, mam, register: registry } = MUC;
  return [
    {
      stanza: "presence",
      target: "occupant",
      types: ["available"],
      handle: on.available<"occupant">(arrive),
    },
    { stanza: "presence", target: "room", types: ["available"], handle: on.available<"room">(arrive) },
    {
      stanza: "presence",
      target: "occupant",
      types: ["unavailable"],
      handle: on.unavailable<"occupant">(depart),
    },
    { stanza: "presence", target: "room", types: ["unavailable"], handle: on.unavailable<"room">(depart) },
    {
      stanza: "presence",
      target: "occupant",
      types: ["probe"],
      handle: on.unmetered<"occupant">(answerProbe),
    },
    { stanza: "presence", target: "room", types: ["probe"], handle: on.unmetered<"room">(answerProbe) },
    { stanza: "presence", target: "occupant", types: ["error"], handle: on.unmetered<"occupant">(bounced) },
    { stanza: "presence", target: "room", types: ["error"], handle: on.unmetered<"room">(bounced) },

    { stanza: "message", target: "room", types: ["groupchat"], handle: message(inRoom(speak)) },
    { stanza: "message", target: "room", types: ["normal"], handle: message(address) },
    { stanza: "message", target: "room", types: ["error"], handle: on.unmetered<"room">(bounced) },
    { stanza: "message", target: "occupant", types: ["error"], handle: on.unmetered<"occupant">(bounced) },
    { stanza: "message", target: "occupant", handle: message(inRoom(sendPrivately)) },
    { stanza: "iq-answer", target: "room", handle: on.unmetered(pinged) },

    { stanza: "iq", type: "get", target: "room", name: "query", ns: discoInfo, handle: get(roomInfo) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: discoItems, handle: get(roomItems) },
    { stanza: "iq", type: "get", target: "room", name: "query", ns: admin, handle: get(list) },
    { stanza: "iq", type: "set", target: "room", name: "query", ns: admin, handle: set(change) },
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
    { stanza: "iq", type: "get", target: "occupant", name: "ping", ns: NS.ping, handle: self },
    { stanza: "iq", type: "get", target: "occupant", name: "query", ns: discoInfo, handle: info },
    { stanza: "iq", type: "get", target: "occupant", name: "query", ns: discoItems, handle: info },
    { stanza: "iq", type: "get", target: "occupant", name: "*", ns: "*", handle: ask },
    { stanza: "iq", type: "set", target: "occupant", name: "*", ns: "*", handle: ask },
  ];
}

/** Handles a voice request, an invitation or a decline. @throws StanzaError service-unavailable for other messages */
function address(work: Work, inbound: Inbound<"room">): void {
  const form = formIn(inbound.stanza);
  if (form !== undefined) {
    handleVoice({ ...work, room: work.context.rooms.get(inbound.to.jid) }, inbound, form);
  } else if (!passInvitations(work, inbound)) {
    throw new StanzaError("cancel", "service-unavailable");
  }
}
