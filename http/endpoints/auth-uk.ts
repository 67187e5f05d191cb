/** auth_uk: whether a key is a user's own. */
import { z } from "zod";
import { authUk } from "../../component/operations/auth-uk.js";
import { endpoint } from "../endpoint.js";

export default endpoint({
  name: "auth_uk",
  paths: [{ path: "/qtalk/auth_uk" }],
  method: "GET",
  toleratesPost: true,
  summary: { en: "Check whether a key is a user's own", zh: "验证密钥是否属于该用户" },
  fields: {
    u: { type: z.string(), en: "the user: id or id@host", zh: "用户：id 或 id@域名" },
    k: { type: z.string(), en: "the key's digits", zh: "密钥的数字" },
  },
  example: { u: "test", k: "290711548828672407278" },
  success: { errmsg: "success" },
  scope: () => ({ senders: [], rooms: [] }),
  run: (context, { u, k }, { address }) => authUk(context, { user: u, key: k, address }),
});
