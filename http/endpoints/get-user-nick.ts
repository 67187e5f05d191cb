import { z } from "zod";
import { accountOf } from "../../component/people/directory.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { field, maybeText } from "./common/fields.js";

const profile = z.object({
  Nick: field(z.string(), "the user's name", "用户的姓名"),
  Vcard: field(
    z.string(),
    'the path or URL of the user\'s picture; "" if there is none',
    '用户头像的路径或 URL；没有头像时为 ""',
  ),
});

export default endpoint({
  name: "get_user_nick",
  paths: [{ path: "/qtalk/get_user_nick" }],
  method: "POST",
  summary: { en: "Get a user's name and picture", zh: "获取用户的姓名和头像" },
  fields: {
    ID: field(z.string(), "the user: id or id@host", "用户：id 或 id@域名"),
    Domain: field(maybeText, "the user's host", "用户的域名"),
  },
  example: { ID: "test", Domain: "qtalk.test.org" },
  success: { errmsg: "", data: { schema: profile, example: { Nick: "测试", Vcard: "" } } },
  scope: () => ({ senders: [], rooms: [] }),
  async run({ addresses, directory }, { ID, Domain }) {
    const jid = addresses.address(ID, "ID", Domain);
    if (jid instanceof Refusal) return jid;
    const account = accountOf(jid);
    const profile = account && (await directory.find(account));
    if (profile !== undefined) return { data: { Nick: profile.name, Vcard: profile.avatar } };
    const isUser = account !== undefined;
    const why = isUser ? "has no name, in the directory or a vCard" : "is not a user's address";
    return new Refusal(Errcode.request, "get info fail", undefined, `${jid.bare.text} ${why}`);
  },
});
