/** Reads the column muc_room.opts, a printed Erlang term with a room's options, affiliations and subject. */
import type { OccupantRole } from "../../../component/muc/options/room-option-kinds.js";
import type { RoomOptions } from "../../../component/muc/options/room-options.js";
import { normalized } from "../../../storage/unicode.js";
import { Atom, readTerm, Tuple, type Term } from "./erlang.js";

export type Rank = "owner" | "admin" | "member" | "outcast";

export interface KeptAffiliation {
  readonly user: string;
  readonly host: string;
  readonly rank: Rank;
}

export interface KeptRoom {
  readonly options: Partial<RoomOptions>;
  readonly affiliations: readonly KeptAffiliation[];
  readonly subject: { readonly text: string; readonly author: string } | undefined;
}

const RANKS: ReadonlySet<string> = new Set(["owner", "admin", "member", "outcast"]);
const ROLES: ReadonlySet<string> = new Set(["moderator", "participant", "visitor"]);

/** Reads a room's options. @returns the reason as text if they can't be read */
export function readRoomOptions(text: string): KeptRoom | string {
  let term: Term;
  try {
    term = readTerm(text);
  } catch (error) {
    return `opts can't be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!Array.isArray(term)) return "opts is not a list";
  const options = new Map<string, Term>();
  for (const item of term as readonly Term[]) {
    if (!(item instanceof Tuple)) continue;
    const [key, value] = item.items;
    if (key instanceof Atom && value !== undefined) options.set(key.name, value);
  }
  return {
    options: optionsOf(options),
    affiliations: affiliationsOf(options.get("affiliations")),
    subject: subjectOf(options),
  };
}

function optionsOf(kept: ReadonlyMap<string, Term>): Partial<RoomOptions> {
  const is = (name: string): boolean | undefined => booleanOf(kept.get(name));
  const moderated = is("moderated");
  const anonymous = is("anonymous");
  const password = is("password_protected") === true ? textOf(kept.get("password")) : undefined;
  const most = kept.get("max_users");
  return defined({
    name: nonEmpty(textOf(kept.get("title"))),
    description: nonEmpty(textOf(kept.get("description"))),
    language: nonEmpty(textOf(kept.get("lang"))),
    public: is("public"),
    membersOnly: is("members_only"),
    // In ejabberd, "moderated" has no effect if newcomers get voice (members_by_default).
    moderated: moderated === undefined ? undefined : moderated && is("members_by_default") !== true,
    whois: anonymous === undefined ? undefined : anonymous ? "moderators" : "anyone",
    changeSubject: is("allow_change_subj"),
    allowInvites: is("allow_user_invites"),
    allowPm: privateMessages(kept),
    password: nonEmpty(password),
    maxOccupants: typeof most === "number" && most > 0 ? most : undefined,
    presenceBroadcast: rolesOf(kept.get("presence_broadcast")),
  });
}

function privateMessages(kept: ReadonlyMap<string, Term>): RoomOptions["allowPm"] | undefined {
  const newer = kept.get("allowpm");
  if (newer instanceof Atom) {
    const who = (["anyone", "participants", "moderators", "none"] as const).find(
      (name) => name === newer.name,
    );
    if (who !== undefined) return who;
  }
  const allowed = booleanOf(kept.get("allow_private_messages"));
  return allowed === undefined ? undefined : allowed ? "anyone" : "none";
}

function affiliationsOf(term: Term | undefined): KeptAffiliation[] {
  if (!Array.isArray(term)) return [];
  return (term as readonly Term[]).flatMap((item) => {
    if (!(item instanceof Tuple)) return [];
    const [who, what] = item.items;
    // An affiliation is stored with a reason, as {owner, <<"reason">>}, or without a reason, as owner.
    const affiliation = what instanceof Tuple ? what.items[0] : what;
    if (!(who instanceof Tuple) || !(affiliation instanceof Atom) || !RANKS.has(affiliation.name)) return [];
    const [user, host] = who.items.map(textOf);
    return host === undefined ? [] : [{ user: user ?? "", host, rank: affiliation.name as Rank }];
  });
}

/** Newer versions store the subject in several languages: `[{text, <<"en">>, <<"…">>}]`. */
function subjectOf(kept: ReadonlyMap<string, Term>): KeptRoom["subject"] {
  const term = kept.get("subject");
  const first = Array.isArray(term) ? (term as readonly Term[])[0] : term;
  const text = nonEmpty(first instanceof Tuple ? textOf(first.items[2]) : textOf(first));
  return text === undefined ? undefined : { text, author: textOf(kept.get("subject_author")) ?? "" };
}

function rolesOf(term: Term | undefined): OccupantRole[] | undefined {
  if (!Array.isArray(term)) return undefined;
  const names = (term as readonly Term[]).flatMap((item) => (item instanceof Atom ? [item.name] : []));
  return names.filter((name) => ROLES.has(name)) as OccupantRole[];
}

function booleanOf(term: Term | undefined): boolean | undefined {
  if (!(term instanceof Atom)) return undefined;
  return term.name === "true" ? true : term.name === "false" ? false : undefined;
}

function textOf(term: Term | undefined): string | undefined {
  return typeof term === "string" ? term : undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  const clean = text === undefined ? "" : cleanText(text);
  return clean === "" ? undefined : clean;
}

/** Replaces control characters, and characters that XML can't contain, with spaces. */
export function cleanText(text: string): string {
  const plain = text.replace(/[^\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, " ");
  return normalized(plain, "NFC", plain.length).trim();
}

function defined<T extends object>(options: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
