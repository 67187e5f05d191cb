/**
 * Makes occupants conform to the room's options and bans: removes those who may no longer be inside, and shows or hides
 * the others' presence. This may take a presence for each pair of occupants, so it is done in steps. Each step is a
 * transaction that leaves the room in a state of its own: what remains to be done follows from the room's state, and
 * after a restart the next step follows (storage: rooms_changing, occupants.shown).
 */
import { Jid } from "../../addresses/address.js";
import type { RoomContext, RoomScope } from "../context.js";
import { firstResult, hooksOf } from "../features.js";
import { expel, removeIfAbandoned } from "../occupancy/leaving.js";
import type { Occupant } from "../room/occupants.js";
import type { RoomView } from "../room/room-view.js";
import { roomJid } from "../rooms.js";
import { notifyHidden, notifyOthers, shapeOf } from "../wire/fan-out.js";
import type { Cause } from "../wire/presence-stanza.js";

/** A change to which occupants must conform. */
export interface Change extends Cause {
  /** Whether the room's options were changed, not an affiliation. */
  readonly isConfigured: boolean;
}

/** How many stanzas a transaction sends before the next step begins. */
const STEP = 512;
/** The pause before a step is repeated that could not be stored, in milliseconds. */
const RETRY_MS = 1_000;

/** Whether a transaction is so large that the rest of its work belongs in the next step. */
export function isStepFull({ transaction }: Pick<RoomScope, "transaction">): boolean {
  return transaction.stanzas >= STEP;
}

/** Makes all occupants conform: some now, the others in later steps, whose cost is charged now. */
export function conform(scope: RoomScope, change: Change): void {
  const { context, transaction, room } = scope;
  const waiting = [...room.occupants.values()].filter((occupant) => !conforms(room, occupant, change));
  const { bytes } = transaction;
  let done = 0;
  for (const occupant of waiting) {
    if (isStepFull(scope)) break;
    makeConform(scope, occupant, change);
    done += 1;
  }
  const isOver = done === waiting.length;
  if (!isOver && !room.isChanging)
    transaction.charge(((transaction.bytes - bytes) / Math.max(1, done)) * (waiting.length - done));
  if (!isOver || room.isChanging) room.setChanging(transaction, isOver ? undefined : toText(change));
  if (!isOver) nextStep(context, room.jid.local);
  removeIfAbandoned(scope);
}

/** Goes on with the rooms that were changing when the component was stopped. */
export function conformAll(context: RoomContext): void {
  for (const name of context.stores.rooms.changing()) nextStep(context, name);
}

function conforms(room: RoomView, occupant: Occupant, change: Change): boolean {
  return codeOf(room, occupant, change) === undefined && occupant.isShown === room.isBroadcast(occupant.role);
}

/** Returns the status code for removing an occupant; undefined if the occupant may stay. */
function codeOf(room: RoomView, { affiliation }: Occupant, { isConfigured }: Change): number | undefined {
  return firstResult(hooksOf("mustLeave"), (hook) => hook(room, affiliation, isConfigured));
}

function makeConform(scope: RoomScope, occupant: Occupant, change: Change): void {
  const { transaction, room } = scope;
  const code = codeOf(room, occupant, change);
  if (code !== undefined) {
    const { isConfigured, ...cause } = change;
    expel(scope, occupant, { codes: [code], ...(!isConfigured && { cause }) });
    return;
  }
  if (room.isBroadcast(occupant.role)) notifyOthers(scope, occupant, shapeOf(occupant));
  else notifyHidden(scope, occupant);
  room.setShown(transaction, occupant);
}

/** Does the next step when it is the room's turn, before anything else happens in the room. */
function nextStep(context: RoomContext, name: string): void {
  const jid = roomJid(name, context.domain);
  if (jid === undefined) return;
  const { transactions, rooms, turns, log } = context;
  const retry = (error: unknown): void => {
    log.warn(
      `A change of the room ${jid.text} could not go on, retrying in ${RETRY_MS / 1000} s: ${String(error)}`,
    );
    setTimeout(() => nextStep(context, name), RETRY_MS).unref();
  };
  turns.step(jid.text, () => {
    const step = transactions.own((transaction) => {
      const room = rooms.find(jid);
      const change = room?.changing === undefined ? undefined : fromText(room.changing);
      if (room !== undefined && change !== undefined) conform({ context, transaction, room }, change);
    });
    step.catch(retry);
  });
}

function toText({ jid, ...rest }: Change): string {
  return JSON.stringify({ ...rest, jid: jid?.text });
}

function fromText(text: string): Change {
  const { jid, ...rest } = JSON.parse(text) as Omit<Change, "jid"> & { jid?: string };
  return { ...rest, jid: jid === undefined ? undefined : Jid.parse(jid)?.bare };
}
