/** Imports the original QTalk's tables of users: host_info, host_users, vcard_version. */
import type { DirectoryStore } from "../../../storage/directory-store.js";
import type { Speller } from "../../../component/people/person.js";
import type { Domains } from "./domains.js";
import { cleanText } from "./room-options.js";
import type { ImportOutcome, SourceRow, ImportStep } from "./source.js";

export function peopleSteps(directory: DirectoryStore, domains: Domains, spell: Speller): ImportStep[] {
  /** The names of the dump's hosts by host_id. */
  const hosts = new Map<string, string>();

  const takeHost = (row: SourceRow): ImportOutcome => {
    const [id, host] = [row.get("id"), row.get("host")];
    if (id && host) hosts.set(id, host);
    const jid = domains.host(host);
    if (typeof jid === "string") return { reason: jid };
    const known = directory.hosts().some(({ name }) => name === jid.domain);
    directory.addHost(jid.domain, cleanText(row.get("description")));
    return known ? "unchanged" : "added";
  };

  const takeUser = (row: SourceRow): ImportOutcome => {
    const host = hosts.get(row.get("host_id"));
    if (host === undefined) return { reason: `host_info has no host with the id ${row.get("host_id")}` };
    const jid = domains.user(row.get("user_id"), host);
    if (typeof jid === "string") return { reason: jid };
    const name = cleanText(row.get("user_name")) || jid.local;
    const pinyin = cleanText(row.get("pinyin")).toLowerCase() || spell(name);
    const department = departmentOf(row);
    // Former employees are imported, too, so that rooms with their messages still show their names.
    const employed = row.get("hire_flag") !== "0";
    return directory.save({ local: jid.local, host: jid.domain, name, pinyin, department, employed });
  };

  const takeAvatar = (row: SourceRow): ImportOutcome => {
    const jid = domains.user(row.get("username"), row.get("host"));
    if (typeof jid === "string") return { reason: jid };
    if (directory.nameOf(jid.local, jid.domain) === undefined)
      return { reason: `host_users has no user ${jid.text}` };
    return directory.save({ local: jid.local, host: jid.domain, avatar: cleanText(row.get("url")) });
  };

  return [
    { table: "host_info", take: takeHost },
    { table: "host_users", take: takeUser },
    { table: "vcard_version", take: takeAvatar },
  ];
}

function departmentOf(row: SourceRow): string {
  const whole = cleanText(row.get("department"));
  if (whole !== "") return whole;
  const parts = [1, 2, 3, 4, 5].map((n) => cleanText(row.get(`dep${n}`)));
  return parts.flatMap((part) => (part === "" ? [] : `/${part}`)).join("");
}
