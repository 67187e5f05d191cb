/**
 * Benchmark of a user who enters and leaves the same room repeatedly: the time until the room's subject
 * arrives, and until the room confirms the leaving. The compared program is the server's own group chat.
 */
import type { Socket } from "node:net";
import { ACCOUNTS, HOST, RECEIVER } from "./message.js";
import { Counter } from "../lab/raw.js";
import { compare, MILLISECONDS, percentile, type Line } from "./table.js";
import { onBoth } from "./run.js";

const MUC = `muc.${HOST}`;
const TIMES = 150;
const QUICK = 20;
const FORM_TYPE =
  "<field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/muc#roomconfig</value></field>";

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
  const persistent = "<field var='muc#roomconfig_persistentroom'><value>1</value></field>";
  const form = `<x xmlns='jabber:x:data' type='submit'>${FORM_TYPE}${persistent}</x>`;
  const query = `<query xmlns='http://jabber.org/protocol/muc#owner'>${form}</query>`;
  await says(client, "id='made'", `<iq type='set' id='made' to='${room}'>${query}</iq>`);
  await leave(client, room);
}

function enter(client: Socket, room: string): Promise<void> {
  const muc = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>";
  return says(client, "</message>", `<presence to='${room}/nick'>${muc}</presence>`);
}

function leave(client: Socket, room: string): Promise<void> {
  return says(client, "code='110'", `<presence to='${room}/nick' type='unavailable'/>`);
}

/** Writes a stanza, and waits for the room's last response. @param last a text that only the last response contains */
async function says(socket: Socket, last: string, stanza: string): Promise<void> {
  const counter = new Counter(socket, last);
  socket.write(stanza);
  await counter.reached(1);
  counter.stop();
}
