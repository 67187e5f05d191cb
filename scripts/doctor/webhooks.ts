/** Checks webhooks: rooms and hosts of incoming webhooks, destinations of outgoing webhooks, bots' rooms. */
import { existsSync } from "node:fs";
import { Jid } from "../../component/addresses/address.js";
import { lacksRoom } from "../../component/administration/hook-parts.js";
import { counted } from "../../component/wording.js";
import { guardedLookup, refuseLiteral } from "../../component/hooks/outgoing/inner-network.js";
import { BotRoomsStore, type StoredBotRoom } from "../../storage/bot-rooms-store.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { HookEvents } from "../../storage/hook-events.js";
import { HooksStore, type StoredHook } from "../../storage/hooks-store.js";
import { OutgoingHooksStore, type StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import { RoomsStore } from "../../storage/rooms-store.js";
import type { Config } from "../config/sections.js";
import { doubtful, fine, untried, wrong, type Finding } from "./finding.js";
import { unreachable } from "../listening.js";

type Domains = Pick<Config["xmpp"], "domain" | "hosts">;

/** Checks all webhooks in the database. @returns findings; empty if there are no webhooks */
export async function webhooks({ storage, xmpp }: Pick<Config, "storage" | "xmpp">): Promise<Finding[]> {
  if (!existsSync(storage.path)) return [];
  let db: Database | undefined;
  try {
    db = openDatabase(storage.path, { readonly: true });
    return [...incoming(db, xmpp), ...(await outgoing(db))];
  } catch (error) {
    return [untried(`the webhooks: ${error instanceof Error ? error.message : String(error)}`)];
  } finally {
    db?.close();
  }
}

function incoming(db: Database, domains: Domains): Finding[] {
  const hooks = new HooksStore(db).list();
  const rooms = new RoomsStore(db);
  const findings = [
    ...hooks.flatMap((hook) => faultsOfIncoming(hook, rooms, domains)),
    ...new BotRoomsStore(db).list().flatMap((room) => faultsOfBot(room, domains)),
  ];
  if (hooks.length === 0 || findings.length > 0) return findings;
  return [fine(`${counted(hooks.length, "incoming webhook")}: all receivers and senders exist`)];
}

function faultsOfBot({ bot, room, state, reason }: StoredBotRoom, { domain }: Domains): Finding[] {
  // A bot that was inside when the component was stopped, or lost its link, enters again or looks whether it still is.
  if (state === "inside" || state === "entering" || state === "unsure") return [];
  const enter = `qtalk-component bot enter ${bot} ${room}`;
  const todo =
    state === "refused"
      ? `Remove the cause in the room, then run: ${enter}`
      : `The running component tries again by itself. To let it try at once, run: ${enter}`;
  return [doubtful(`${bot}@${domain} isn't in ${room}: ${reason ?? "it was not let in yet"}`, todo)];
}

/** Checks an incoming webhook. Its room may have been destroyed, or its host removed from xmpp.hosts. */
function faultsOfIncoming(hook: StoredHook, rooms: RoomsStore, { domain, hosts }: Domains): Finding[] {
  const { name, receiver, sender = "" } = hook;
  const host = Jid.parse(sender)?.domain;
  const findings: Finding[] = [];
  if (lacksRoom(hook, rooms, domain)) {
    const text = `the hook ${name} posts to the room ${receiver}, which doesn't exist: posts are refused`;
    const todo = `Create the room, or remove the hook: qtalk-component hook remove ${name}`;
    findings.push(doubtful(text, todo));
  }
  if (host !== undefined && !hosts.includes(host)) {
    const text = `the hook ${name} posts as ${sender}, but ${host} is not in xmpp.hosts (${hosts.join(", ")})`;
    const todo = `Remove the hook (qtalk-component hook remove ${name}) and add it again with a bot.`;
    findings.push(wrong(text, todo));
  }
  return findings;
}

async function outgoing(db: Database): Promise<Finding[]> {
  const hooks = new OutgoingHooksStore(db).list();
  const events = new HookEvents(db);
  const findings = await Promise.all(
    hooks.map((hook) => faultsOfOutgoing(hook, events.dead(hook.id).length)),
  );
  if (hooks.length === 0 || findings.flat().length > 0) return findings.flat();
  return [fine(`${counted(hooks.length, "outgoing webhook")}: all deliveries succeed`)];
}

async function faultsOfOutgoing(hook: StoredOutgoingHook, dead: number): Promise<Finding[]> {
  const { name, fault, failures, waiting } = hook;
  const findings: Finding[] = [];
  const why = failures > 0 ? undefined : await whyUnreachable(hook);
  if (failures > 0) {
    const waits = counted(waiting, "event waits", "events wait");
    const text = `deliveries of the hook ${name} fail: ${fault ?? "unknown reason"}; ${waits}`;
    const todo = `Repair the receiving program, then run: qtalk-component hook retry ${name} --all`;
    findings.push(doubtful(text, todo));
  } else if (why !== undefined) {
    const todo = `Start the receiving program, then run: qtalk-component hook test ${name}`;
    findings.push(doubtful(`the destination of the hook ${name} can't be reached: ${why}`, todo));
  }
  if (dead > 0) {
    const todo = `Show them, then retry or drop them: qtalk-component hook dead ${name}`;
    findings.push(doubtful(`the hook ${name} has ${counted(dead, "dead letter")}`, todo));
  }
  return findings;
}

/** Connects to the destination of requests. @returns why this failed; undefined if it can be reached */
export async function whyUnreachable({
  url,
  inner,
}: Pick<StoredOutgoingHook, "url" | "inner">): Promise<string | undefined> {
  const { hostname, port, protocol } = new URL(url);
  const literal = refuseLiteral(hostname, inner);
  if (literal !== undefined) return literal.message;
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const found = await new Promise<string | Error>((resolve) => {
    guardedLookup(inner)(host, {}, (error, address) => {
      resolve(error ?? (typeof address === "string" ? address : (address[0]?.address ?? "")));
    });
  });
  if (found instanceof Error) return found.message;
  return await unreachable(found, Number(port === "" ? (protocol === "https:" ? 443 : 80) : port));
}
