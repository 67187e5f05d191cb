/** The command that destroys a room, once more asked for. */
import { valueOf, type Stage } from "../../entity/command.js";
import { Refusal } from "../../refusal.js";
import type { AdministrationContext } from "../context.js";
import { checkDestruction, destroyRoom, type DestroyRoom } from "../destroy-room.js";
import { done, line, REASON, ROOM, roomOf, type AdminCommand } from "./admin-command.js";

export const destroyRoomCommand: AdminCommand = {
  node: "rooms#destroy",
  name: "Destroy a room",
  start: (context) => ({
    kind: "stage",
    title: "Destroy a room",
    fields: [
      ROOM,
      { name: "alternate", type: "text-single", label: "Room that people are sent to instead", values: [] },
      REASON,
    ],
    isLast: false,
    submit: (values) =>
      confirm(context, {
        room: roomOf(values),
        alternate: valueOf(values, "alternate"),
        reason: valueOf(values, "reason"),
      }),
  }),
};

function confirm(context: AdministrationContext, call: DestroyRoom): Stage | Refusal {
  const room = checkDestruction(context, call);
  if (room instanceof Refusal) return room;
  const { members, occupants, jid } = room;
  const facts = `${jid.text} has ${members.atLeastMembers().length} members, and ${occupants.size} are inside.`;
  return {
    kind: "stage",
    title: `Destroy ${jid.text}?`,
    instructions: "Its members, its history and its archive go with it. This can't be undone.",
    fields: [line(facts, 0)],
    isLast: true,
    submit: () => done(destroyRoom(context, call)),
  };
}
