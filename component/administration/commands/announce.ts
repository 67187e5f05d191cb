/** The commands that say something in the service's name: in one room, or in all (XEP-0133 §4.23). */
import type { FormField } from "../../muc/wire/data-form.js";
import type { Values } from "../../entity/command.js";
import { announce } from "../announce.js";
import { done, ROOM, roomOf, type AdminCommand } from "./admin-command.js";

const ADMIN = "http://jabber.org/protocol/admin";

const TEXT: FormField = {
  name: "announcement",
  type: "text-multi",
  label: "What is to be said",
  isRequired: true,
  values: [],
};

export const announceInRoomCommand: AdminCommand = {
  node: "rooms#announce",
  name: "Announce something in a room",
  start: (context) => ({
    kind: "stage",
    title: "Announcement in a room",
    fields: [ROOM, TEXT],
    isLast: true,
    submit: (values) => done(announce(context, { room: roomOf(values), text: textOf(values) })),
  }),
};

export const announceInAllCommand: AdminCommand = {
  node: `${ADMIN}#announce`,
  name: "Announce something in all rooms",
  start: (context) => ({
    kind: "stage",
    title: "Announcement in all rooms",
    instructions: "It is said in every room that somebody is in.",
    formType: ADMIN,
    fields: [TEXT],
    isLast: true,
    submit: (values) => done(announce(context, { text: textOf(values) })),
  }),
};

function textOf(values: Values): string {
  return (values.get(TEXT.name) ?? []).join("\n");
}
