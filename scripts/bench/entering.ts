/**
 * Benchmark of a user who enters and leaves the same room repeatedly: the time until the room's subject arrives. The
 * compared program is the server's own group chat.
 */
import type { Socket } from "node:net";
import { asks } from "../lab/raw.js";
import { ACCOUNTS, HOST, RECEIVER } from "./message.js";
import { configures, enters } from "./rooms.js";
import { onBoth } from "./stage.js";
import { compare, percentile, UNITS, type Line } from "./table.js";

const MUC = `muc.${HOST}`;
const TIMES = 150;
const QUICK = 20;

const enter = (client: Socket, room: string) => asks(client, enters(room, 0, ""), "</message>");
const leave = (client: Socket, room: string) =>
  asks(client, `<presence to='${room}/nick-0' type='unavailable'/>`, "code='110'");

export const entering = onBoth(async (stage, kind) => {
  const server = await stage.server(kind, { modules: { muc: MUC } });
  await server.addAccounts(...ACCOUNTS);
  const { hosts } = server.settings;
  const access = server.component();
  const config = { rooms: { create: "anyone", presences_per_second: 1e6 } };
  await stage.component({ access, hosts, config });
  const client = await stage.client(server, RECEIVER);
  const times = stage.extent.quick ? QUICK : TIMES;
  const [ours, theirs] = [`room@${access.domain}`, `room@${MUC}`];
  for (const room of [ours, theirs]) {
    await enter(client, room);
    // A persistent room remains when it is empty.
    await asks(client, configures(room, "persistentroom", ["1"], ""), "id='asked'");
    await leave(client, room);
  }
  const results = await stage.inTurn({
    ours: () => comeAndGo(client, ours, times),
    theirs: () => comeAndGo(client, theirs, times),
  });
  const line = (quantile: number, label: string): Line =>
    compare({
      work: `entering a room, ${server.name}, ${label}`,
      unit: UNITS.milliseconds,
      ours: results.ours.map((turn) => percentile(turn, quantile)),
      peer: results.theirs.map((turn) => percentile(turn, quantile)),
      peerName: "group chat",
    });
  return [line(0.5, "median"), { ...line(0.99, "99 % within"), isDetail: true }];
});

/** @returns the times until the subject arrived, in milliseconds */
async function comeAndGo(client: Socket, room: string, times: number): Promise<number[]> {
  const durations: number[] = [];
  for (let n = 1; n <= times; n += 1) {
    const began = performance.now();
    await enter(client, room);
    durations.push(performance.now() - began);
    await leave(client, room);
  }
  return durations;
}
