import { z } from "zod";
import { Refusal } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";

const user = z.object({
  ID: z.string().describe("the user: id or id@host"),
  Domain: z.string().nullish().describe("the user's host"),
});

const profile = z.object({
  Nick: z.string().describe("the user's name"),
  Vcard: z.string().describe('where the user\'s picture is to be had; "" where there is none'),
});

export default endpoint({
  name: "get_user_nick",
  method: "POST",
  summary: "Get a user's name and picture",
  request: user,
  success: { errmsg: "", data: profile },
  scope: () => ({ senders: [], rooms: [] }),
  async run(operations, { ID, Domain }) {
    const found = await operations.getUserNick({ id: ID, domain: Domain ?? undefined });
    return found instanceof Refusal ? found : { data: { Nick: found.nick, Vcard: found.vcard } };
  },
});
