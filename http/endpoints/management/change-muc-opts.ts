import { z } from "zod";
import { endpoint } from "../../endpoint.js";
import { managedName, managedRoom, managedScope, noSuchMuc } from "../../management.js";

/** All come as text, or as what they are; "" and absent leave things as they are. */
const given = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform((value) => (value === "" || value == null ? undefined : String(value)));

const yesOrNo = given.refine(
  (text) => text === undefined || text === "true" || text === "false",
  'expected "true" or "false"',
);

const change = managedRoom.extend({
  public: yesOrNo.describe("whether the room is in the public list: true or false"),
  persistent: yesOrNo.describe("whether the room stays when everybody has left: true or false"),
  max_users: given.describe("the most occupants"),
  affiliations: given.describe("the new owner, in the place of the present ones: id or id@host"),
  forbidden_words: z.unknown().optional().describe("not obeyed: there is no such option"),
});

export default endpoint({
  name: "management/change_muc_opts",
  group: "management",
  method: "POST",
  summary: "Change a room's options, or its owner",
  request: change,
  success: { errcode: "0", errmsg: "Muc set opt ok" },
  notFound: noSuchMuc,
  scope: managedScope,
  run: (operations, call) =>
    operations.changeMucOpts({
      room: managedName(call),
      public: call.public,
      persistent: call.persistent,
      maxUsers: call.max_users,
      owner: call.affiliations,
    }),
});
