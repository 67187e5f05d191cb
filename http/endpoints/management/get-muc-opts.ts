import { z } from "zod";
import { Refusal } from "../../../component/refusal.js";
import { endpoint } from "../../endpoint.js";
import { managedName, managedRoom, managedScope, noSuchMuc } from "../../management.js";

const options = z.object({
  mucid: z.string().describe("the room's address"),
  maxusers: z.number().describe("the most occupants"),
  showname: z.string().describe("its name"),
  owner: z.array(z.object({ user: z.string(), host: z.string() })).describe("its owners"),
});

export default endpoint({
  name: "management/get_muc_opts",
  group: "management",
  method: "POST",
  summary: "Get a room's options",
  request: managedRoom,
  success: { errcode: "0", errmsg: "", data: options },
  notFound: noSuchMuc,
  scope: managedScope,
  async run(operations, call) {
    const found = await operations.getMucOpts(managedName(call));
    if (found instanceof Refusal) return found;
    const { address, maxUsers, name, owners } = found;
    const owner = owners.map(({ local, domain }) => ({ user: local, host: domain }));
    return { data: { mucid: address, maxusers: maxUsers, showname: name, owner } };
  },
});
