/** The commands that show who is inside a room, and put them out. */
import { valueOf, type Stage, type Step } from "../../entity/command.js";
import type { Occupant } from "../../muc/room/occupant.js";
import { Errcode, Refusal } from "../../refusal.js";
import type { AdministrationContext } from "../context.js";
import { kick } from "../kick.js";
import { occupantsOf } from "../occupants.js";
import { done, pages, REASON, ROOM, roomOf, type AdminCommand } from "./admin-command.js";

export const occupantsCommand: AdminCommand = {
  node: "rooms#occupants",
  name: "See who is inside a room",
  start: (context) => ({
    kind: "stage",
    title: "Who is inside a room",
    fields: [ROOM],
    isLast: false,
    submit: (values) => show(context, roomOf(values)),
  }),
};

export const kickCommand: AdminCommand = {
  node: "rooms#kick",
  name: "Put somebody out of a room",
  start: (context) => ({
    kind: "stage",
    title: "Put somebody out of a room",
    fields: [ROOM],
    isLast: false,
    submit: (values) => choose(context, roomOf(values)),
  }),
};

/** So many are offered. */
const MOST = 200;

function show(context: AdministrationContext, room: string): Step | Refusal {
  const occupants = occupantsOf(context, room);
  if (occupants instanceof Refusal) return occupants;
  if (occupants.length === 0) return { kind: "completed", note: "Nobody is inside." };
  const texts = occupants.map((occupant) => `${labelOf(occupant)}: ${sessionsOf(occupant)}`);
  return pages(`Inside ${room}: ${occupants.length}`, texts);
}

function choose(context: AdministrationContext, room: string): Stage | Refusal {
  const occupants = occupantsOf(context, room);
  if (occupants instanceof Refusal) return occupants;
  if (occupants.length === 0) return new Refusal(Errcode.notFound, "room: nobody is inside");
  const choices = occupants.slice(0, MOST).map((occupant) => {
    return { value: occupant.nick.text, label: `${labelOf(occupant)}: ${occupant.account.text}` };
  });
  return {
    kind: "stage",
    title: `Inside ${room}`,
    instructions: "Whoever may enter can come back; to keep somebody out, ban them.",
    fields: [
      { name: "occupants", type: "list-multi", label: "Whom", isRequired: true, values: [], choices },
      REASON,
    ],
    isLast: true,
    submit: (values) =>
      done(
        kick(context, {
          room,
          occupants: values.get("occupants") ?? [],
          reason: valueOf(values, "reason"),
        }),
      ),
  };
}

function labelOf({ nick, role, affiliation }: Occupant): string {
  return `${nick.text} (${affiliation === "none" ? role : `${role}, ${affiliation}`})`;
}

function sessionsOf({ sessions }: Occupant): string {
  return [...sessions.keys()].join(", ");
}
