/** Finds sessions that ended without leaving: by bounced stanzas, and by pings after a reconnect. */
import { randomUUID } from "node:crypto";
import type { StoredSession } from "../../../storage/rooms-store.js";
import { Jid } from "../../addresses/address.js";
import { inBackground } from "../../background.js";
import { conditionOf } from "../../inbound/stanza-error.js";
import { NS, xml } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { roomOf, type RoomContext, type ToRoom, type RoomWork } from "../context.js";
import { roomJid } from "../rooms.js";
import { saysGone } from "../wire/replies.js";
import { leave } from "./leaving.js";

/** Handles a bounced message or presence of a room: removes the session if the error says that the session is gone. */
export function bounced(work: RoomWork, { stanza, from, to }: ToRoom): void {
  const { context } = work;
  if (!saysGone(conditionOf(stanza))) return;
  const room = context.rooms.find(roomOf(to));
  if (room !== undefined) leave({ ...work, room }, from.text, { codes: [333] });
}

const PINGS_AT_ONCE = 20;
const PACE_MS = 200;
const ANSWER_MS = 10_000;

/** Pings the sessions in all rooms after a reconnect, some at a time; removes those that are gone. */
export async function pingSessions(context: RoomContext, signal: AbortSignal): Promise<void> {
  const { unqueued, stores, log } = context;
  let last: { room: number; jid: string } | undefined = { room: 0, jid: "" };
  while (last !== undefined) {
    await pause();
    if (signal.aborted) return;
    if (unqueued.isBlocked) continue;
    try {
      const sessions: StoredSession[] = stores.rooms.sessionsAfter(last, PINGS_AT_ONCE);
      for (const session of sessions)
        inBackground(pingOccupant(context, session, signal), "pinging a session", log);
      last = sessions.length < PINGS_AT_ONCE ? undefined : sessions.at(-1);
    } catch (error) {
      log.warn(`The occupants to ping could not be read, retrying in ${PACE_MS} ms: ${String(error)}`);
    }
  }
}

/**
 * Pings a session in a room. An error may come from a server because the session is gone, or from a client that doesn't
 * support pings. So a message follows: if the session is gone, the server bounces it (see bounced()); clients don't
 * answer it.
 */
async function pingOccupant(
  context: RoomContext,
  { name, jid }: StoredSession,
  signal: AbortSignal,
): Promise<void> {
  const address = roomJid(name, context.domain);
  const to = Jid.parse(jid);
  if (address === undefined || to === undefined || !(await refusesPing(context, address, to, signal))) return;
  if (context.rooms.find(address)?.sessions.has(to.text) !== true) return;
  const message = { from: address.text, to: to.text, type: "groupchat", id: randomUUID() };
  context.unqueued.write(serialise(xml("message", message, xml("no-store", NS.hints))));
}

/**
 * Pings a session, again while the link accepts no data.
 * @param signal ends this when the link is lost
 * @returns whether an error came back that may say that the session is gone
 */
export async function refusesPing(
  { requests }: RoomContext,
  from: Jid,
  to: Jid,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const payload = xml("ping", NS.ping);
    const answer = await requests.ask({ type: "get", from, to, payload, timeout: ANSWER_MS });
    if (answer.kind !== "unasked") return answer.kind === "error" && saysGone(answer.condition);
    await pause();
    if (signal.aborted) return false;
  }
}

async function pause(): Promise<void> {
  await new Promise<void>((resolve) => void setTimeout(resolve, PACE_MS).unref());
}
