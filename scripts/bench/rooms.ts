/**
 * Many rooms, and a large one, made through HTTP against a private ejabberd; prints times and the component's memory:
 * `node dist/scripts/bench/rooms.js [ROOMS] [MEMBERS]`, 10,000 of each by default.
 */
import { readFileSync } from "node:fs";
import { ComponentProcess } from "../servers/component-process.js";
import { startServer } from "../servers/create.js";
import { load } from "./load.js";

const rooms = Number(process.argv[2] ?? 10_000);
const members = Number(process.argv[3] ?? 10_000);
const CONNECTIONS = 16;
const MEMBERS_A_CALL = 1_000;

const server = await startServer("ejabberd", { modules: { archive: false, offline: false } });
const component = await ComponentProcess.start({
  access: server.component(),
  hosts: server.settings.hosts,
  config: { log: { level: "error" } },
});
await component.ready();
const { domain } = server.component();

const say = (what: string, since: number): void => {
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  process.stdout.write(`${what.padEnd(44)} ${seconds.padStart(7)} s ${memory().padStart(7)} MB\n`);
};
process.stdout.write(`${"".padEnd(44)}    time   resident\n`);
let since = performance.now();
say("started", since);

since = performance.now();
await load({
  port: component.httpPort,
  path: "/qtalk/create_muc",
  connections: CONNECTIONS,
  requests: rooms,
  body: (n) =>
    JSON.stringify({ muc_id: `room-${n}`, muc_owner: "admin", muc_domain: domain, system: "bench" }),
  check: done,
});
say(`${rooms} rooms made`, since);

since = performance.now();
for (let from = 0; from < members; from += MEMBERS_A_CALL) {
  const names = Array.from(
    { length: Math.min(MEMBERS_A_CALL, members - from) },
    (_, i) => `user-${from + i}`,
  );
  done(await call("add_muc_user", { muc_owner: "admin", muc_member: names }));
}
say(`${members} members added to one and invited`, since);

since = performance.now();
const list = await call("muc_users", {});
const count = (JSON.parse(list) as { data: unknown[] }).data.length;
say(`its ${count} members listed, ${Math.round(list.length / 1024)} KiB`, since);

await component.end("SIGKILL");
since = performance.now();
component.launch();
await component.ready();
say("killed and ready again", since);

await component.stop();
await server.stop();

async function call(endpoint: string, body: object): Promise<string> {
  const answer = await component.post(endpoint, { muc_id: "room-0", muc_domain: domain, ...body });
  return await answer.text();
}

function done(body: string): void {
  if (!body.startsWith('{"ret":true')) throw new Error(`the component answered ${body}`);
}

/** What the component's process holds in memory. */
function memory(): string {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${component.pid}/status`, "utf8"))?.[1] ?? "0";
  return String(Math.round(Number(kib) / 1024));
}
