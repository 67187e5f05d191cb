/**
 * Benchmark of a message to a full room, as one stanza to each occupant or through the server's multicast
 * service (XEP-0033, ejabberd). The compared program is the server's own group chat.
 * The occupants are addresses of a plain component, so that this program receives and counts every delivery.
 */
import type { Socket } from "node:net";
import type { ServerKind } from "../lab/installed.mjs";
import { counted } from "../lab/raw.js";
import { HOST, TEXT } from "./message.js";
import { configures, CROWD, each, enters, LARGE_ROOMS, NO_LIMITS, says } from "./rooms.js";
import { onBoth } from "./stage.js";
import { compare, whole, UNITS } from "./table.js";

const MUC = `muc.${HOST}`;
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
const LEAST: Readonly<Record<string, number>> = { "ejabberd multicast": 1.05, Prosody: 1.6 };

/** What sends to the occupants: the name in the table, the domain, and rooms.multicast. */
const SINGLY = { how: "", domain: `conference.${HOST}`, multicast: "off" } as const;
const BY_MULTICAST = { how: " multicast", domain: `groups.${HOST}`, multicast: "auto" } as const;

export const fanOut = onBoth(async (stage, kind) => {
  const ways = kind === "ejabberd" ? [SINGLY, BY_MULTICAST] : [SINGLY];
  const server = await stage.server(kind, {
    components: [...ways.map(({ domain }) => domain), CROWD].map((domain) => ({ domain })),
    modules: { muc: MUC, multicast: kind === "ejabberd" ? `multicast.${HOST}` : undefined },
    extra: LARGE_ROOMS[kind],
  });
  const domains: Record<string, string> = { [PEER]: MUC };
  for (const { how, domain, multicast } of ways) {
    const component = await stage.component({
      access: server.component(domain),
      hosts: [HOST, CROWD],
      config: { rooms: { create: "anyone", multicast, ...NO_LIMITS } },
    });
    const isFound = async (): Promise<boolean> => (await component.metric("qtalk_multicast_services")) > 0;
    if (multicast === "auto") await component.until(isFound, "using multicast");
    domains[`${server.name}${how}`] = domain;
  }
  const crowd = await stage.bareComponent(server, CROWD);
  const measure = async (size: Size) => {
    const turns: Record<string, () => Promise<number>> = {};
    for (const [name, domain] of Object.entries(domains)) {
      const room = `room-${size.occupants}@${domain}`;
      await fill(crowd, room, size.occupants);
      turns[name] = () => speak(crowd, room, size);
    }
    const { [PEER]: peer = [], ...rates } = await stage.inTurn(turns);
    return Object.entries(rates).map(([name, ours]) =>
      compare({
        work: `message to ${whole(size.occupants)} occupants, ${name}`,
        unit: UNITS.perSecond,
        ours,
        peer,
        peerName: PEER,
        target: size.occupants === 300 ? LEAST[name] : undefined,
      }),
    );
  };
  const lines = [];
  for (const size of stage.extent.quick ? QUICK : SIZES[kind]) lines.push(...(await measure(size)));
  return lines;
});

/** Fills a room. The room shows only moderators' presence, so thousands can enter quickly. */
async function fill(crowd: Socket, room: string, size: number): Promise<void> {
  // The last stanza of each entry is the room's subject, which is a message.
  await counted(crowd, enters(room, 0), "</message>", 1);
  const others = each(size - 1, (n) => enters(room, n + 1));
  const hides = configures(room, "presencebroadcast", ["moderator"]);
  await counted(crowd, hides + others, "</message>", size - 1);
}

/** Sends all messages of a turn together, from one occupant. @returns deliveries per second */
async function speak(crowd: Socket, room: string, { occupants, messages }: Size): Promise<number> {
  const started = performance.now();
  const text = each(messages, () => says(room, TEXT));
  await counted(crowd, text, "</message>", occupants * messages);
  return (occupants * messages) / ((performance.now() - started) / 1000);
}
