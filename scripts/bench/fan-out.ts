/**
 * A message to a full room: the component's beside a bare component that writes the same stanzas, and beside the
 * server's own group chat. `node dist/scripts/bench/fan-out.js [ejabberd|prosody] [OCCUPANTS] [ROUNDS]`
 */
import { ComponentProcess } from "../servers/component-process.js";
import { startServer } from "../servers/create.js";
import type { ComponentAccess } from "../servers/server.js";
import { Crowd, member } from "./crowd.js";
import { rawComponent } from "./raw.js";
import { format, median } from "./table.js";

const kind = process.argv[2] === "prosody" ? "prosody" : "ejabberd";
const occupants = Number(process.argv[3] ?? 300);
const rounds = Number(process.argv[4] ?? 5);
const MESSAGES = 200;
const TEXT = "x".repeat(100);
const MUC = "muc.qtalk.test.org";
const RAW = "raw.test";
const CROWD = "crowd.test";
/** The servers' own rooms must take so many, and let one of them talk that fast. */
const EXTRA = {
  ejabberd: "modules:\n  mod_muc:\n    max_users: 100000\n    default_room_options: {max_users: 100000}\n",
  prosody: "",
};

const server = await startServer(kind, {
  components: [{ domain: "conference.qtalk.test.org" }, { domain: CROWD }, { domain: RAW }],
  modules: { archive: false, offline: false, muc: MUC },
  extra: EXTRA[kind],
});
const component = await ComponentProcess.start({
  access: server.component(),
  hosts: server.settings.hosts,
  config: {
    log: { level: "error" },
    rooms: { create: "anyone", max_occupants: 100_000, messages_per_second: 1e6, joins_per_second: 1e6 },
  },
});
await component.ready();
const crowd = await Crowd.gather(server.component(CROWD));
const ourRoom = `room@${server.component().domain}`;
const theirRoom = `room@${MUC}`;
await crowd.enter(ourRoom, occupants);
await crowd.enter(theirRoom, occupants);

const results: Record<"ours" | "raw" | "theirs", number[]> = { ours: [], raw: [], theirs: [] };
for (let round = 0; round < rounds; round += 1) {
  results.raw.push(await bare(server.component(RAW)));
  results.ours.push(await inRoom(ourRoom));
  results.theirs.push(await inRoom(theirRoom));
}
const ours = median(results.ours);
const line = (peer: string, rates: readonly number[], target: number) => ({
  work: `a group message to ${occupants} occupants, ${server.name} / ${peer}`,
  ours: `${Math.round(ours)}/s`,
  peer: `${Math.round(median(rates))}/s`,
  ratio: ours / median(rates),
  target,
});
const lines = [
  line("a bare component", results.raw, 0.9),
  line("its own group chat", results.theirs, kind === "prosody" ? 1.6 : 0),
];
process.stdout.write(`${format(lines)}\n`);
crowd.disperse();
await component.stop();
await server.stop();

/** Deliveries a second of what one occupant says to a room, everything sent at once. */
async function inRoom(room: string): Promise<number> {
  const write = await crowd.expects(occupants * MESSAGES);
  const says = (n: number): string =>
    `<message from='${member(0, CROWD)}' to='${room}' type='groupchat' id='m${n}'><body>${TEXT}</body></message>`;
  const started = performance.now();
  await write(Array.from({ length: MESSAGES }, (_, n) => says(n)).join(""));
  return (occupants * MESSAGES) / ((performance.now() - started) / 1000);
}

/** The same stanzas as the component's, written by one that stores nothing. */
async function bare({ port, domain, password }: ComponentAccess): Promise<number> {
  const socket = await rawComponent(port, domain, password);
  const heard = (await crowd.expects(occupants * MESSAGES))("");
  const ids =
    `<occupant-id xmlns="urn:xmpp:occupant-id:0" id="${"x".repeat(43)}"/>` +
    `<stanza-id xmlns="urn:xmpp:sid:0" by="${ourRoom}" id="1700000000000000"/>`;
  const started = performance.now();
  for (let n = 0; n < MESSAGES; n += 1) {
    const tail = ` from="room@${domain}/nick" id="m${n}" type="groupchat"><body>${TEXT}</body>${ids}</message>`;
    let text = "";
    for (let i = 0; i < occupants; i += 1) text += `<message to="${member(i, CROWD)}"${tail}`;
    if (!socket.write(text)) await new Promise((resolve) => socket.once("drain", resolve));
  }
  await heard;
  const rate = (occupants * MESSAGES) / ((performance.now() - started) / 1000);
  await new Promise((resolve) => socket.once("close", resolve).end("</stream:stream>"));
  return rate;
}
