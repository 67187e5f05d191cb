/** Destroys a room; its occupants are sent the reason and an alternative room (XEP-0045 §10.9). */
import { counted, quoted } from "../wording.js";
import { z } from "zod";
import { Jid } from "../address.js";
import { destroy } from "../muc/admin/destroying.js";
import type { FormField } from "../muc/wire/data-form.js";
import { Errcode, Refusal } from "../refusal.js";
import { valueOf } from "../entity/command.js";
import type { AdministrationContext } from "./context.js";
import { findRoom, inRoom } from "./in-room.js";
import { argumentsOf, command, line, operation, REASON, ROOM, submit } from "./operation.js";
import { reasonOf } from "./set-affiliation.js";

export const destroyRoom = operation({
  call: z.strictObject({
    room: z.string(),
    /** The alternative room, on any server: id or id@domain. */
    alternate: z.string().optional(),
    reason: z.string().optional(),
  }),
  run: (context, call) =>
    inRoom(context, call.room, (scope) => {
      const { jid } = scope.room;
      const alternative = alternativeOf(context, call.alternate, jid);
      if (alternative instanceof Refusal) return alternative;
      destroy(scope, { alternative, reason: reasonOf(call.reason) });
      const instead = alternative === undefined ? "" : `; its alternative is ${alternative.text}`;
      return { message: `The room ${jid.text} was destroyed${instead}.` };
    }),
});

const FIELDS: readonly FormField[] = [
  ROOM,
  { name: "alternate", type: "text-single", label: "Alternative room", values: [] },
  REASON,
];

/** The ad-hoc command. It asks for confirmation and shows how many members and occupants lose the room. */
export const destroyRoomCommand = command(
  { node: "rooms#destroy", name: "Destroy a room", fields: FIELDS },
  (context, values) => {
    const room = findRoom(context, valueOf(values, ROOM.name));
    if (room instanceof Refusal) return room;
    const { affiliations: members, occupants, jid } = room;
    const alternative = alternativeOf(context, valueOf(values, "alternate"), jid);
    if (alternative instanceof Refusal) return alternative;
    const facts = `${jid.text} has ${counted(members.atLeastMembers().length, "member")} and ${counted(occupants.size, "occupant")}.`;
    return {
      kind: "stage",
      title: `Destroy ${jid.text}?`,
      instructions: "The room's settings, affiliations and messages are deleted permanently.",
      fields: [line(facts, 0)],
      isLast: true,
      submit: () => submit(destroyRoom, context, argumentsOf(FIELDS, values)),
    };
  },
);

function alternativeOf({ muc }: AdministrationContext, alternate = "", room: Jid): Jid | Refusal | undefined {
  const text = alternate.trim();
  if (text === "") return undefined;
  const jid = Jid.parse(text, muc.domain);
  if (jid?.local === undefined || jid.resource !== undefined) {
    const wanted = `alternate: ${quoted(text)} is not a room; expected id or id@domain`;
    return new Refusal(Errcode.request, wanted);
  }
  return jid.equals(room)
    ? new Refusal(Errcode.request, "alternate: this is the room that is destroyed")
    : jid;
}
