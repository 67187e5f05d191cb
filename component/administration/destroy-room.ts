/** Destroys a room; its occupants are told why, and where to go instead. */
import { counted } from "../counted.js";
import { z } from "zod";
import { Jid } from "../address.js";
import { destroy } from "../muc/admin/destroying.js";
import type { FormField } from "../muc/wire/data-form.js";
import { shown } from "../operations/address-resolver.js";
import { Errcode, Refusal } from "../refusal.js";
import { valueOf } from "../entity/command.js";
import type { AdministrationContext } from "./context.js";
import { findRoom, inRoom } from "./in-room.js";
import { argumentsOf, command, line, operation, REASON, ROOM, submit } from "./operation.js";
import { reasonOf } from "./set-affiliation.js";

export const destroyRoom = operation({
  call: z.strictObject({
    room: z.string(),
    /** Another room, of any service: id or id@domain. */
    alternate: z.string().optional(),
    reason: z.string().optional(),
  }),
  run: (context, call) =>
    inRoom(context, call.room, (scope) => {
      const { jid } = scope.room;
      const alternative = alternativeOf(context, call.alternate, jid);
      if (alternative instanceof Refusal) return alternative;
      destroy(scope, { alternative, reason: reasonOf(call.reason) });
      const instead = alternative === undefined ? "" : `; people are sent to ${alternative.text}`;
      return { told: `The room ${jid.text} was destroyed${instead}.` };
    }),
});

const FIELDS: readonly FormField[] = [
  ROOM,
  { name: "alternate", type: "text-single", label: "Room that people are sent to instead", values: [] },
  REASON,
];

/** Asks once more, with what the room has. */
export const destroyRoomCommand = command(
  { node: "rooms#destroy", name: "Destroy a room", fields: FIELDS },
  (context, values) => {
    const room = findRoom(context, valueOf(values, ROOM.name));
    if (room instanceof Refusal) return room;
    const { affiliations: members, occupants, jid } = room;
    const alternative = alternativeOf(context, valueOf(values, "alternate"), jid);
    if (alternative instanceof Refusal) return alternative;
    const facts = `${jid.text} has ${counted(members.atLeastMembers().length, "member")}; inside: ${occupants.size}.`;
    return {
      kind: "stage",
      title: `Destroy ${jid.text}?`,
      instructions: "Its members, its history and its archive go with it. This can't be undone.",
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
    const wanted = `alternate: ${shown(text)} is no room; expected id or id@domain`;
    return new Refusal(Errcode.request, wanted);
  }
  return jid.equals(room) ? new Refusal(Errcode.request, "alternate: this is the room itself") : jid;
}
