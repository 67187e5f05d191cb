import { z } from "zod";
import { getMucOpts } from "../../../component/operations/rooms.js";
import { Refusal } from "../../../component/refusal.js";
import { endpoint } from "../../endpoint.js";
import { managed, managedExample, managedFields, managedName } from "../common/managed-room.js";

const options = z.object({
  mucid: z.string().meta({ description: "the room's address", zh: "群地址" }),
  maxusers: z.number().meta({ description: "the occupant limit", zh: "人数上限" }),
  showname: z.string().meta({ description: "the room's name", zh: "群名称" }),
  owner: z
    .array(z.object({ user: z.string(), host: z.string() }))
    .meta({ description: "the room's owners", zh: "群主" }),
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
