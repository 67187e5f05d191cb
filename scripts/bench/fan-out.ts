/**
 * Benchmark of a message to a full room, as one stanza to each occupant or through the server's multicast
 * service (XEP-0033, ejabberd). The compared program is the server's own group chat.
 * The occupants are addresses of a plain component, so that this program receives and counts every delivery.
 */
import type { Socket } from "node:net";
import type { ServerKind } from "../lab/find.js";
import { HOST, TEXT } from "./message.js";
import { Counter } from "../lab/raw.js";
import type { Stage } from "./stage.js";
import { compare, PER_SECOND, whole, type Line } from "./table.js";
import { onBoth } from "./run.js";

const SINGLY = `conference.${HOST}`;
const TOGETHER = `groups.${HOST}`;
const MUC = `muc.${HOST}`;
const CROWD = "crowd.test";
/** The table's name for the server's own group chat. */
const PEER = "group chat";

interface Size {
  readonly occupants: number;
  /** How many messages a turn sends. Larger rooms get fewer, so that the number of deliveries is similar. */
  readonly messages: number;
}

const SIZES: Readonly<Record<ServerKind, readonly Size[]>> = {
  ejabberd: [
    { occupants: 10, messages: 2_000 },
    { occupants: 300, messages: 100 },
    { occupants: 3_000, messages: 8 },
  ],
  prosody: [{ occupants: 300, messages: 50 }],
};
const QUICK: readonly Size[] = [{ occupants: 30, messages: 20 }];
/** The lowest acceptable ratio of the component's rate to that of the server's own group chat, with 300 occupants. */
const LEAST: Readonly<Record<string, number>> = { "ejabberd by XEP-0033": 1.05, Prosody: 1.6 };
/** Configuration that allows thousands of occupants in the server's own rooms. */
const EXTRA = {
  ejabberd: "modules:\n  mod_muc:\n    max_users: 100000\n    default_room_options: {max_users: 100000}\n",
  prosody: "",
};

export const fanOut = onBoth(async (stage, kind) => {
  const multicast = kind === "ejabberd" ? { multicast: `multicast.${HOST}` } : {};
  const server = await stage.server(kind, {
    components: [SINGLY, TOGETHER, CROWD].map((domain) => ({ domain })),
    modules: { muc: MUC, ...multicast },
    extra: EXTRA[kind],
  });
  const limits = { max_occupants: 100_000, messages_per_second: 1e6, presences_per_second: 1e6 };
  const start = async (domain: string, multicast: "auto" | "off"): Promise<void> => {
    const component = await stage.component({
      ...{ access: server.component(domain), hosts: [HOST, CROWD] },
      config: { rooms: { create: "anyone", multicast, ...limits } },
    });
    if (multicast === "auto")
      await component.until(
        async () => (await component.metric("qtalk_multicast_services")) > 0,
        "using multicast",
      );
  };
  const contestants: Record<string, string> = { [server.name]: SINGLY };
  await start(SINGLY, "off");
  if (kind === "ejabberd") {
    contestants[`${server.name} multicast`] = TOGETHER;
    await start(TOGETHER, "auto");
  }
  const crowd = await stage.bareComponent(server, CROWD);
  const lines: Line[] = [];
  for (const size of stage.extent.quick ? QUICK : SIZES[kind])
    lines.push(...(await inRooms({ stage, crowd, contestants }, size)));
  return lines;
});

interface Setting {
  readonly stage: Stage;
  readonly crowd: Socket;
  /** The contestants' domains, by the contestants' names in the table. */
  readonly contestants: Readonly<Record<string, string>>;
}

async function inRooms({ stage, crowd, contestants }: Setting, size: Size): Promise<Line[]> {
  const turns: Record<string, () => Promise<number>> = {};
  for (const [name, domain] of Object.entries({ ...contestants, [PEER]: MUC })) {
    const room = `room-${size.occupants}@${domain}`;
    await fill(crowd, room, size.occupants);
    turns[name] = () => speak(crowd, room, size);
  }
  const rates = await stage.inTurn(turns);
  return Object.keys(contestants).map((name) =>
    compare({
      work: `message to ${whole(size.occupants)} occupants, ${name}`,
      unit: PER_SECOND,
      ...{ ours: rates[name] ?? [], peer: rates[PEER] ?? [], peerName: PEER },
      target: size.occupants === 300 ? LEAST[name] : undefined,
    }),
  );
}

const member = (index: number): string => `user-${index}@${CROWD}/desk`;

/** Fills a room. The room shows only moderators' presence, so thousands can enter quickly. */
async function fill(crowd: Socket, room: string, size: number): Promise<void> {
  const enters = (index: number): string =>
    `<presence from='${member(index)}' to='${room}/nick-${index}'>` +
    "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>";
  const field = (name: string, value: string): string =>
    `<field var='${name}'><value>${value}</value></field>`;
  const fields =
    field("FORM_TYPE", "http://jabber.org/protocol/muc#roomconfig") +
    field("muc#roomconfig_presencebroadcast", "moderator");
  const configures =
    `<iq from='${member(0)}' to='${room}' type='set' id='config'><query xmlns='http://jabber.org/protocol/muc#owner'>` +
    `<x xmlns='jabber:x:data' type='submit'>${fields}</x></query></iq>`;
  // The last stanza of each entry is the room's subject, which is a message.
  await heard(crowd, enters(0), 1);
  const others = Array.from({ length: size - 1 }, (_, i) => enters(i + 1)).join("");
  await heard(crowd, configures + others, size - 1);
}

/** Sends all messages of a turn together, from one occupant. @returns deliveries per second */
async function speak(crowd: Socket, room: string, { occupants, messages }: Size): Promise<number> {
  const says = (n: number): string =>
    `<message from='${member(0)}' to='${room}' type='groupchat' id='m${n}'><body>${TEXT}</body></message>`;
  const text = Array.from({ length: messages }, (_, n) => says(n)).join("");
  const started = performance.now();
  await heard(crowd, text, occupants * messages);
  return (occupants * messages) / ((performance.now() - started) / 1000);
}

/** Writes the stanzas, and resolves when the given number of messages has arrived. */
async function heard(crowd: Socket, stanzas: string, messages: number): Promise<void> {
  const counter = new Counter(crowd, "</message>");
  crowd.write(stanzas);
  await counter.reached(messages);
  counter.stop();
}
