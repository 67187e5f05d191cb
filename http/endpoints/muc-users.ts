import { z } from "zod";
import { Errcode, Refusal } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { textOrNumber } from "../fields.js";

const room = z.object({
  muc_id: textOrNumber.describe("the room's id"),
  muc_domain: z.string().describe("the domain of the component's rooms"),
});

const users = z.array(
  z.object({
    U: z.string().describe("a member's id"),
    H: z.string().describe("their host"),
    N: z.string().describe("their name"),
  }),
);

export default endpoint({
  name: "muc_users",
  method: "POST",
  summary: "List a room's members",
  request: room,
  success: { errmsg: "", data: users },
  notFound: (errmsg) => ({ ret: false, errcode: Errcode.notFound, errmsg, data: [] }),
  scope: ({ muc_id, muc_domain }) => ({ senders: [], rooms: [{ id: muc_id, host: muc_domain }] }),
  async run(operations, { muc_id, muc_domain }) {
    const found = await operations.mucUsers({ id: muc_id, domain: muc_domain });
    if (found instanceof Refusal) return found;
    return { data: found.map(({ user, host, name }) => ({ U: user, H: host, N: name })) };
  },
});
