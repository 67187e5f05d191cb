import { z } from "zod";
import { changeMucOpts } from "../../../component/operations/rooms.js";
import { endpoint } from "../../endpoint.js";
import { managed, managedExample, managedFields, managedName } from "../common/managed-room.js";
import { field } from "../common/fields.js";

/** A field with text, a number or a boolean. "" counts as absent: the option stays unchanged. */
const given = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform((value) => (value === "" || value == null ? undefined : String(value)));

const yesOrNo = given.refine(
  (text) => text === undefined || text === "true" || text === "false",
  'expected "true" or "false"',
);

export default endpoint({
  ...managed("change_muc_opts"),
  summary: { en: "Change a room's options, or replace its owners", zh: "修改群属性，或用新群主取代现有群主" },
  fields: {
    ...managedFields,
    public: field(
      yesOrNo,
      "whether the room is in the public list: true or false",
      "是否公开：true 或 false",
    ),
    persistent: field(
      yesOrNo,
      "whether the room is persistent: true or false",
      "无人时是否保留：true 或 false",
    ),
    max_users: field(given, "the occupant limit", "人数上限"),
    affiliations: field(
      given,
      "the new owner, who replaces the current owners: id or id@host",
      "新群主（取代现有群主）：id 或 id@域名",
    ),
    forbidden_words: field(
      z.unknown().optional(),
      "ignored: there is no such option",
      "已忽略：没有这个选项",
    ),
  },
  example: { ...managedExample, public: "true", persistent: "true", max_users: "250", affiliations: "test" },
  success: { errcode: "0", errmsg: "Muc set opt ok" },
  run: (context, call) =>
    changeMucOpts(context, {
      room: managedName(call),
      public: call.public,
      persistent: call.persistent,
      maxUsers: call.max_users,
      owner: call.affiliations,
    }),
});
