/**
 * Benchmark of send_thirdmessage with 100 messages in each request, without copies for the sender. The compared program
 * is a plain XEP-0114 component. It writes the same stanzas, made beforehand, and neither stores nor confirms them. A
 * turn ends when the receiver has all messages.
 */
import { load } from "./load.js";
import { ACCOUNTS, accepted, HOST, RECEIVER, stanzaOf, thirdMessage } from "./message.js";
import { Counter, writeAll } from "../lab/raw.js";
import { compare, PER_SECOND } from "./table.js";
import { onBoth } from "./run.js";

const BATCH = 100;
const CONNECTIONS = 4;
const RAW = `raw.${HOST}`;

export const arrays = onBoth(async (stage, kind) => {
  const messages = stage.extent.quick ? 2_000 : 15_000;
  const components = [`conference.${HOST}`, RAW].map((domain) => ({ domain }));
  const server = await stage.server(kind, { components });
  await server.addAccounts(...ACCOUNTS);
  const receiver = new Counter(await stage.client(server, RECEIVER), "</message>");
  const { httpPort } = await stage.component({
    access: server.component(),
    hosts: server.settings.hosts,
    config: { xmpp: { carbons: false } },
  });
  const socket = await stage.bareComponent(server, RAW);
  const stanza = stanzaOf();
  /** Returns how many messages per second the receiver gets. */
  const rateOf = async (work: () => Promise<unknown>): Promise<number> => {
    const goal = receiver.count + messages;
    const started = performance.now();
    await Promise.all([work(), receiver.reached(goal)]);
    return messages / ((performance.now() - started) / 1000);
  };
  const results = await stage.inTurn({
    ours: () => rateOf(() => inArrays(httpPort, messages)),
    bare: () => rateOf(() => writeAll(socket, texts(stanza, messages))),
  });
  const line = compare({
    work: `sends in arrays of 100, ${server.name}, no copy`,
    ...{ unit: PER_SECOND, ours: results.ours, peer: results.bare },
    ...{ peerName: "a bare component", target: 0.8 },
  });
  return [line];
});

let calls = 0;

async function inArrays(port: number, messages: number): Promise<void> {
  const array = (): object[] => {
    calls += 1;
    return Array.from({ length: BATCH }, (_, i) => thirdMessage(`array-${calls}-${i}`));
  };
  await load({
    ...{ port, path: "/qtalk/send_thirdmessage", connections: CONNECTIONS, requests: messages / BATCH },
    ...{ body: () => JSON.stringify(array()), check: accepted },
  });
}

function* texts(stanza: (id: string) => string, messages: number): Generator<string> {
  calls += 1;
  for (let n = 0; n < messages; n += 1) yield stanza(`bare-${calls}-${n}`);
}
