import { z } from "zod";
import { endpoint } from "../endpoint.js";

const key = z.object({
  u: z.string().describe("the user: id or id@host"),
  k: z.string().describe("the key's digits"),
});

export default endpoint({
  name: "auth_uk",
  method: "GET",
  toleratesPost: true,
  summary: "Check a user's key",
  request: key,
  success: { errmsg: "success" },
  scope: () => ({ senders: [], rooms: [] }),
  run: (operations, { u, k }, { address }) => operations.authUk({ user: u, key: k, address }),
});
