/**
 * A message to a full room: the component's, by a stanza for each and through the server's multicast service
 * (XEP-0033, ejabberd), beside a bare component that writes the same stanzas either way, and beside the server's own
 * group chat.
 */
import type { ServerKind } from "../lab/find.js";
import type { ComponentAccess, Server } from "../lab/server.js";
import type { Benchmark } from "./benchmark.js";
import { member, type Crowd } from "./crowd.js";
import { compare, PER_SECOND, whole, type Comparison } from "./figures.js";
import { multicasting } from "./multicasting.js";
import { rawComponent } from "./raw.js";
import type { Stage } from "./stage.js";
import type { Line } from "./table.js";

const BY_SERVICE = " by XEP-0033";
const HOST = "qtalk.test.org";
const SINGLY = `conference.${HOST}`;
const TOGETHER = `groups.${HOST}`;
const MULTICAST = `multicast.${HOST}`;
const MUC = `muc.${HOST}`;
/** A part of the host, as ejabberd lets no others tell many at once. */
const RAW = `raw.${HOST}`;
const CROWD = "crowd.test";
const TEXT = "x".repeat(100);
/** Rooms of different sizes; about as many deliveries a turn in each. */
const EXTENT = {
  ejabberd: [
    { occupants: 10, messages: 2_000 },
    { occupants: 300, messages: 100 },
    { occupants: 3_000, messages: 8 },
  ],
  prosody: [{ occupants: 300, messages: 50 }],
};
const QUICK = [{ occupants: 30, messages: 20 }];
/** The servers' own rooms must take so many, and let one of them talk that fast. */
const EXTRA = {
  ejabberd: "modules:\n  mod_muc:\n    max_users: 100000\n    default_room_options: {max_users: 100000}\n",
  prosody: "",
};

export const fanOut: Benchmark = {
  name: "fan-out",
  about: "a message to rooms with 10, 300 and 3,000 occupants, also by XEP-0033, beside the server's own",
  async run(stage) {
    const { quick } = stage.extent;
    stage.expectPhases(quick ? 2 : EXTENT.ejabberd.length + EXTENT.prosody.length);
    const lines: Line[] = [];
    for (const kind of ["ejabberd", "prosody"] as const) {
      const setting = await onServer(stage, kind);
      for (const size of quick ? QUICK : EXTENT[kind]) lines.push(...(await inRooms(stage, setting, size)));
    }
    return lines;
  },
};

/** A server with the component, on ejabberd also one that tells many at once, and those who sit in rooms. */
interface Setting {
  readonly server: Server;
  readonly crowd: Crowd;
}

interface Size {
  readonly occupants: number;
  /** So many a turn. */
  readonly messages: number;
}

async function onServer(stage: Stage, kind: ServerKind): Promise<Setting> {
  const isEjabberd = kind === "ejabberd";
  const server = await stage.server(kind, {
    components: [SINGLY, TOGETHER, CROWD, RAW].map((domain) => ({ domain })),
    modules: {
      ...{ archive: false, offline: false, muc: MUC },
      ...(isEjabberd && { multicast: MULTICAST }),
    },
    extra: EXTRA[kind],
  });
  const start = async (domain: string, multicast: "auto" | "off") => {
    const limits = { max_occupants: 100_000, messages_per_second: 1e6, presences_per_second: 1e6 };
    const component = await stage.component({
      access: server.component(domain),
      hosts: [HOST, CROWD],
      config: { rooms: { create: "anyone", multicast, ...limits } },
    });
    if (multicast === "auto") await multicasting(component);
  };
  await start(SINGLY, "off");
  if (isEjabberd) await start(TOGETHER, "auto");
  return { server, crowd: await stage.crowd(server.component(CROWD)) };
}

async function inRooms(stage: Stage, { server, crowd }: Setting, size: Size): Promise<Line[]> {
  const isEjabberd = server.kind === "ejabberd";
  const room = `room-${size.occupants}`;
  const work = { crowd, ...size };
  const contestants: Record<string, () => Promise<number>> = {
    singly: () => inRoom(work, `${room}@${SINGLY}`),
    raw: () => bare(work, server.component(RAW), singly),
    theirs: () => inRoom(work, `${room}@${MUC}`),
  };
  if (isEjabberd) {
    contestants.together = () => inRoom(work, `${room}@${TOGETHER}`);
    contestants.rawTogether = () => bare(work, server.component(RAW), together);
  }
  for (const domain of [SINGLY, MUC, ...(isEjabberd ? [TOGETHER] : [])]) {
    stage.tell(0, `${size.occupants} enter ${room}@${domain}`);
    await crowd.enterQuietly(`${room}@${domain}`, size.occupants);
  }
  const rates = await stage.inTurn(contestants);
  const line = (how: string, rates: Omit<Comparison, "work" | "unit">): Line =>
    compare({
      work: `a message to ${whole(size.occupants)} occupants, ${server.name}${how}, deliveries`,
      unit: PER_SECOND,
      ...rates,
    });
  const own = `${server.name}'s group chat`;
  // The targets are those of a room of 300.
  const target = (ratio: number): number => (size.occupants === 300 ? ratio : 0);
  const { singly: ours = [], raw = [], theirs = [], together: oursTogether, rawTogether = [] } = rates;
  const lines = [
    line("", { ours, peer: raw, peerName: "a bare component", target: isEjabberd ? target(0.9) : 0 }),
    line("", { ours, peer: theirs, peerName: own, target: isEjabberd ? 0 : target(1.6) }),
  ];
  if (oursTogether === undefined) return lines;
  return [
    ...lines,
    line(BY_SERVICE, { ours: oursTogether, peer: rawTogether, peerName: `a bare component${BY_SERVICE}` }),
    line(BY_SERVICE, { ours: oursTogether, peer: theirs, peerName: own, target: target(1.05) }),
  ];
}

interface Work {
  readonly crowd: Crowd;
  readonly occupants: number;
  readonly messages: number;
}

/** Deliveries a second of what one occupant says to a room, everything sent at once. */
async function inRoom({ crowd, occupants, messages }: Work, room: string): Promise<number> {
  const write = await crowd.expects(occupants * messages);
  const says = (n: number): string =>
    `<message from='${member(0, CROWD)}' to='${room}' type='groupchat' id='m${n}'><body>${TEXT}</body></message>`;
  const started = performance.now();
  await write(Array.from({ length: messages }, (_, n) => says(n)).join(""));
  return (occupants * messages) / ((performance.now() - started) / 1000);
}

/** How a bare component writes a message to so many. */
type Way = (occupants: number, attributes: string, content: string) => string;

/** A stanza for each. */
const singly: Way = (occupants, attributes, content) => {
  let text = "";
  for (let i = 0; i < occupants; i += 1)
    text += `<message to="${member(i, CROWD)}"${attributes}>${content}</message>`;
  return text;
};

/** One to the server's multicast service. */
const together: Way = (occupants, attributes, content) => {
  let text = `<message to="${MULTICAST}"${attributes}><addresses xmlns="http://jabber.org/protocol/address">`;
  for (let i = 0; i < occupants; i += 1) text += `<address type="bcc" jid="${member(i, CROWD)}"/>`;
  return `${text}</addresses>${content}</message>`;
};

/** The same stanzas as the component's, written by one that stores nothing. */
async function bare(
  { crowd, occupants, messages }: Work,
  access: ComponentAccess,
  write: Way,
): Promise<number> {
  const { port, domain, password } = access;
  const socket = await rawComponent(port, domain, password);
  const heard = (await crowd.expects(occupants * messages))("");
  const ids =
    `<occupant-id xmlns="urn:xmpp:occupant-id:0" id="${"x".repeat(43)}"/>` +
    `<stanza-id xmlns="urn:xmpp:sid:0" by="room@${domain}" id="1700000000000000"/>`;
  const started = performance.now();
  for (let n = 0; n < messages; n += 1) {
    const attributes = ` from="room@${domain}/nick" id="m${n}" type="groupchat"`;
    const text = write(occupants, attributes, `<body>${TEXT}</body>${ids}`);
    if (!socket.write(text)) await new Promise((resolve) => socket.once("drain", resolve));
  }
  await heard;
  const rate = (occupants * messages) / ((performance.now() - started) / 1000);
  await new Promise((resolve) => socket.once("close", resolve).end("</stream:stream>"));
  return rate;
}
