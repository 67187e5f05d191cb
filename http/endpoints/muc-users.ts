import { z } from "zod";
import { isAccount, Jid } from "../../component/addresses/address.js";
import { mapInSlices } from "../../component/limits/meter.js";
import { findRoom } from "../../component/operations/room-call.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { nameIn, roomFields } from "./common/room-call.js";
import { field } from "./common/fields.js";

/** How many names are looked up in one query. */
const NAMES_PER_QUERY = 250;

const users = z.array(
  z.object({
    U: field(z.string(), "a member's id", "群成员的 id"),
    H: field(z.string(), "the member's host", "群成员的域名"),
    N: field(z.string(), "the member's name", "群成员的姓名"),
  }),
);

export default endpoint({
  name: "muc_users",
  paths: [{ path: "/qtalk/muc_users" }],
  method: "POST",
  summary: { en: "List a room's members, oldest first", zh: "列出群成员，最早的在前" },
  fields: roomFields,
  example: { muc_id: "5f0b6bfa2e3a4d78aefe047ab06dc589", muc_domain: "conference.qtalk.test.org" },
  success: {
    errmsg: "",
    data: {
      schema: users,
      example: [
        { U: "test", H: "qtalk.test.org", N: "测试" },
        { U: "test1", H: "qtalk.test.org", N: "test1" },
      ],
    },
  },
  notFound: (errmsg) => ({ ret: false, errcode: Errcode.notFound, errmsg, data: [] }),
  scope: ({ muc_id, muc_domain }) => ({
    senders: [],
    rooms: [{ field: "muc_id", id: muc_id, host: muc_domain }],
  }),
  async run(context, call) {
    const room = findRoom(context, nameIn(call));
    if (room instanceof Refusal) return room;
    const members = room.affiliations.atLeastMembers();
    const starts = Array.from(
      { length: Math.ceil(members.length / NAMES_PER_QUERY) },
      (_, i) => i * NAMES_PER_QUERY,
    );
    const found = await mapInSlices(starts, (start) => {
      const some = members
        .slice(start, start + NAMES_PER_QUERY)
        .map(({ jid }) => Jid.parse(jid))
        .filter((jid) => jid !== undefined && isAccount(jid));
      const names = context.directory.displayNames(some);
      return some.map(({ local: U, domain: H, text }) => ({ U, H, N: names.get(text) ?? U }));
    });
    return { data: found.flat() };
  },
});
