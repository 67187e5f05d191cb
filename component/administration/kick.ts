/** Lists a room's occupants, and kicks occupants by nickname or account. */
import { z } from "zod";
import { valueOf, type Step } from "../entity/command.js";
import { changeRole, refuseRole } from "../muc/admin/roles.js";
import type { Occupant } from "../muc/room/occupants.js";
import type { RoomView } from "../muc/room/room-view.js";
import type { FormField } from "../muc/wire/data-form.js";
import { keyOf } from "../nick.js";
import { Errcode, Refusal } from "../refusal.js";
import { actorIn, byIn, type AdministrationContext } from "./context.js";
import { findRoom, inRoom, refusalOf } from "./in-room.js";
import { argumentsOf, command, line, operation, REASON, report, ROOM, submit } from "./operation.js";
import { reasonOf } from "./set-affiliation.js";
import { quoted } from "../wording.js";

export const kick = operation({
  call: z.strictObject({
    room: z.string(),
    /** Nicknames or accounts (id or id@host). */
    occupants: z.array(z.string()),
    reason: z.string().optional(),
  }),
  async run(context, call) {
    const reason = reasonOf(call.reason);
    return await inRoom(context, call.room, (scope) => {
      const { room } = scope;
      const actor = actorIn(context, room);
      const kicked = new Set<Occupant>();
      for (const text of call.occupants) {
        const found = occupantsNamed(context, room, text);
        if (found instanceof Refusal) return found;
        for (const occupant of found) kicked.add(occupant);
      }
      if (kicked.size === 0) return new Refusal(Errcode.request, "occupants: no occupant is given");
      for (const occupant of kicked) {
        const refusal = refuseRole(room, actor, { occupant, role: "none", reason });
        if (refusal !== undefined) return refusalOf(refusal, "occupants");
      }
      const by = byIn(context, room);
      const nicks = [...kicked].map(({ nick }) => nick.text);
      for (const occupant of kicked) changeRole(scope, { occupant, role: "none", reason }, by);
      return { message: `Kicked from ${room.jid.text}: ${nicks.join(", ")}.` };
    });
  },
});

function occupantsNamed(
  context: AdministrationContext,
  room: RoomView,
  text: string,
): readonly Occupant[] | Refusal {
  const byNick = room.occupants.get(keyOf(text));
  if (byNick !== undefined) return [byNick];
  const account = context.addresses.account(text.trim(), "occupants");
  const byAccount = account instanceof Refusal ? [] : room.occupantsOf(account);
  return byAccount.length > 0
    ? byAccount
    : new Refusal(Errcode.notFound, `occupants: there is no occupant ${quoted(text)}`);
}

export const occupantsCommand = command(
  {
    node: "rooms#occupants",
    name: "List a room's occupants",
    fields: [ROOM],
  },
  (context, values) => {
    const name = valueOf(values, ROOM.name);
    const room = findRoom(context, name);
    if (room instanceof Refusal) return room;
    const occupants = [...room.occupants.values()];
    if (occupants.length === 0) return { kind: "completed", note: "The room has no occupants." };
    const texts = occupants.map((occupant) => `${labelOf(occupant)}: ${sessionsOf(occupant)}`);
    return pages(`Occupants of ${name}: ${occupants.length}`, texts);
  },
);

/** How many occupants a page of the list shows. */
const PAGE = 50;

function pages(title: string, texts: readonly string[]): Step {
  const rest = texts.slice(PAGE);
  const shown = texts.slice(0, PAGE);
  if (rest.length === 0) return report(title, shown);
  const submit = (): Step => pages(title, rest);
  return { kind: "stage", title, fields: shown.map(line), isLast: false, submit };
}

/** The maximum number of occupants in the form for kicking. */
const MOST = 200;

export const kickCommand = command(
  { node: "rooms#kick", name: "Kick occupants of a room", fields: [ROOM] },
  (context, values) => {
    const name = valueOf(values, ROOM.name);
    const room = findRoom(context, name);
    if (room instanceof Refusal) return room;
    if (room.occupants.size === 0) return new Refusal(Errcode.notFound, "room: there are no occupants");
    const choices = [...room.occupants.values()].slice(0, MOST).map((occupant) => {
      return { value: occupant.nick.text, label: `${labelOf(occupant)}: ${occupant.account.text}` };
    });
    const fields: FormField[] = [
      { name: "occupants", type: "list-multi", label: "Occupants", isRequired: true, values: [], choices },
      REASON,
    ];
    return {
      kind: "stage",
      title: `Occupants of ${name}`,
      instructions:
        "Kicked users can enter again if the room still admits them. To keep a user out, ban the user.",
      fields,
      isLast: true,
      submit: (chosen) => submit(kick, context, { room: name, ...argumentsOf(fields, chosen) }),
    };
  },
);

function labelOf({ nick, role, affiliation }: Occupant): string {
  return `${nick.text} (${affiliation === "none" ? role : `${role}, ${affiliation}`})`;
}

function sessionsOf({ sessions }: Occupant): string {
  return [...sessions.keys()].join(", ");
}
