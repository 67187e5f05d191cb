/**
 * The endpoint auth_uk: checks the key with which a user authenticates to another web server. Wrong, expired and unknown
 * keys get the same message.
 */
import { z } from "zod";
import { accountOf } from "../../component/people/directory.js";
import { Errcode, Refusal } from "../../component/refusal.js";
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
  async run({ addresses, keys, keyThrottle }, { u, k }, { address }) {
    const jid = addresses.address(u, "u");
    if (jid instanceof Refusal) return jid;
    const account = accountOf(jid);
    const verdict = account === undefined ? "wrong" : keys.judge(account, k);
    if (verdict === "good") return {};
    // An expired key was right earlier, so this isn't guessing.
    if (verdict === "wrong") await keyThrottle.failed(jid.bare.text, address);
    const why = verdict === "expired" ? "the key has expired" : "the key is wrong";
    return new Refusal(Errcode.request, "auth fail", undefined, `${jid.bare.text}: ${why}`);
  },
});
