/** What the endpoints that act on a room in a user's name share. */
import { z } from "zod";
import type { AccountJid, BareJid } from "../../../component/addresses/address.js";
import type { RoomScope } from "../../../component/muc/context.js";
import type { OperationContext } from "../../../component/operations/context.js";
import {
  inRoom,
  parseAccounts,
  parseActor,
  type NamedRoom,
} from "../../../component/operations/room-call.js";
import type { Acceptance } from "../../../component/outbox/outbox.js";
import { Refusal } from "../../../component/refusal.js";
import type { CallScope } from "../../endpoint.js";
import { field, textOrNumber } from "./fields.js";

const muc_id = field(textOrNumber, "the room's id", "群 id（用 system+UUID 保证唯一）");
const muc_domain = field(z.string(), "the domain of the component's rooms", "群域名");

export const roomFields = { muc_id, muc_domain };

export const actorFields = {
  muc_id,
  muc_owner: field(z.string(), "the acting user: id or id@host", "执行操作的用户：id 或 id@域名"),
  muc_domain,
  system: field(z.unknown().optional(), "the calling program", "调用方标识"),
};

export const roomExample = {
  muc_id: "test-8470e92d33304a27a847ddcbc3b9ae2b",
  muc_owner: "admin",
  muc_domain: "conference.qtalk.test.org",
  system: "test",
};

interface Named {
  readonly muc_id: string;
  readonly muc_domain: string;
}

interface Actor extends Named {
  readonly muc_owner: string;
}

export function roomCall(name: string) {
  return {
    name,
    paths: [{ path: `/qtalk/${name}` }, { path: `/${name}`, group: "gateway" }],
    method: "POST",
    success: { errmsg: "success", data: "" },
    scope: ({ muc_id, muc_domain, muc_owner }: Actor): CallScope => ({
      senders: [{ field: "muc_owner", id: muc_owner }],
      rooms: [{ field: "muc_id", id: muc_id, host: muc_domain }],
    }),
  } as const;
}

export function nameIn({ muc_id, muc_domain }: Named): NamedRoom {
  return { id: muc_id, domain: muc_domain };
}

/** Parses the acting user and the named members, and changes the room. */
export async function withMembers(
  context: OperationContext,
  call: Actor & { readonly muc_member: readonly string[] },
  work: (scope: RoomScope, actor: BareJid, accounts: readonly AccountJid[]) => Refusal | undefined,
): Promise<Acceptance> {
  const actor = parseActor(context, call.muc_owner);
  if (actor instanceof Refusal) return actor;
  const accounts = await parseAccounts(context, call.muc_member, "muc_member");
  if (accounts instanceof Refusal) return accounts;
  return await inRoom(context, nameIn(call), (scope) => work(scope, actor, accounts));
}
