/** Checks that outgoing webhooks are delivered and that something listens at their destinations. */
import { counted } from "../../component/counted.js";
import { existsSync } from "node:fs";
import { guardedLookup, refuseLiteral } from "../../component/hooks/outgoing/inner-network.js";
import { openDatabase, type Database } from "../../storage/database.js";
import { HookEvents } from "../../storage/hook-events.js";
import { OutgoingHooksStore, type StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import type { Config } from "../config/sections.js";
import { doubtful, fine, untried, type Finding } from "./finding.js";
import { unreachable } from "./reachable.js";

/** Returns no findings if there are no outgoing webhooks. */
export async function toldHooksOf({ storage: { path } }: Pick<Config, "storage">): Promise<Finding[]> {
  if (!existsSync(path)) return [];
  let db: Database | undefined;
  try {
    db = openDatabase(path, { readonly: true });
    const events = new HookEvents(db);
    const hooks = new OutgoingHooksStore(db).list();
    const dead = new Map(hooks.map(({ id }) => [id, events.dead(id).length]));
    const findings = (await Promise.all(hooks.map((hook) => faultsOf(hook, dead.get(hook.id) ?? 0)))).flat();
    if (hooks.length === 0 || findings.length > 0) return findings;
    return [fine(`${counted(hooks.length, "outgoing webhook")}: all deliveries succeed`)];
  } catch (error) {
    return [untried(`the outgoing webhooks: ${error instanceof Error ? error.message : String(error)}`)];
  } finally {
    db?.close();
  }
}

async function faultsOf(hook: StoredOutgoingHook, dead: number): Promise<Finding[]> {
  const { name, fault, failures, waiting } = hook;
  const findings: Finding[] = [];
  if (failures > 0) {
    findings.push(
      doubtful(
        `deliveries of the hook ${name} fail: ${fault ?? "unknown reason"}; ${counted(waiting, "event waits", "events wait")}`,
        `Repair the receiving program, then run: qtalk-component hook retry ${name}`,
      ),
    );
  } else {
    const why = await whyNot(hook);
    if (why !== undefined) {
      findings.push(
        doubtful(
          `the destination of the hook ${name} can't be reached: ${why}`,
          `Start the receiving program, then run: qtalk-component hook test ${name}`,
        ),
      );
    }
  }
  if (dead > 0) {
    findings.push(
      doubtful(
        `the hook ${name} has ${counted(dead, "dead letter")}`,
        `Show them, then retry or drop them: qtalk-component hook dead ${name}`,
      ),
    );
  }
  return findings;
}

/** @returns why the destination can't be reached; undefined if it can */
async function whyNot({ url, inner }: StoredOutgoingHook): Promise<string | undefined> {
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
