/**
 * A room whose every message is told to a hook that never answers, beside a room of which nobody is told: what is said is
 * put into the hook's queue with the room's own work, and nothing waits for the hook.
 */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Benchmark } from "./benchmark.js";
import { member, type Crowd } from "./crowd.js";
import { compare, PER_SECOND } from "./figures.js";

const HOST = "qtalk.test.org";
const GROUPS = `groups.${HOST}`;
const CROWD = "crowd.test";
const TEXT = "x".repeat(100);
const EXTENT = { occupants: 300, messages: 100 };
const QUICK = { occupants: 30, messages: 20 };
/** More than is said. */
const QUEUE = 1_000_000;

export const hookTold: Benchmark = {
  name: "hook-told",
  about:
    "a message to a room with 300 occupants, told to a hook that hangs, beside one that is told to nobody",
  async run(stage) {
    const size = stage.extent.quick ? QUICK : EXTENT;
    const server = await stage.server("ejabberd", {
      components: [GROUPS, CROWD].map((domain) => ({ domain })),
      modules: { archive: false, offline: false },
    });
    const hanging = createServer(() => undefined);
    await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
    const { port } = hanging.address() as AddressInfo;
    const limits = { messages_per_second: 1e6, presences_per_second: 1e6 };
    const component = await stage.component({
      access: server.component(GROUPS),
      hosts: [HOST, CROWD],
      config: { rooms: { create: "anyone", multicast: "off", ...limits }, hooks: { queue: QUEUE } },
    });
    const crowd = await stage.crowd(server.component(CROWD));
    const [told, untold] = [`told@${GROUPS}`, `untold@${GROUPS}`];
    for (const room of [told, untold]) await crowd.enterQuietly(room, size.occupants);
    const at = ["--tell", `http://127.0.0.1:${port}/`, "--allow-inner", "127.0.0.1"];
    await component.command("hook", "add", "hangs", ...at, "--on", "room-message", "--room", told);
    const rates = await stage.inTurn({
      told: () => said(crowd, told, size),
      untold: () => said(crowd, untold, size),
    });
    hanging.close();
    return [
      compare({
        work: "a message to a room whose hook hangs, deliveries",
        unit: PER_SECOND,
        ours: rates.told,
        peer: rates.untold,
        ...{ peerName: "a room without a hook", target: 0.9 },
      }),
    ];
  },
};

/** Deliveries a second of what one occupant says, everything sent at once. */
async function said(crowd: Crowd, room: string, { occupants, messages }: typeof EXTENT): Promise<number> {
  const write = await crowd.expects(occupants * messages);
  const says = (n: number): string =>
    `<message from='${member(0, CROWD)}' to='${room}' type='groupchat' id='m${n}'><body>${TEXT}</body></message>`;
  const started = performance.now();
  await write(Array.from({ length: messages }, (_, n) => says(n)).join(""));
  return (occupants * messages) / ((performance.now() - started) / 1000);
}
