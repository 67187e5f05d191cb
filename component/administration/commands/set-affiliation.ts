/** The command that adds and removes members, and gives other ranks. */
import { linesOf, valueOf, type Values } from "../../entity/command.js";
import { isAffiliation } from "../../muc/room/affiliation.js";
import { shown } from "../../operations/address-resolver.js";
import { Errcode, Refusal } from "../../refusal.js";
import type { AdministrationContext, Done } from "../context.js";
import { setAffiliation } from "../set-affiliation.js";
import { done, REASON, ROOM, roomOf, type AdminCommand } from "./admin-command.js";

export const setAffiliationCommand: AdminCommand = {
  node: "rooms#affiliations",
  name: "Add, change or remove a room's members",
  start: (context) => ({
    kind: "stage",
    title: "Members of a room",
    fields: [
      ROOM,
      { name: "users", type: "jid-multi", label: "Users, a line each", isRequired: true, values: [] },
      {
        name: "affiliation",
        type: "list-single",
        label: "What they shall be",
        values: ["member"],
        choices: [
          { value: "member", label: "Member" },
          { value: "admin", label: "Administrator" },
          { value: "owner", label: "Owner" },
          { value: "none", label: "Nothing: no member any more, or no longer banned" },
          { value: "outcast", label: "Banned" },
        ],
      },
      REASON,
    ],
    isLast: true,
    submit: (values) => done(change(context, values)),
  }),
};

async function change(context: AdministrationContext, values: Values): Promise<Done | Refusal> {
  const affiliation = valueOf(values, "affiliation");
  if (!isAffiliation(affiliation)) {
    return new Refusal(Errcode.request, `affiliation: ${shown(affiliation)} is none of the choices`);
  }
  const users = linesOf(values, "users");
  const reason = valueOf(values, "reason");
  return await setAffiliation(context, { room: roomOf(values), affiliation, users, reason });
}
