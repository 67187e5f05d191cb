/**
 * Users enter a room all at once, beside the server's own group chat: each gets the presence of all who are inside,
 * its own, and the subject, and is shown to the others. Two hundred on ejabberd, also where it tells many at once for
 * the component (XEP-0033); on Prosody, where that takes half a minute, a hundred.
 */
import type { ServerKind } from "../lab/find.js";
import type { ComponentAccess } from "../lab/server.js";
import type { Benchmark } from "./benchmark.js";
import { member, type Crowd } from "./crowd.js";
import { compare, MILLISECONDS } from "./figures.js";
import { multicasting } from "./multicasting.js";
import { rawComponent } from "./raw.js";
import type { Stage } from "./stage.js";
import type { Line } from "./table.js";

const HOST = "qtalk.test.org";
const SINGLY = `conference.${HOST}`;
const TOGETHER = `groups.${HOST}`;
const CROWD = "crowd.test";
const RAW = "raw.test";
const MUC = `muc.${HOST}`;
/** So many are inside already: one to make the room, one to see that it is made. */
const FIRST = 2;
const SIZES = { ejabberd: 200, prosody: 100 };
/** The server's own rooms take 200 by default. */
const EXTRA = {
  ejabberd: "modules:\n  mod_muc:\n    max_users: 100000\n    default_room_options: {max_users: 100000}\n",
  prosody: "",
};

export const joins: Benchmark = {
  name: "joins",
  about: "200 users enter a room beside ejabberd's own group chat, 100 beside Prosody's",
  async run(stage) {
    stage.expectPhases(2);
    return [...(await onServer(stage, "ejabberd")), ...(await onServer(stage, "prosody"))];
  },
};

async function onServer(stage: Stage, kind: ServerKind): Promise<Line[]> {
  const isEjabberd = kind === "ejabberd";
  const size = stage.extent.quick ? 30 : SIZES[kind];
  const server = await stage.server(kind, {
    components: [SINGLY, TOGETHER, CROWD, RAW].map((domain) => ({ domain })),
    modules: {
      ...{ archive: false, offline: false, muc: MUC },
      ...(isEjabberd && { multicast: `multicast.${HOST}` }),
    },
    extra: EXTRA[kind],
  });
  const start = (domain: string, multicast: "auto" | "off") => {
    const rooms = { create: "anyone", max_occupants: 100_000, presences_per_second: 1e6, multicast };
    return stage.component({
      access: server.component(domain),
      hosts: [...server.settings.hosts, CROWD],
      config: { rooms },
    });
  };
  await start(SINGLY, "off");
  if (isEjabberd) await multicasting(await start(TOGETHER, "auto"));
  const crowd = await stage.crowd(server.component(CROWD));
  const at = (domain: string) => (round: number) => enter(crowd, `room-${round}@${domain}`, size);
  const contestants: Record<string, (round: number) => Promise<number>> = {
    ours: at(SINGLY),
    raw: () => bare(crowd, server.component(RAW), size),
    theirs: at(MUC),
    ...(isEjabberd && { together: at(TOGETHER) }),
  };
  const { ours = [], raw = [], theirs = [], together } = await stage.inTurn(contestants);
  const line = (how: string, ours: readonly number[], peer: readonly number[], peerName: string) =>
    compare({
      work: `entering a room, ${size} users at once, ${server.name}${how}, each`,
      ...{ unit: MILLISECONDS, ours, peer, peerName },
    });
  const own = `${server.name}'s group chat`;
  const lines = [line("", ours, raw, "a bare component"), line("", ours, theirs, own)];
  return together === undefined ? lines : [...lines, line(" by XEP-0033", together, theirs, own)];
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

/** The same stanzas as the component's, a stanza for each, by one that keeps nothing. Milliseconds a user. */
async function bare(crowd: Crowd, access: ComponentAccess, size: number): Promise<number> {
  const { port, domain, password } = access;
  const socket = await rawComponent(port, domain, password);
  const heard = (await crowd.expects(size))("");
  const started = performance.now();
  for (let i = FIRST; i < FIRST + size; i += 1) {
    if (!socket.write(entrance(i, `room@${domain}`)))
      await new Promise((resolve) => socket.once("drain", resolve));
  }
  await heard;
  const took = performance.now() - started;
  await new Promise((resolve) => socket.once("close", resolve).end("</stream:stream>"));
  return took / size;
}

/** All that is said as the nth user enters: those inside to the newcomer, the newcomer to all, the room's presence, the subject. */
function entrance(newcomer: number, room: string): string {
  const presence = (of: number, to: number): string => {
    const jid = to === 0 || to === of ? ` jid="${member(of, CROWD)}"` : "";
    const item = `<item affiliation="none" role="participant"${jid}/>`;
    const codes = to === of ? `<status code="170"/>${item}<status code="110"/>` : item;
    return (
      `<presence to="${member(to, CROWD)}" from="${room}/nick-${of}">` +
      `<occupant-id xmlns="urn:xmpp:occupant-id:0" id="${"x".repeat(43)}"/>` +
      `<x xmlns="http://jabber.org/protocol/muc#user">${codes}</x></presence>`
    );
  };
  const inside = Array.from({ length: newcomer }, (_, i) => i);
  const caps = `<c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="xmpp:${RAW}" ver="${"x".repeat(28)}"/>`;
  const rooms = `<presence to="${member(newcomer, CROWD)}" from="${room}">${caps}</presence>`;
  const subject = `<message to="${member(newcomer, CROWD)}" from="${room}" type="groupchat"><subject/></message>`;
  return [
    ...inside.map((i) => presence(i, newcomer)),
    ...inside.map((i) => presence(newcomer, i)),
    presence(newcomer, newcomer),
    rooms,
    subject,
  ].join("");
}

function entry(index: number, room: string): string {
  return (
    `<presence from='${member(index, CROWD)}' to='${room}/nick-${index}'>` +
    `<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`
  );
}
