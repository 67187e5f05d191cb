import { z } from "zod";
import { StanzaError } from "../../../component/inbound/stanza-error.js";
import { reconfigure } from "../../../component/muc/admin/configuration.js";
import { inRoom } from "../../../component/operations/room-call.js";
import { badRequest, Refusal } from "../../../component/refusal.js";
import { quoted } from "../../../component/wording.js";
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
  async run(context, call) {
    const { affiliations, max_users: maxUsers } = call;
    const owner =
      affiliations === undefined ? undefined : context.addresses.account(affiliations, "affiliations");
    if (owner instanceof Refusal) return owner;
    if (maxUsers !== undefined && !/^\d{1,9}$/.test(maxUsers))
      return badRequest(`max_users: ${quoted(maxUsers)} is not a number of occupants`);
    const fields = new Map<string, readonly string[]>();
    for (const [name, value] of [
      ["publicroom", call.public],
      ["persistentroom", call.persistent],
      ["maxusers", maxUsers],
      ["roomowners", owner?.text],
    ] as const)
      if (value !== undefined) fields.set(`muc#roomconfig_${name}`, [value]);
    return await inRoom(context, managedName(call), (scope) => {
      try {
        reconfigure(scope, fields, {});
        return undefined;
      } catch (error) {
        // The form refuses numbers above the service's limit (rooms.max_occupants).
        if (!(error instanceof StanzaError) || error.condition !== "not-acceptable") throw error;
        return badRequest(`max_users: a room here takes from 1 to ${context.muc.config.max_occupants}`);
      }
    });
  },
});
