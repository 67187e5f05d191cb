/**
 * Whether calls and entering stay as fast with very many rooms on the disk: the same work with few rooms and with
 * many, and what a start costs then. `node dist/scripts/bench/growth.js [FEW] [MANY]`, 100 and 100,000 by default;
 * each room has ten members.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../storage/database.js";
import { Client, xml } from "../servers/client.js";
import { ComponentProcess } from "../servers/component-process.js";
import { startServer } from "../servers/create.js";

const MEMBERS = 10;
const PASSWORD = "secret";
const sizes = [Number(process.argv[2] ?? 100), Number(process.argv[3] ?? 100_000)];

const server = await startServer("ejabberd", { modules: { archive: false, offline: false } });
const { domain } = server.component();
const { host } = server;
await server.addAccounts({ username: "admin", host, password: PASSWORD });
const client = await Client.login({ username: "admin", host, password: PASSWORD, port: server.clientPort });
await client.appear();
for (const size of sizes) await measure(size);
await client.close();
await server.stop();

async function measure(rooms: number): Promise<void> {
  const component = await ComponentProcess.start({
    access: server.component(),
    hosts: server.settings.hosts,
    config: {
      log: { level: "error" },
      rooms: { joins_per_second: 1e6, messages_per_second: 1e6, absent_members: "off" },
    },
  });
  await component.ready();
  await component.end("SIGTERM");
  const file = join(component.folder, "qtalk.db");
  fill(file, rooms);
  const started = performance.now();
  component.launch();
  await component.ready();
  const took = Math.round(performance.now() - started);
  const size = Math.round(statSync(file).size / 1e6);
  say(
    `${rooms} rooms of ${MEMBERS} members, ${size} MB: ready after ${took} ms, ${memory(component)} MB resident`,
  );
  await report("muc_users", 300, rooms, async (room) => {
    await call(component, "muc_users", { muc_id: room, muc_domain: domain });
  });
  await report("a group message", 300, rooms, async (room) => {
    const message = { From: "admin", To: [{ User: room }], Body: "x", Type: "groupchat", Domain: domain };
    await call(component, "send_message", message);
  });
  await report("entering", 80, rooms, async (room) => {
    const address = `${room}@${domain}`;
    const x = xml("x", { xmlns: "http://jabber.org/protocol/muc" });
    await client.send(xml("presence", { to: `${address}/me` }, x));
    await client.next((stanza) => {
      const isOfRoom = stanza.attrs.from?.startsWith(address) === true;
      return isOfRoom && stanza.getChild("subject") !== undefined;
    });
  });
  say(`  afterwards ${memory(component)} MB resident`);
  await component.stop();
}

/** Writes the rooms as create_muc and add_muc_user would have. */
function fill(file: string, rooms: number): void {
  const db = openDatabase(file);
  const options = JSON.stringify({ persistent: true, membersOnly: true, whois: "anyone" });
  const room = db.prepare(
    "INSERT INTO rooms (id, name, secret, created_at, locked, listed, options) VALUES (?, ?, ?, 0, 0, 0, ?)",
  );
  const member = db.prepare("INSERT INTO affiliations (room, jid, affiliation, since) VALUES (?, ?, ?, ?)");
  db.transaction(() => {
    for (let id = 1; id <= rooms; id += 1) {
      room.run(id, `room-${id}`, Buffer.alloc(16), options);
      member.run(id, `admin@${host}`, "owner", 1);
      for (let n = 2; n <= MEMBERS; n += 1)
        member.run(id, `user-${(id * 7 + n * 13) % 100_000}-${n}@${host}`, "member", n);
    }
  })();
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}

/** Does it in rooms all over the place, and tells the median and the 95th percentile. */
async function report(
  what: string,
  times: number,
  rooms: number,
  work: (room: string) => Promise<void>,
): Promise<void> {
  const room = (n: number): string => `room-${((n * 104_729) % rooms) + 1}`;
  for (let n = 0; n < 20; n += 1) await work(room(n + times));
  const durations: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const started = performance.now();
    await work(room(n));
    durations.push(performance.now() - started);
  }
  durations.sort((one, other) => one - other);
  const at = (share: number): string => (durations[Math.floor(times * share)] ?? NaN).toFixed(2);
  say(`  ${what.padEnd(34)} median ${at(0.5).padStart(6)} ms, 95 % below ${at(0.95).padStart(6)} ms`);
}

async function call(component: ComponentProcess, endpoint: string, body: object): Promise<void> {
  const answer = await (await component.post(endpoint, body)).text();
  if (!answer.startsWith('{"ret":true')) throw new Error(`the component answered ${answer}`);
}

function memory({ pid }: ComponentProcess): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kib) / 1024);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
