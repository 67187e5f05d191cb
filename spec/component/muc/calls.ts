/** Programs' calls in plays: `HAG calls add CRONE`. */
import type { OperationContext } from "../../../component/operations/context.js";
import { Refusal } from "../../../component/refusal.js";
import { contract } from "../../../http/contract.js";
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

interface Named extends Call {
  /** The fields of a call about a room. */
  readonly muc: object;
  /** The fields of a call about a room in the actor's name. */
  readonly owned: object;
}

/** The calls by their names in plays: the endpoint's name, and its arguments. */
const CALLS: Readonly<Record<string, (call: Named) => readonly [name: string, fields: object]>> = {
  create: ({ owned, more: { name: muc_name, trueOwner: muc_true_owner, ownerHost: muc_owner_host } }) => [
    "create_muc",
    { ...owned, muc_name, muc_true_owner, muc_owner_host },
  ],
  add: ({ owned, people: muc_member }) => ["add_muc_user", { ...owned, muc_member }],
  del: ({ owned, people: muc_member }) => ["del_muc_user", { ...owned, muc_member }],
  remove: ({ muc, people: [user] }) => ["management/del_muc_user", { ...muc, user }],
  destroy: ({ owned }) => ["destroy_muc", owned],
  clear: ({ people: users, more: { host = "qtalk.test.org" } }) => [
    "clear_staff",
    { users, host: host === "none" ? undefined : host },
  ],
  users: ({ owned }) => ["muc_users", owned],
  /** `change [public=…] [persistent=…] [max_users=…] [affiliations=…]` */
  change: ({ muc, more }) => ["management/change_muc_opts", { ...muc, ...more }],
  opts: ({ muc }) => ["management/get_muc_opts", muc],
  vcard: ({ room: { id: muc_name } }) => ["send_notice_vcard", { muc_name }],
  /** `say [id=…] [to=…] [type=…] text` */
  say: ({ actor: from, more, text }) => {
    const { to = `coven@${DOMAIN}`, type = "groupchat", id = `i${Math.random()}` } = more;
    const body = `<body id='${id}' msgType='1'>${text}</body>`;
    return [
      "send_thirdmessage",
      { from, to, message: `<message type='${type}' client_ver='0'>${body}</message>` },
    ];
  },
  /** `send [type=…] [msgType=…] text` */
  send: ({ actor: From, room, more: { type: Type = "groupchat", msgType: Msg_Type }, text: Body }) => [
    "send_message",
    {
      From,
      Host: "qtalk.test.org",
      To: [{ User: room.id }],
      Domain: room.domain,
      Type,
      Msg_Type,
      Body,
      Extend_Info: "{}",
    },
  ],
};

/** @returns `done`; errcode and message of a refusal; what is listed, members as `crone1:测试` if the name isn't the id */
export async function call(name: string, given: Call): Promise<string> {
  const { context, actor, room } = given;
  const muc = { muc: room.id, domain: room.domain };
  const owned = { muc_id: room.id, muc_domain: room.domain, muc_owner: actor };
  const [endpoint, fields] = CALLS[name]?.({ ...given, muc, owned }) ?? [];
  const found = contract.find((each) => each.name === endpoint);
  if (found === undefined) throw new Error(`there is no call ${name}`);
  const result = await found.run(context, found.request.parse(fields), LOCAL);
  if (result instanceof Refusal) return `${result.errcode} ${result.message}`;
  if (name === "opts") {
    const { showname, maxusers, owner } = result.data as {
      showname: string;
      maxusers: number;
      owner: { user: string }[];
    };
    return [showname, maxusers, ...owner.map(({ user }) => user)].join(" ");
  }
  const members = result.data as { U: string; N: string }[] | undefined;
  return members === undefined ? "done" : members.map(({ U, N }) => [...new Set([U, N])].join(":")).join(" ");
}
