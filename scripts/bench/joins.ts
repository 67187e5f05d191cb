/**
 * Users enter a room all at once, beside the server's own group chat: each gets the presence of all who are inside,
 * its own, and the subject, and is shown to the others. Three hundred on ejabberd; on Prosody, where that takes half a
 * minute, a hundred.
 */
import type { ServerKind } from "../servers/find.js";
import type { Benchmark } from "./benchmark.js";
import { member, type Crowd } from "./crowd.js";
import { compare, MILLISECONDS } from "./figures.js";
import type { Stage } from "./stage.js";
import type { Line } from "./table.js";

const CROWD = "crowd.test";
const MUC = "muc.qtalk.test.org";
/** So many are inside already: one to make the room, one to see that it is made. */
const FIRST = 2;
const SIZES = { ejabberd: 300, prosody: 100 };
/** The server's own rooms take 200 by default. */
const EXTRA = {
  ejabberd: "modules:\n  mod_muc:\n    max_users: 100000\n    default_room_options: {max_users: 100000}\n",
  prosody: "",
};

export const joins: Benchmark = {
  name: "joins",
  about: "300 users enter a room beside ejabberd's own group chat, 100 beside Prosody's",
  async run(stage) {
    stage.expectPhases(2);
    return [await onServer(stage, "ejabberd"), await onServer(stage, "prosody")];
  },
};

async function onServer(stage: Stage, kind: ServerKind): Promise<Line> {
  const size = stage.extent.quick ? 30 : SIZES[kind];
  const server = await stage.server(kind, {
    components: [{ domain: "conference.qtalk.test.org" }, { domain: CROWD }],
    modules: { archive: false, offline: false, muc: MUC },
    extra: EXTRA[kind],
  });
  const access = server.component();
  const rooms = { create: "anyone", max_occupants: 100_000, joins_per_second: 1e6 };
  await stage.component({ access, hosts: server.settings.hosts, config: { rooms } });
  const crowd = await stage.crowd(server.component(CROWD));
  const { ours, peer } = await stage.inTurn({
    ours: (round) => enter(crowd, `room-${round}@${access.domain}`, size),
    peer: (round) => enter(crowd, `room-${round}@${MUC}`, size),
  });
  return compare({
    work: `entering a room, ${size} users at once, ${server.name}, each`,
    ...{ unit: MILLISECONDS, ours, peer, peerName: `${server.name}'s group chat` },
  });
}

/** Milliseconds a user. */
async function enter(crowd: Crowd, room: string, size: number): Promise<number> {
  await crowd.enter(room, FIRST);
  // Each entry ends with the subject, which is a message.
  const write = await crowd.expects(size);
  const started = performance.now();
  await write(Array.from({ length: size }, (_, i) => entry(FIRST + i, room)).join(""));
  return (performance.now() - started) / size;
}

function entry(index: number, room: string): string {
  return (
    `<presence from='${member(index, CROWD)}' to='${room}/nick-${index}'>` +
    `<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`
  );
}
