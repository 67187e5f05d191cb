/** Programs' calls in plays: `HAG calls add CRONE`. */
import type { OperationContext } from "../../../component/operations/context.js";
import { addMucUser, delMucUser, mucUsers, removeMember } from "../../../component/operations/members.js";
import {
  changeMucOpts,
  createMuc,
  destroyMuc,
  sendNoticeVcard,
} from "../../../component/operations/rooms.js";
import { sendMessage } from "../../../component/operations/send-message.js";
import { sendThirdMessage } from "../../../component/operations/send-thirdmessage.js";
import { clearStaff } from "../../../component/operations/users.js";
import { Refusal } from "../../../component/refusal.js";
import getMucOpts from "../../../http/endpoints/management/get-muc-opts.js";
import { DOMAIN } from "./stanza-lines.js";

const LOCAL = { address: "127.0.0.1", refuseEveryone: undefined };

interface Call {
  readonly context: OperationContext;
  readonly actor: string;
  readonly room: { readonly id: string; readonly domain: string };
  /** Ids or addresses. */
  readonly people: readonly string[];
  /** `name=value`, without the room's. */
  readonly more: Readonly<Record<string, string>>;
  readonly text: string;
}

const CALLS: Readonly<Record<string, (call: Call) => Promise<object>>> = {
  create: ({ context, actor, room, more: { name = "", trueOwner, ownerHost } }) =>
    createMuc(context, { room, actor, name, trueOwner, ownerHost, description: "" }),
  add: ({ context, actor, room, people }) => addMucUser(context, { room, actor, members: people }),
  del: ({ context, actor, room, people }) => delMucUser(context, { room, actor, members: people }),
  /** management/del_muc_user */
  remove: ({ context, room, people: [user = ""] }) => removeMember(context, room, { user, host: undefined }),
  destroy: ({ context, actor, room }) => destroyMuc(context, { room, actor }),
  clear: ({ context, people, more: { host = "qtalk.test.org" } }) =>
    clearStaff(context, { users: people, host: host === "none" ? undefined : host }),
  users: ({ context, room }) => mucUsers(context, room),
  /** management/change_muc_opts: `change [public=…] [persistent=…] [maxUsers=…] [owner=…]` */
  change: ({ context, room, more }) => {
    const none = { public: undefined, persistent: undefined, maxUsers: undefined, owner: undefined };
    return changeMucOpts(context, { room, ...none, ...more });
  },
  opts: async ({ context, room: { id: muc, domain } }) => {
    const result = await getMucOpts.run(context, { muc, domain }, LOCAL);
    if (result instanceof Refusal) return result;
    const { showname, maxusers, owner } = result.data as {
      showname: string;
      maxusers: number;
      owner: { user: string }[];
    };
    return [showname, String(maxusers), ...owner.map(({ user }) => user)];
  },
  vcard: ({ context, room: { id } }) => sendNoticeVcard(context, { room: id }),
  /** send_thirdmessage: `say [id=…] [to=…] [type=…] text` */
  say: ({ context, actor: from, more, text }) => {
    const { to = `coven@${DOMAIN}`, type = "groupchat", id = `i${Math.random()}` } = more;
    const body = `<body id='${id}' msgType='1'>${text}</body>`;
    return sendThirdMessage(context, [
      { from, to, message: `<message type='${type}' client_ver='0'>${body}</message>` },
    ]);
  },
  /** send_message: `send [type=…] [msgType=…] text` */
  send: ({ context, actor: from, room, more: { type = "groupchat", msgType = "1" }, text: body }) =>
    sendMessage(context, {
      ...{ from, host: "qtalk.test.org", to: [room.id], domain: room.domain },
      ...{ type: type as "chat", body, msgType, extendInfo: "{}" },
    }),
};

/** @returns `done`; errcode and message of a refusal; what is listed, members as `crone1:测试` if the name isn't the id */
export async function call(name: string, given: Call): Promise<string> {
  const result = await (CALLS[name]?.(given) ?? Promise.reject(new Error(`there is no call ${name}`)));
  if (result instanceof Refusal) return `${result.errcode} ${result.message}`;
  if (!Array.isArray(result)) return "done";
  const list = result as (string | { user: string; name: string })[];
  return list
    .map((each) => (typeof each === "string" ? each : [...new Set([each.user, each.name])].join(":")))
    .join(" ");
}
