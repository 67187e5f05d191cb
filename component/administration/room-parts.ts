/** Functions that operations on rooms share: they parse names of rooms and users, and commit changes. */
import { Jid, type AccountJid } from "../addresses/address.js";
import type { RoomScope, RoomWork } from "../muc/context.js";
import type { Room } from "../muc/room/room.js";
import { commitWork } from "../operations/room-call.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import type { StoredRoom } from "../../storage/rooms-store.js";
import { quoted } from "../wording.js";
import { cut } from "../../storage/unicode.js";
import { z } from "zod";
import type { ChangeRecord, Context, OperationDone, RunningContext } from "./context.js";
import { naming, word } from "./operation.js";

/** The maximum length of a reason, in characters. */
const MAX_REASON = 2000;

const NAMED = word(z.string(), "room: id or address", "群：id 或地址", { placed: "plan" });
/** Arguments that name a room: its address, the room in the running component, and the room in the database. */
export const ROOM = naming(NAMED, parseRoomAddress);
export const LOADED_ROOM = naming(NAMED, (context, text) =>
  findRoomByAddress(context as Context & Pick<RunningContext, "muc">, text),
);
export const STORED_ROOM = naming(NAMED, findStored);
export const REASON = word(
  z.string().optional().transform(reasonOf),
  "reason, shown to users",
  "原因，会显示给用户",
);

export { refusalOfError } from "../operations/room-call.js";

/** Parses a room's address: id or id@domain. */
export function parseRoomAddress(
  { addresses }: Pick<Context, "addresses">,
  text: string,
): AccountJid | Refusal {
  const [domain = ""] = addresses.roomDomains;
  const jid = Jid.parse(text.trim(), domain);
  const room = jid?.resource === undefined ? jid && addresses.roomAt(jid) : undefined;
  return room ?? badRequest(`room: ${quoted(text)} is not a room; expected id or id@${domain}`);
}

/** Finds a room in the running component. */
export function findRoomByAddress(
  context: Pick<RunningContext, "addresses" | "muc">,
  text: string,
): Room | Refusal {
  const jid = parseRoomAddress(context, text);
  if (jid instanceof Refusal) return jid;
  return context.muc.rooms.find(jid) ?? noRoom(jid);
}

/** Finds a room in the database, which the running component has brought up to date. */
export function findStored(
  context: Context,
  text: string,
): { readonly jid: AccountJid; readonly room: StoredRoom } | Refusal {
  const jid = parseRoomAddress(context, text);
  if (jid instanceof Refusal) return jid;
  context.commit.flush();
  const room = context.records.rooms.find(jid.local);
  return room === undefined ? noRoom(jid) : { jid, room };
}

function noRoom(jid: AccountJid): Refusal {
  return refuse.notFound(`room: there is no room ${jid.text}`);
}

/** The parts of the context that a change of rooms uses. */
interface RoomChange extends Pick<RunningContext, "muc"> {
  readonly record: Pick<ChangeRecord, "write">;
}

/** Changes an existing room when it is the room's turn. Parameters are as in inTransaction(). */
export async function inRoomByAddress(
  context: RoomChange,
  jid: AccountJid,
  work: (scope: RoomScope) => OperationDone | Refusal,
  isWhole = true,
): Promise<OperationDone | Refusal> {
  const { turns, rooms } = context.muc;
  return await turns.call({ rooms: [jid.text], account: undefined }, () =>
    inTransaction(
      context,
      (scope) => {
        const room = rooms.find(jid);
        return room === undefined ? noRoom(jid) : work({ ...scope, room });
      },
      isWhole,
    ),
  );
}

/**
 * Changes rooms in one transaction, which also records the change. If it is refused, nothing is changed.
 * @param isWhole whether the change is complete; false: more transactions follow
 */
export async function inTransaction(
  context: RoomChange,
  work: (work: RoomWork) => OperationDone | Refusal,
  isWhole = true,
): Promise<OperationDone | Refusal> {
  const { muc, record } = context;
  let done: OperationDone | Refusal = { message: "" };
  const status = await commitWork({ muc }, (transaction) => {
    done = work({ context: muc, transaction });
    if (done instanceof Refusal) return done;
    const { message } = done;
    transaction.writes.push(() => record.write(isWhole ? message : undefined));
    return undefined;
  });
  return status instanceof Refusal ? status : done;
}

/** Returns the reason that users see, shortened; undefined if it is empty. */
function reasonOf(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : cut(text, MAX_REASON);
}
