/** Whether each hook's room is there, and its sender a user whom the component may speak for: both may go after it was made. */
import { counted } from "../../component/counted.js";
import { existsSync } from "node:fs";
import { Jid } from "../../component/address.js";
import { BotRoomsStore, type StoredBotRoom } from "../../storage/bot-rooms-store.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { HooksStore, type StoredHook } from "../../storage/hooks-store.js";
import { RoomsStore } from "../../storage/rooms-store.js";
import type { Config } from "../config/sections.js";
import { doubtful, fine, untried, wrong, type Finding } from "./finding.js";

type Domains = Config["xmpp"];

/** Nothing where there are no hooks. */
export function hooksOf({ storage: { path }, xmpp }: Pick<Config, "storage" | "xmpp">): Finding[] {
  if (!existsSync(path)) return [];
  let db: Database | undefined;
  try {
    db = openDatabase(path, { readonly: true });
    const hooks = new HooksStore(db).list();
    const rooms = new RoomsStore(db);
    const places = new BotRoomsStore(db).list().flatMap((place) => faultsOfPlace(place, xmpp));
    const findings = [...hooks.flatMap((hook) => faultsOf(hook, rooms, xmpp)), ...places];
    if (hooks.length === 0 || findings.length > 0) return findings;
    return [
      fine(
        `${counted(hooks.length, "hook has", "hooks have")} somebody to speak to, and somebody who speaks`,
      ),
    ];
  } catch (error) {
    return [untried(`the hooks: ${error instanceof Error ? error.message : String(error)}`)];
  } finally {
    db?.close();
  }
}

function faultsOfPlace({ bot, room, state, reason }: StoredBotRoom, { domain }: Domains): Finding[] {
  if (state === "inside" || state === "entering") return [];
  return [
    doubtful(
      `${bot}@${domain} isn't in ${room}: ${reason ?? state}`,
      `Change that there, and then: qtalk-component bot enter ${bot} ${room}`,
    ),
  ];
}

function faultsOf(
  { name, receiver, sender }: StoredHook,
  rooms: RoomsStore,
  { domain, hosts }: Domains,
): Finding[] {
  const to = Jid.parse(receiver);
  const host = Jid.parse(sender ?? "")?.domain;
  const findings: Finding[] = [];
  if (to?.domain === domain && rooms.find(to.local ?? "") === undefined) {
    findings.push(
      doubtful(
        `the hook ${name} speaks in the room ${receiver}, which isn't there: what is posted to it is refused`,
        `Make the room, or remove the hook: qtalk-component hook remove ${name}`,
      ),
    );
  }
  if (host !== undefined && !hosts.includes(host)) {
    findings.push(
      wrong(
        `the hook ${name} speaks as ${sender ?? ""}, and ${host} is not served (xmpp.hosts has ${hosts.join(", ")})`,
        `Remove the hook, and make it again with a bot: qtalk-component hook remove ${name}`,
      ),
    );
  }
  return findings;
}
