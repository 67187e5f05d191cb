/** `room show`: prints a room's options, labelled as in its configuration form (XEP-0045 §10.2), and more. */
import type { AccountJid } from "../../component/address.js";
import type { RoomsConfig } from "../../component/config.js";
import type { FormField } from "../../component/muc/wire/data-form.js";
import { configFields } from "../../component/muc/admin/config-fields.js";
import { readOptions } from "../../component/muc/room/options.js";
import { readSubject, subjectText } from "../../component/muc/room/subject.js";
import type { Database } from "../../storage/database.js";
import { RoomsOverview, type ArchiveSize } from "../../storage/rooms-overview.js";
import { RoomsStore, type StoredRoom } from "../../storage/rooms-store.js";
import { oneLine } from "../one-line.js";
import { timeText } from "../local-time.js";

const LISTS = [
  ["Owners", "owner"],
  ["Administrators", "admin"],
  ["Members", "member"],
  ["Banned", "outcast"],
] as const;

/** Describes a room. @param limit the maximum of users per affiliation, and of sessions @returns lines */
export function showRoom(
  db: Database,
  jid: AccountJid,
  config: RoomsConfig,
  limit: number,
): string[] | undefined {
  const room = new RoomsStore(db).find(jid.local);
  if (room === undefined) return undefined;
  const overview = new RoomsOverview(db);
  const { affiliations, sessions } = overview.sizeOf(room.id);
  const inside = overview
    .sessionsOf(room.id, limit)
    .map(({ jid, role, nick }) => `${jid} (${role}): ${nick}`);
  const facts = [
    ...optionLines(room, config),
    `Subject: ${subjectOf(room)}`,
    `Created: ${timeText(room.createdAt)}`,
    ...(room.locked ? ["Locked: not configured yet since it was created by entering it"] : []),
    ...LISTS.flatMap(([label, affiliation]) =>
      listed(label, affiliations[affiliation], overview.ofAffiliation(room.id, affiliation, limit)),
    ),
    ...listed("Sessions inside", sessions, inside),
    `Messages in the archive: ${archiveText(overview.archiveOf(room.id), overview.archiveBytes(room.id))}`,
  ];
  return [jid.text, ...facts.map((fact) => `  ${fact}`.trimEnd())];
}

function optionLines({ options: stored }: StoredRoom, config: RoomsConfig): string[] {
  const options = readOptions(stored, config);
  return configFields(config)
    .map((field) => field.show(options))
    .filter(({ type }) => type !== "text-private")
    .map((field) => `${field.label ?? field.name}: ${words(field)}`);
}

function words({ type, values, choices = [] }: FormField): string {
  if (type === "boolean") return values[0] === "1" ? "yes" : "no";
  return values
    .map((value) => oneLine(choices.find((choice) => choice.value === value)?.label ?? value))
    .join(", ");
}

function subjectOf({ subject: stored }: StoredRoom): string {
  if (stored === undefined) return "";
  const subject = readSubject(stored);
  const text = oneLine(subjectText(subject));
  return `${text === "" ? "removed" : text} (${oneLine(subject.nick)}, ${timeText(subject.at)})`;
}

function listed(label: string, count: number, first: readonly string[]): string[] {
  const rest = count - first.length;
  return [
    `${label}: ${count}`,
    ...first.map((one) => `  ${oneLine(one)}`),
    ...(rest > 0 ? [`  and ${rest} more; use --limit`] : []),
  ];
}

function archiveText({ messages, first, last }: ArchiveSize, bytes: number): string {
  if (first === undefined || last === undefined) return "0";
  const [from, to] = [first, last].map((at) => timeText(Math.floor(at / 1000)));
  return `${messages}, from ${from} to ${to}; ${bytes} bytes`;
}
