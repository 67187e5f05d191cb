import { z } from "zod";
import { mucUsers } from "../../component/operations/members.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { roomFields } from "./common/room-call.js";
import { field } from "./common/fields.js";

const users = z.array(
  z.object({
    U: field(z.string(), "a member's id", "群成员的 id"),
    H: field(z.string(), "the member's host", "群成员的域名"),
    N: field(z.string(), "the member's name", "群成员的姓名"),
  }),
);

export default endpoint({
  name: "muc_users",
  paths: [{ path: "/qtalk/muc_users" }],
  method: "POST",
  summary: { en: "List a room's members, oldest first", zh: "列出群成员，最早的在前" },
  fields: roomFields,
  example: { muc_id: "5f0b6bfa2e3a4d78aefe047ab06dc589", muc_domain: "conference.qtalk.test.org" },
  success: {
    errmsg: "",
    data: {
      schema: users,
      example: [
        { U: "test", H: "qtalk.test.org", N: "测试" },
        { U: "test1", H: "qtalk.test.org", N: "test1" },
      ],
    },
  },
  notFound: (errmsg) => ({ ret: false, errcode: Errcode.notFound, errmsg, data: [] }),
  scope: ({ muc_id, muc_domain }) => ({ senders: [], rooms: [{ id: muc_id, host: muc_domain }] }),
  async run(context, { muc_id, muc_domain }) {
    const found = await mucUsers(context, { id: muc_id, domain: muc_domain });
    if (found instanceof Refusal) return found;
    return { data: found.map(({ user, host, name }) => ({ U: user, H: host, N: name })) };
  },
});
