/**
 * Benchmark of a user who enters and leaves the same room repeatedly: the time until the room's subject
 * arrives, and until the room confirms the leaving. The compared program is the server's own group chat.
 */
import type { Socket } from "node:net";
import { asks } from "../lab/raw.js";
import { ACCOUNTS, HOST, RECEIVER } from "./message.js";
import { configures, enters } from "./rooms.js";
import { onBoth } from "./stage.js";
import { compare, MILLISECONDS, percentile, type Line } from "./table.js";

const MUC = `muc.${HOST}`;
const TIMES = 150;
const QUICK = 20;

interface Turn {
  /** The times until the subject arrived, in milliseconds. */
  readonly entering: readonly number[];
  readonly leaving: readonly number[];
}

export const entering = onBoth(async (stage, kind) => {
  const server = await stage.server(kind, { modules: { muc: MUC } });
  await server.addAccounts(...ACCOUNTS);
  const { hosts } = server.settings;
  const access = server.component();
  await stage.component({
    access,
    hosts,
    config: { rooms: { create: "anyone", presences_per_second: 1e6 } },
  });
  const client = await stage.client(server, RECEIVER);
  const times = stage.extent.quick ? QUICK : TIMES;
  const [ours, theirs] = [`room@${access.domain}`, `room@${MUC}`];
  for (const room of [ours, theirs]) await make(client, room);
  const results = await stage.inTurn({
    ours: () => comeAndGo(client, ours, times),
    theirs: () => comeAndGo(client, theirs, times),
  });
  const line = (what: keyof Turn, quantile: number, label: string): Line => ({
    ...compare({
      work: `${what} a room, ${server.name}, ${label}`,
      unit: MILLISECONDS,
      ours: results.ours.map((turn) => percentile(turn[what], quantile)),
      peer: results.theirs.map((turn) => percentile(turn[what], quantile)),
      peerName: "group chat",
    }),
    isDetail: what === "leaving" || quantile > 0.5,
  });
  return (["entering", "leaving"] as const).flatMap((what) => [
    line(what, 0.5, "median"),
    line(what, 0.99, "99 % within"),
  ]);
});

async function comeAndGo(client: Socket, room: string, times: number): Promise<Turn> {
  const turn = { entering: [] as number[], leaving: [] as number[] };
  for (let n = 1; n <= times; n += 1) {
    const began = performance.now();
    await enter(client, room);
    const inside = performance.now();
    await leave(client, room);
    turn.entering.push(inside - began);
    turn.leaving.push(performance.now() - inside);
  }
  return turn;
}

/** Creates a persistent room, which remains when it is empty. */
async function make(client: Socket, room: string): Promise<void> {
  await enter(client, room);
  await asks(client, configures(room, "persistentroom", ["1"], ""), "id='asked'");
  await leave(client, room);
}

function enter(client: Socket, room: string): Promise<string> {
  return asks(client, enters(room, 0, ""), "</message>");
}

function leave(client: Socket, room: string): Promise<string> {
  return asks(client, `<presence to='${room}/nick-0' type='unavailable'/>`, "code='110'");
}
