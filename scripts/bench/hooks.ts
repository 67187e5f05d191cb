/**
 * Posts to a hook beside send_thirdmessage: the same text to the same person, durable and confirmed both. A hook's is read,
 * worded by a template, and noted with its message.
 */
import type { Benchmark } from "./benchmark.js";
import { compare, MILLISECONDS, PER_SECOND } from "./figures.js";
import { load, type LoadOptions, type LoadResult } from "./load.js";
import { CountingClient } from "./raw.js";
import { ACCOUNTS, accepted, HOST, RECEIVER, TEXT, thirdMessage } from "./sending.js";

const CONNECTIONS = 32;
/** More than anybody posts. */
const RATE = 1_000_000;

let calls = 0;

export const hooks: Benchmark = {
  name: "hooks",
  about: "posts to a hook beside send_thirdmessage: rate, 99th percentile",
  async run(stage) {
    const server = await stage.server("ejabberd", { modules: { archive: false, offline: false } });
    await server.addAccounts(...ACCOUNTS);
    const receiver = await CountingClient.login(server.clientPort, HOST, RECEIVER, "secret");
    stage.atEnd(() => receiver.close());
    const component = await stage.component({
      access: server.component(),
      hosts: server.settings.hosts,
      config: { xmpp: { carbons: false }, hooks: { rate: RATE } },
    });
    const { pathname } = new URL(
      await component.command("hook", "add", "bench", "--to", `${RECEIVER}@${HOST}`),
    );
    const turn = async (target: Pick<LoadOptions, "path" | "body" | "check">): Promise<LoadResult> => {
      const goal = receiver.count;
      const { seconds } = stage.extent;
      const result = await load({ port: component.httpPort, connections: CONNECTIONS, seconds, ...target });
      await receiver.reached(goal + result.requests);
      return result;
    };
    const { posts, sends } = await stage.inTurn({
      posts: () => turn({ path: pathname, body: () => JSON.stringify({ text: TEXT }), check: said }),
      sends: () =>
        turn({
          path: "/qtalk/send_thirdmessage",
          body: () => JSON.stringify(thirdMessage(`beside-hooks-${++calls}`)),
          check: accepted,
        }),
    });
    const of = (results: readonly LoadResult[], key: "rate" | "p99"): number[] =>
      results.map((each) => each[key]);
    const peerName = "send_thirdmessage";
    return [
      compare({
        work: "posts to a hook",
        unit: PER_SECOND,
        ours: of(posts, "rate"),
        peer: of(sends, "rate"),
        ...{ peerName, target: 0.8 },
      }),
      compare({
        work: "… 99 % of them within",
        unit: MILLISECONDS,
        ours: of(posts, "p99"),
        peer: of(sends, "p99"),
        peerName,
      }),
    ];
  },
};

/** @throws Error where a post wasn't taken */
function said(body: string): void {
  if (body !== "ok") throw new Error(`the component answered ${body}`);
}
