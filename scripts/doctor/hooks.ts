/** Checks that each incoming webhook's room exists and its sender's host is served; both may change after it was added. */
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

/** Returns no findings if there are no hooks. */
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
        `${counted(hooks.length, "incoming webhook has", "incoming webhooks have")} an existing receiver and sender`,
      ),
    ];
  } catch (error) {
    return [untried(`the incoming webhooks: ${error instanceof Error ? error.message : String(error)}`)];
  } finally {
    db?.close();
  }
}

function faultsOfPlace({ bot, room, state, reason }: StoredBotRoom, { domain }: Domains): Finding[] {
  if (state === "inside" || state === "entering") return [];
  return [
    doubtful(
      `${bot}@${domain} isn't in ${room}: ${reason ?? state}`,
      `Correct that in the room, then run: qtalk-component bot enter ${bot} ${room}`,
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
        `the hook ${name} posts to the room ${receiver}, which doesn't exist: posts are refused`,
        `Create the room, or remove the hook: qtalk-component hook remove ${name}`,
      ),
    );
  }
  if (host !== undefined && !hosts.includes(host)) {
    findings.push(
      wrong(
        `the hook ${name} posts as ${sender ?? ""}, but ${host} is not in xmpp.hosts (${hosts.join(", ")})`,
        `Remove the hook (qtalk-component hook remove ${name}) and add it again with a bot.`,
      ),
    );
  }
  return findings;
}
