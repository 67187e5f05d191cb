/**
 * One kind of traffic alone, with ever-new names, on a component whose clock is fast: afterwards every table and every map
 * must be at its bound, which means that the second half of the time added nothing. Of events, the queue of a program that
 * takes none and the dead letters of one that refuses many must have reached hooks.queue.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openDatabase } from "../../storage/database.js";
import { Client, xml } from "../lab/client.js";
import { ComponentProcess } from "../lab/component-process.js";
import { createServer } from "../lab/create.js";
import type { ServerKind } from "../lab/installed.mjs";
import type { Server } from "../lab/private-server.js";
import { FickleReceivers } from "./fickle-receivers.js";
import type { MapSize } from "./paced.js";

export const TRAFFIC = [
  "rooms",
  "presence",
  "calls",
  "posts",
  "alerts",
  "keyed",
  "files",
  "events",
  "bots",
] as const;
export type Traffic = (typeof TRAFFIC)[number];

const DOMAIN = "conference.qtalk.test.org";
const ELSEWHERE = "rooms.qtalk.test.org";
const PACED = fileURLToPath(new URL("paced.js", import.meta.url));
const PASSWORD = "soak";
const PAUSE_MS = 10;
/** Which part of the requests may be refused: else it isn't the traffic that was meant. */
const MOST_REFUSED = 0.1;
/** hooks.queue. */
const QUEUE = 500;
/** hooks.url: without it, files are only named. */
const PUBLIC = "https://alerts.test.org";
/** hooks.files_mb, and the size of each file, in bytes: soon there is no room for more. */
const FILES_MB = 1;
const FILE_BYTES = 32_768;
/** How many of the last calls are traced (outbox.trace). */
const TRACED = 200;
/** How long tables keep what they keep by time (`accepted`), by the component's clock, in milliseconds. */
const KEPT_MS = 600_000;
/** How much faster the second half may be than the first: beyond that, growth is taken for growth. */
const MOST_FASTER = 3;
/** Growth that means nothing, such as more prepared statements: a part of the size, and entries. */
const SLACK = { part: 0.25, entries: 60 };

/** Tables that keep what the component was asked to keep for longer than a run, and what ends that. */
const KEPT: Readonly<Record<string, string>> = {
  alerts: "a week",
  alert_changes: "as alerts",
  alert_messages: "as alerts",
  archive: "rooms.archive_days",
  archive_grams: "rooms.archive_days",
  hook_messages: "a day",
  room_tombstones: "30 days",
};

/** Tables whose bound is a number that a short run may not reach. */
const MOST: ReadonlyMap<string, number> = new Map([["keyed_messages", 1000]]);

export interface BoundsOptions {
  readonly server: ServerKind;
  readonly only: Traffic;
  readonly minutes: number;
  /** How many of the component's seconds pass in a second. */
  readonly pace: number;
  /** hooks.queue, which events must reach. */
  readonly queue?: number;
  readonly onProgress: (line: string) => void;
}

export interface Sizes {
  /** How often the traffic acted lately, in the time for which tables keep what they keep by time. */
  readonly lately: number;
  readonly tables: ReadonlyMap<string, number>;
  readonly maps: readonly MapSize[];
  /** The events of each outgoing webhook: how many are queued, and how many are dead letters. */
  readonly events: readonly EventCounts[];
}

export interface EventCounts {
  readonly name: string;
  readonly queued: number;
  readonly dead: number;
}

/** Runs one kind of traffic. @returns how often it acted, what grew beyond its bound, and what didn't reach it */
export async function fill({ server: kind, only, minutes, pace, queue = QUEUE, onProgress }: BoundsOptions) {
  const modules = { archive: false, offline: false, muc: ELSEWHERE };
  const server = createServer(kind, { components: [{ domain: DOMAIN }], modules });
  let component: ComponentProcess | undefined;
  let receivers: FickleReceivers | undefined;
  try {
    await server.start();
    process.env.PACE = String(pace);
    component = await ComponentProcess.start({
      access: server.component(DOMAIN),
      hosts: server.settings.hosts,
      config: {
        outbox: { trace: TRACED },
        hooks: { rate: 1000, queue, url: PUBLIC, files_mb: FILES_MB },
        log: { level: "warn" },
      },
      node: ["--import", PACED],
    });
    await component.ready();
    receivers = await FickleReceivers.listen();
    const act = await acting(only, server, component, receivers);
    const started = performance.now();
    const samples: Sizes[] = [];
    let [acts, refused] = [0, 0];
    let times: number[] = [];
    const window = Math.min(minutes * 30_000, KEPT_MS / pace);
    for (const part of [1, 2]) {
      while (performance.now() - started < part * minutes * 30_000) {
        if ((await act(++acts)) === "refused") refused += 1;
        times.push(performance.now());
        await sleep(PAUSE_MS);
      }
      times = times.filter((at) => at > performance.now() - window);
      const sizes = await sizesOf(component, times.length);
      samples.push(sizes);
      onProgress(`${only}: ${acts} acts; ${shown(sizes)}`);
    }
    const last = samples.at(-1)?.events ?? [];
    return {
      acts,
      grown: [...grownBetween(...(samples as [Sizes, Sizes])), ...beyond(last, queue)],
      missed: [
        ...(only === "events" ? missedBy(last, queue) : []),
        ...(refused > acts * MOST_REFUSED ? [`${refused} of ${acts} requests were refused`] : []),
      ],
    };
  } finally {
    delete process.env.PACE;
    receivers?.close();
    await component?.stop();
    await server.stop();
  }
}

/** Prepares a kind of traffic. @returns what acts once, with a number that is new */
async function acting(
  only: Traffic,
  server: Server,
  component: ComponentProcess,
  receivers: FickleReceivers,
): Promise<(count: number) => Promise<"refused" | "done">> {
  const { host } = server;
  const person = async (username: string): Promise<Client> => {
    const account = { username, host, password: PASSWORD };
    await server.addAccounts(account);
    const client = await Client.login({ ...account, port: server.clientPort });
    await client.appear();
    return client;
  };
  const enter = async (client: Client, room: string, nick: string, domain = DOMAIN): Promise<void> => {
    const to = `${room}@${domain}/${nick}`;
    await client.send(xml("presence", { to }, xml("x", "http://jabber.org/protocol/muc")));
    await client.next((stanza) => stanza.is("presence") && stanza.attrs.from === to);
  };
  const leave = async (client: Client, room: string, nick: string): Promise<void> => {
    const to = `${room}@${DOMAIN}/${nick}`;
    await client.send(xml("presence", { to, type: "unavailable" }));
    await client.next((stanza) => stanza.attrs.from === to && stanza.attrs.type === "unavailable");
  };
  const say = (client: Client, room: string, text: string): Promise<void> =>
    client.send(
      xml("message", { to: `${room}@${DOMAIN}`, type: "groupchat", id: text }, xml("body", {}, text)),
    );
  const hook = async (...args: readonly string[]): Promise<string> =>
    (/http\S+/.exec(await component.command("hook", "add", ...args))?.[0] ?? "").replace(
      PUBLIC,
      `http://127.0.0.1:${component.httpPort}`,
    );
  const outcomeOf = async (response: Response): Promise<"refused" | "done"> => {
    await response.text();
    return response.ok ? "done" : "refused";
  };
  const post = (url: string, count: number): Promise<"refused" | "done"> =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "text/plain", "idempotency-key": `key-${count}` },
      body: `post ${count}`,
    }).then(outcomeOf);

  const romeo = await person("romeo");
  if (only === "rooms" || only === "presence") {
    const says = only === "rooms";
    return async (count) => {
      await enter(romeo, `room${count}`, `nick${count}`);
      if (says) await say(romeo, `room${count}`, `text ${count}`);
      await leave(romeo, `room${count}`, `nick${count}`);
      return "done";
    };
  }
  if (only === "calls")
    return (count) =>
      component
        .post("send_thirdmessage", {
          ...{ from: `sender${count}`, to: "romeo" },
          message: `<message type='chat'><body id='call-${count}'>text ${count}</body></message>`,
        })
        .then(outcomeOf);
  // Bots create no rooms, nor do they enter one that its owner hasn't configured (XEP-0045 §10.1.2).
  if (only === "bots") {
    await enter(romeo, "lounge", "romeo", ELSEWHERE);
    const form = xml("x", { xmlns: "jabber:x:data", type: "submit" });
    const query = xml("query", "http://jabber.org/protocol/muc#owner", form);
    await romeo.send(xml("iq", { to: `lounge@${ELSEWHERE}`, type: "set", id: "made" }, query));
    await romeo.next((stanza) => stanza.is("iq") && stanza.attrs.id === "made");
  }
  await component.command("room", "make", "plaza", "--owner", `romeo@${host}`);
  if (only === "events") {
    for (const [name, url] of Object.entries(receivers.urls))
      await hook(name, "--on", "room-message", "--deliver-to", url, "--allow-inner", "127.0.0.1");
    await enter(romeo, "plaza", "romeo");
    return async (count) => {
      await say(romeo, "plaza", `text ${count}`);
      return "done";
    };
  }
  const room = only === "bots" ? `lounge@${ELSEWHERE}` : "plaza";
  const url = await hook("alerts", "--to", room, "--format", only === "files" ? "auto" : "text");
  if (only === "alerts")
    return async (count) => {
      const outcome = await post(`${url}?alert=alert-${count}&severity=warning`, count);
      return outcome === "refused"
        ? outcome
        : await post(`${url}?alert=alert-${count}&status=resolved`, -count);
    };
  if (only === "keyed")
    return (count) =>
      fetch(`${url}/messages/key-${count}`, { method: "PUT", body: `text ${count}` }).then(outcomeOf);
  if (only === "files")
    return (count) => {
      const body = new FormData();
      body.set("text", `text ${count}`);
      body.set("file", new Blob([Buffer.alloc(FILE_BYTES, count)]), `file-${count}.bin`);
      return fetch(url, { method: "POST", body }).then(outcomeOf);
    };
  return (count) => post(url, count);
}

async function sizesOf(component: ComponentProcess, lately: number): Promise<Sizes> {
  const file = join(component.folder, "map-sizes");
  rmSync(file, { force: true });
  process.kill(component.pid, "SIGUSR2");
  const read = (): MapSize[] | undefined => {
    try {
      return JSON.parse(readFileSync(file, "utf8")) as MapSize[];
    } catch {
      return undefined;
    }
  };
  let maps: readonly MapSize[] | undefined;
  await component.until(() => (maps = read()) !== undefined, "measured");
  const db = openDatabase(component.database, { readonly: true });
  const names = db
    .prepare<[], string>(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')",
    )
    .pluck()
    .all();
  const tables = new Map<string, number>();
  for (const name of names)
    tables.set(name, db.prepare<[], number>(`SELECT count(*) FROM "${name}"`).pluck().get() ?? 0);
  const events = db
    .prepare<[], EventCounts>(
      `SELECT name, waiting AS queued, (SELECT count(*) FROM hook_events
        WHERE hook = outgoing_hooks.id AND died_at IS NOT NULL) AS dead FROM outgoing_hooks ORDER BY name`,
    )
    .all();
  db.close();
  return { lately, tables, maps: maps ?? [], events };
}

/** Returns the webhooks with more events than hooks.queue allows. */
function beyond(events: readonly EventCounts[], queue: number): string[] {
  return events
    .filter(({ queued, dead }) => Math.max(queued, dead) > queue)
    .map(({ name, queued, dead }) => `${name}: ${queued} queued events and ${dead} dead letters of ${queue}`);
}

/** Returns the bounds of events that weren't reached: then nothing shows that they hold. */
function missedBy(events: readonly EventCounts[], queue: number): string[] {
  const of = (hook: string): EventCounts | undefined => events.find(({ name }) => name === hook);
  const [queued, dead] = [of(FickleReceivers.DEAF)?.queued ?? 0, of(FickleReceivers.PICKY)?.dead ?? 0];
  return [
    ...(queued < queue ? [`only ${queued} of ${queue} queued events`] : []),
    ...(dead < queue ? [`only ${dead} of ${queue} dead letters`] : []),
  ];
}

function shown({ tables, maps, events }: Sizes): string {
  const rows = [...tables].filter(([, rows]) => rows > TRACED / 4).map(([name, rows]) => `${name} ${rows}`);
  const queues = events.map(({ name, queued, dead }) => `${name} ${queued} queued, ${dead} dead; `);
  return `tables: ${rows.join(", ")}; ${queues.join("")}maps and sets: ${maps.length}, ${maps.reduce((sum, { size }) => sum + size, 0)} entries`;
}

/**
 * Returns what the second half added to. What is kept for some time is as much as came in that time, and a busy machine is
 * slower at times. Maps have no names, so they are compared by rank, and shown by their first key.
 */
export function grownBetween(before: Sizes, after: Sizes): string[] {
  const faster = Math.min(Math.max(after.lately / Math.max(before.lately, 1), 1), MOST_FASTER);
  const isGrown = (from: number, to: number): boolean =>
    to > from * faster * (1 + SLACK.part) + SLACK.entries;
  const tables = [...after.tables]
    .filter(([name]) => !Object.hasOwn(KEPT, name))
    .filter(([name, rows]) => isGrown(before.tables.get(name) ?? 0, rows) && rows > (MOST.get(name) ?? 0))
    .map(([name, rows]) => `table ${name}: from ${before.tables.get(name) ?? 0} to ${rows} rows`);
  const maps = after.maps
    .map(({ size, first }, rank) => ({ size, first, earlier: before.maps[rank]?.size ?? 0 }))
    .filter(({ size, earlier }) => isGrown(earlier, size))
    .map(
      ({ size, first, earlier }) => `a map or set with the key ${first}: from ${earlier} to ${size} entries`,
    );
  const grown = isGrown(before.maps.length, after.maps.length)
    ? [`the number of maps and sets: from ${before.maps.length} to ${after.maps.length}`]
    : [];
  return [...tables, ...maps, ...grown];
}
