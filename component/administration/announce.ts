/**
 * Says something in the service's name: in one room, or in all rooms that somebody is in. It comes from the room itself,
 * as the room's own messages do, and is kept as what is said there.
 */
import { randomUUID } from "node:crypto";
import { keep, keepingOfKind } from "../muc/archive/keeping.js";
import type { RoomScope } from "../muc/context.js";
import { stanzaId } from "../muc/room/stable-ids.js";
import { roomJid } from "../muc/rooms.js";
import { Errcode, Refusal } from "../refusal.js";
import { xml } from "../xml/builder.js";
import { hasForbiddenCharacter, serialise } from "../xml/serialise.js";
import type { AdministrationContext, Done } from "./context.js";
import { inRoom, inTransaction } from "./in-room.js";

export interface Announce {
  /** Undefined: in all rooms that somebody is in. */
  readonly room?: string | undefined;
  readonly text: string;
}

const MAX_TEXT = 10_000;

export async function announce(
  context: AdministrationContext,
  { room, text }: Announce,
): Promise<Done | Refusal> {
  const refusal = refuseText(text);
  if (refusal !== undefined) return refusal;
  if (room !== undefined) {
    return await inRoom(context, room, (scope) => {
      sayAsRoom(scope, text);
      return { told: `It was said in ${scope.room.jid.text}.` };
    });
  }
  let count = 0;
  context.commit.flush();
  for (const name of context.overview.occupied()) {
    const jid = roomJid(name, context.muc.domain);
    if (jid === undefined) continue;
    const result = await inTransaction(context, (work) => {
      const found = context.muc.rooms.find(jid);
      // Whoever was inside may have left meanwhile.
      if (found !== undefined) sayAsRoom({ ...work, room: found }, text);
      return { told: `It was said in ${jid.text}.` };
    });
    if (result instanceof Refusal) {
      return result.withMessage(`${result.message}; it was said in ${count} rooms until then`);
    }
    count += 1;
  }
  return { told: `It was said in ${count} rooms.` };
}

function sayAsRoom(scope: RoomScope, text: string): void {
  const { transaction, room } = scope;
  const keeping = keepingOfKind(room, "text");
  const id = transaction.nextStanzaId();
  const attrs = { from: room.jid.text, type: "groupchat", id: randomUUID() };
  const message = xml("message", attrs, xml("body", {}, text), stanzaId(room.jid, id, keeping.kept));
  const stanza = serialise(message);
  transaction.tellText(stanza, room.recipients, { kind: "message", sender: room.jid.text });
  keep(scope, keeping, { id, sender: room.jid.text, nick: "", stanza }, message);
}

function refuseText(text: string): Refusal | undefined {
  const field = "announcement";
  if (text.trim() === "") return new Refusal(Errcode.request, `${field}: there is no text`);
  if (hasForbiddenCharacter(text)) {
    return new Refusal(Errcode.request, `${field}: holds a character that XML forbids`);
  }
  return text.length > MAX_TEXT
    ? new Refusal(
        Errcode.request,
        `${field}: has ${text.length} characters, at most ${MAX_TEXT} are possible`,
      )
    : undefined;
}
