import { z } from "zod";
import { getMucOpts } from "../../../component/operations/rooms.js";
import { Refusal } from "../../../component/refusal.js";
import { endpoint } from "../../endpoint.js";
import { managed, managedExample, managedFields, managedName } from "../common/managed-room.js";
import { field } from "../common/fields.js";

const options = z.object({
  mucid: field(z.string(), "the room's address", "群地址"),
  maxusers: field(z.number(), "the occupant limit", "人数上限"),
  showname: field(z.string(), "the room's name", "群名称"),
  owner: field(z.array(z.object({ user: z.string(), host: z.string() })), "the room's owners", "群主"),
});

export default endpoint({
  ...managed("get_muc_opts"),
  summary: { en: "Get a room's name, owners and occupant limit", zh: "查询群名称、群主和人数上限" },
  fields: managedFields,
  example: managedExample,
  success: { errcode: "0", errmsg: "", data: options },
  run(context, call) {
    const found = getMucOpts(context, managedName(call));
    if (found instanceof Refusal) return Promise.resolve(found);
    const { address, maxUsers, name, owners } = found;
    const owner = owners.map(({ local, domain }) => ({ user: local, host: domain }));
    return Promise.resolve({ data: { mucid: address, maxusers: maxUsers, showname: name, owner } });
  },
});
