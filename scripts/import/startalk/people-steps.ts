/** Imports the original QTalk's tables of users: host_info, host_users, vcard_version. */
import type { DirectoryStore } from "../../../storage/directory-store.js";
import type { Speller } from "../../../component/people/person.js";
import type { Domains } from "./domains.js";
import { cleanText } from "./room-options.js";
import type { Outcome, Row, Step } from "./source.js";

export interface PeopleContext {
  readonly directory: DirectoryStore;
  readonly domains: Domains;
  readonly spell: Speller;
}

export function peopleSteps(context: PeopleContext): Step[] {
  /** The names of the dump's hosts by host_id. */
  const hosts = new Map<string, string>();
  return [
    {
      table: "host_info",
      take: (row) => {
        const [id, host] = [row.get("id"), row.get("host")];
        if (id && host) hosts.set(id, host);
        return takeHost(context, row);
      },
    },
    { table: "host_users", take: (row) => takeUser(context, row, hosts.get(row.get("host_id"))) },
    { table: "vcard_version", take: (row) => takeAvatar(context, row) },
  ];
}

function takeHost({ directory, domains }: PeopleContext, row: Row): Outcome {
  const jid = domains.host(row.get("host"));
  if (typeof jid === "string") return { reason: jid };
  const host = jid.domain;
  const known = directory.hosts().some(({ name }) => name === host);
  directory.addHost(host, cleanText(row.get("description")));
  return known ? "unchanged" : "added";
}

/** @param host the name of the user's host; undefined if host_info doesn't have it */
function takeUser({ directory, domains, spell }: PeopleContext, row: Row, host: string | undefined): Outcome {
  if (host === undefined) return { reason: `host_info has no host with the id ${row.get("host_id")}` };
  const jid = domains.user(row.get("user_id"), host);
  if (typeof jid === "string") return { reason: jid };
  const name = cleanText(row.get("user_name")) || jid.local;
  const pinyin = cleanText(row.get("pinyin")).toLowerCase() || spell(name);
  const department = departmentOf(row);
  // Former employees are imported, too, so that rooms with their messages still show their names.
  const employed = row.get("hire_flag") !== "0";
  return directory.save({ local: jid.local, host: jid.domain, name, pinyin, department, employed });
}

function takeAvatar({ directory, domains }: PeopleContext, row: Row): Outcome {
  const jid = domains.user(row.get("username"), row.get("host"));
  if (typeof jid === "string") return { reason: jid };
  if (directory.nameOf(jid.local, jid.domain) === undefined) {
    return { reason: `host_users has no user ${jid.text}` };
  }
  const avatar = cleanText(row.get("url"));
  return directory.save({ local: jid.local, host: jid.domain, avatar });
}

function departmentOf(row: Row): string {
  const whole = cleanText(row.get("department"));
  if (whole !== "") return whole;
  const parts = [1, 2, 3, 4, 5].map((n) => cleanText(row.get(`dep${n}`)));
  return parts
    .filter((part) => part !== "")
    .map((part) => `/${part}`)
    .join("");
}
