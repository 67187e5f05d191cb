/** The endpoint auth_uk: checks the key with which a user authenticates to another web server. */
import { z } from "zod";
import { authUk } from "../../component/operations/users.js";
import { endpoint } from "../endpoint.js";
import { field } from "./common/fields.js";

export default endpoint({
  name: "auth_uk",
  paths: [{ path: "/qtalk/auth_uk" }],
  method: "GET",
  toleratesPost: true,
  summary: { en: "Check whether a key is valid for a user", zh: "验证用户的密钥是否有效" },
  fields: {
    u: field(z.string(), "the user: id or id@host", "用户：id 或 id@域名"),
    k: field(z.string(), "the key's digits", "密钥的数字"),
  },
  example: { u: "test", k: "290711548828672407278" },
  success: { errmsg: "success" },
  scope: () => ({ senders: [], rooms: [] }),
  run: (context, { u, k }, { address }) => authUk(context, { user: u, key: k, address }),
});
