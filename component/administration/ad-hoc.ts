/** The operations on rooms as ad-hoc commands (XEP-0050), for administrators of the service. */
import { valueOf, type Completed, type Step, type Values } from "../entity/command.js";
import { formFields } from "../muc/admin/configuration.js";
import { formElement, type FormField } from "../muc/wire/data-form.js";
import { MUC } from "../muc/wire/ns.js";
import type { Occupant } from "../muc/room/occupants.js";
import { parseBoolean } from "../muc/options/room-option-kinds.js";
import { Errcode, Refusal } from "../refusal.js";
import { counted } from "../wording.js";
import type { AdminCommand, Administrator } from "./administration.js";
import { command, commandOf, done, formOf, optional, run } from "./ad-hoc-forms.js";
import { listRooms, type ListedRoom } from "./room-list.js";
import { makeRoom, setRoom } from "./room-make.js";
import { alternativeOf, announce, destroyRoom, purge } from "./room-messages.js";
import { findRoom as find } from "./room-parts.js";
import { AFFILIATE, handOver, kick } from "./room-people.js";

const ADMIN = "http://jabber.org/protocol/admin";

const ROOM = formOf(setRoom, "room");
const REASON = formOf(kick, "reason").map((field) => ({ ...field, isRequired: false }));

function findRoom(who: Administrator, values: Values) {
  return find({ ...who, ...who.ground }, valueOf(values, "room"));
}

/** Returns a form field that shows a line of text. @param index a number that makes the field's name unique */
function line(text: string, index: number): FormField {
  return { name: `line-${index}`, type: "fixed", values: [text] };
}

function report(title: string, texts: readonly string[]): Completed {
  return { kind: "completed", form: formElement("result", undefined, texts.map(line), { title }) };
}

/** How many rooms, and how many occupants, a page shows, and how many occupants can be chosen. */
const PAGE = { rooms: 20, occupants: 50, chosen: 200 };

const list = command(
  {
    node: "rooms#list",
    name: "List or find rooms",
    instructions: "Leave the text empty to list all rooms.",
    fields: [
      { name: "text", type: "text-single", label: "Id or title contains", values: [] },
      { name: "listed", type: "boolean", label: "Only rooms in the public list", values: ["0"] },
    ],
  },
  (who, values) => {
    const listed = parseBoolean(valueOf(values, "listed")) ?? false;
    return pageOfRooms(who, { text: valueOf(values, "text"), listed, limit: PAGE.rooms });
  },
);

async function pageOfRooms(who: Administrator, given: object): Promise<Step | Refusal> {
  const found = await who.run(listRooms, given);
  if (found instanceof Refusal) return found;
  const { rooms, next } = found as { rooms: readonly ListedRoom[]; next?: string };
  if (rooms.length === 0) return { kind: "completed", note: "No rooms found." };
  const texts = rooms.map(({ title, room, members, inside }) => {
    const name = title === "" ? room : `${title} (${room})`;
    return `${name}: ${counted(members, "member")}, ${counted(inside, "session")} inside`;
  });
  if (next === undefined) return report("Rooms", texts);
  const submit = () => pageOfRooms(who, { ...given, after: next });
  const fields = texts.map(line);
  return { kind: "stage", title: "Rooms", instructions: "More rooms follow.", fields, isLast: false, submit };
}

const occupants = command(
  { node: "rooms#occupants", name: "List a room's occupants", fields: ROOM },
  (who, values) => {
    const room = findRoom(who, values);
    if (room instanceof Refusal) return room;
    if (room.occupants.size === 0) return { kind: "completed", note: "The room has no occupants." };
    const texts = [...room.occupants.values()].map(
      (occupant) => `${labelOf(occupant)}: ${[...occupant.sessions.keys()].join(", ")}`,
    );
    return pages(`Occupants of ${room.jid.text}: ${texts.length}`, texts);
  },
);

function pages(title: string, texts: readonly string[]): Step {
  const rest = texts.slice(PAGE.occupants);
  const shown = texts.slice(0, PAGE.occupants);
  if (rest.length === 0) return report(title, shown);
  return { kind: "stage", title, fields: shown.map(line), isLast: false, submit: () => pages(title, rest) };
}

function labelOf({ nick, role, affiliation }: Occupant): string {
  return `${nick.text} (${affiliation === "none" ? role : `${role}, ${affiliation}`})`;
}

const configure = command(
  { node: "rooms#configure", name: "Configure a room", fields: ROOM },
  (who, values) => {
    const room = findRoom(who, values);
    if (room instanceof Refusal) return room;
    const name = room.jid.text;
    return {
      kind: "stage",
      title: `Configuration of ${name}`,
      formType: MUC.roomConfig,
      // Converse.js fills the first field with the previous form's input, so the first field is a line of text.
      fields: [line(name, 0), ...formFields(who.muc, room)],
      isLast: true,
      submit: async (fields) =>
        done(await who.run(setRoom, { room: name, options: Object.fromEntries(fields) })),
    };
  },
);

const AFFILIATION: FormField = {
  name: "affiliation",
  type: "list-single",
  label: "Affiliation",
  values: ["member"],
  choices: [
    { value: "member", label: "Member" },
    { value: "admin", label: "Administrator" },
    { value: "owner", label: "Owner" },
    { value: "none", label: "None: remove the membership or the ban" },
    { value: "outcast", label: "Banned" },
  ],
};
const USERS = formOf(AFFILIATE.member, "users");

const affiliations = command(
  {
    node: "rooms#affiliations",
    name: "Change affiliations in a room",
    fields: [...ROOM, ...USERS, AFFILIATION, ...REASON],
  },
  (who, values) => {
    const chosen = valueOf(values, "affiliation");
    if (!Object.hasOwn(AFFILIATE, chosen))
      return new Refusal(
        Errcode.request,
        `affiliation: expected one of ${Object.keys(AFFILIATE).join(", ")}`,
      );
    const operation = AFFILIATE[chosen as keyof typeof AFFILIATE];
    return run(who, operation, { fields: [...ROOM, ...USERS, ...REASON], values });
  },
  true,
);

const kickOccupants = command(
  { node: "rooms#kick", name: "Kick occupants of a room", fields: ROOM },
  (who, values) => {
    const room = findRoom(who, values);
    if (room instanceof Refusal) return room;
    if (room.occupants.size === 0) return new Refusal(Errcode.notFound, "room: there are no occupants");
    const choices = [...room.occupants.values()].slice(0, PAGE.chosen).map((occupant) => ({
      value: occupant.nick.text,
      label: `${labelOf(occupant)}: ${occupant.account.text}`,
    }));
    const fields: FormField[] = [
      { name: "occupants", type: "list-multi", label: "Occupants", isRequired: true, values: [], choices },
      ...REASON,
    ];
    return {
      kind: "stage",
      title: `Occupants of ${room.jid.text}`,
      instructions:
        "Kicked users can enter again if the room still admits them. To keep a user out, ban the user.",
      fields,
      isLast: true,
      submit: (chosen) => run(who, kick, { fields, values: chosen }, { room: room.jid.text }),
    };
  },
);

const DESTROY = [...ROOM, ...formOf(destroyRoom, "alternate").map(optional), ...REASON];

/** Asks for confirmation, and shows how many members and occupants lose the room. */
const destroy = command({ node: "rooms#destroy", name: "Destroy a room", fields: DESTROY }, (who, values) => {
  const room = findRoom(who, values);
  if (room instanceof Refusal) return room;
  const { affiliations: members, occupants, jid } = room;
  const alternative = alternativeOf(who.muc.domain, valueOf(values, "alternate"), jid);
  if (alternative instanceof Refusal) return alternative;
  const facts = `${jid.text} has ${counted(members.atLeastMembers().length, "member")} and ${counted(occupants.size, "occupant")}.`;
  return {
    kind: "stage",
    title: `Destroy ${jid.text}?`,
    instructions: "The room's settings, affiliations and messages are deleted permanently.",
    fields: [line(facts, 0)],
    isLast: true,
    submit: () => run(who, destroyRoom, { fields: DESTROY, values }),
  };
});

/** The commands, in the order in which clients show them. */
export const COMMANDS: readonly AdminCommand[] = [
  list,
  occupants,
  commandOf(
    makeRoom,
    {
      node: "rooms#make",
      name: "Make a room",
      instructions: "The room is persistent and members-only. Both can be changed by configuring it.",
    },
    [...ROOM, ...formOf(makeRoom, "title", "description").map(optional), ...formOf(makeRoom, "owner")],
  ),
  configure,
  affiliations,
  commandOf(
    handOver,
    { node: "rooms#hand-over", name: "Hand a room over", instructions: "The current owners become members." },
    [...ROOM, ...formOf(handOver, "owners")],
  ),
  kickOccupants,
  commandOf(announce, { node: "rooms#announce", name: "Announce in a room" }, [
    ...ROOM,
    ...formOf(announce, "announcement"),
  ]),
  commandOf(
    announce,
    {
      node: `${ADMIN}#announce`,
      name: "Announce in all rooms",
      instructions:
        "The announcement goes to every room that has occupants. Its sender is the service, not a user.",
      formType: ADMIN,
    },
    formOf(announce, "announcement"),
    { all: true },
  ),
  commandOf(
    purge,
    {
      node: "rooms#purge",
      name: "Delete a room's messages",
      instructions:
        "The messages are deleted permanently: from the archive, and from the recent messages that users receive on entering.",
    },
    [...ROOM, ...formOf(purge, "before").map(optional)],
  ),
  destroy,
];
