import { z } from "zod";
import { isAccount, Jid } from "../../../component/addresses/address.js";
import { findRoom } from "../../../component/operations/room-call.js";
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
  success: {
    errcode: "0",
    errmsg: "",
    data: {
      schema: options,
      example: {
        mucid: "5f0b6bfa2e3a4d78aefe047ab06dc589@conference.qtalk.test.org",
        maxusers: 1000,
        showname: "新建群组",
        owner: [{ user: "test", host: "qtalk.test.org" }],
      },
    },
  },
  run(context, call) {
    const room = findRoom(context, managedName(call));
    if (room instanceof Refusal) return room;
    const { jid, options, affiliations } = room;
    // The call's domain may be an alias.
    const mucid = Jid.of(jid.local, call.domain)?.text ?? jid.text;
    const owners = affiliations.withAffiliation("owner").map(({ jid }) => Jid.parse(jid));
    const owner = owners
      .filter((each) => each !== undefined && isAccount(each))
      .map(({ local, domain }) => ({ user: local, host: domain }));
    return { data: { mucid, maxusers: options.maxOccupants, showname: options.name, owner } };
  },
});
