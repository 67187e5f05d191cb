/**
 * Messages in arrays, stored and confirmed, beside a bare component that writes the same stanzas and stores and
 * confirms nothing. Counted until the receiver, who is online, has all of them.
 */
import type { ComponentProcess } from "../servers/component-process.js";
import type { Benchmark } from "./benchmark.js";
import { compare, PER_SECOND } from "./figures.js";
import { load } from "./load.js";
import { CountingClient, rawComponent, writeAll } from "./raw.js";
import { ACCOUNTS, accepted, HOST, RECEIVER, stanzasOf, thirdMessage } from "./sending.js";

const BATCH = 100;
const CONNECTIONS = 4;
const PLAIN = "plain.qtalk.test.org";
const RAW = "raw.qtalk.test.org";

export const batches: Benchmark = {
  name: "batches",
  about: "messages in arrays of 100 beside a bare component that writes the same stanzas",
  async run(stage) {
    const server = await stage.server("ejabberd", {
      modules: { archive: false, offline: false },
      components: [{ domain: "conference.qtalk.test.org" }, { domain: PLAIN }, { domain: RAW }],
    });
    await server.addAccounts(...ACCOUNTS);
    const receiver = await CountingClient.login(server.clientPort, HOST, RECEIVER, "secret");
    stage.atEnd(() => receiver.close());
    const { hosts } = server.settings;
    const withCopies = await stage.component({ access: server.component(), hosts });
    const config = { xmpp: { carbons: false } };
    const plain = await stage.component({ access: server.component(PLAIN), hosts, config });
    const { port, domain, password } = server.component(RAW);
    const socket = await rawComponent(port, domain, password);
    stage.atEnd(() => socket.destroy());
    const messages = stage.extent.quick ? 2_000 : 15_000;

    /** Messages a second. */
    const until = async (work: () => Promise<unknown>): Promise<number> => {
      const goal = receiver.count + messages;
      const started = performance.now();
      await Promise.all([work(), receiver.reached(goal)]);
      return messages / ((performance.now() - started) / 1000);
    };
    const results = await stage.inTurn({
      withCopies: () => until(() => inArrays(withCopies, messages)),
      bareCopies: () => until(() => writeAll(socket, texts(stanzasOf(true), messages))),
      plain: () => until(() => inArrays(plain, messages)),
      bare: () => until(() => writeAll(socket, texts(stanzasOf(false), messages))),
    });
    const line = (work: string, ours: readonly number[], peer: readonly number[]) =>
      compare({ work, unit: PER_SECOND, ours, peer, peerName: "a bare component", target: 0.8 });
    return [
      line("… in arrays of 100, sender's copies off", results.plain, results.bare),
      line("… in arrays of 100, the defaults", results.withCopies, results.bareCopies),
    ];
  },
};

let calls = 0;

async function inArrays(component: ComponentProcess, messages: number): Promise<void> {
  await load({
    port: component.httpPort,
    path: "/qtalk/send_thirdmessage",
    connections: CONNECTIONS,
    requests: messages / BATCH,
    body: () => {
      calls += 1;
      return JSON.stringify(Array.from({ length: BATCH }, (_, i) => thirdMessage(`batch-${calls}-${i}`)));
    },
    check: accepted,
  });
}

function* texts(stanzas: (id: string) => string, messages: number): Generator<string> {
  calls += 1;
  for (let n = 0; n < messages; n += 1) yield stanzas(`bare-${calls}-${n}`);
}
