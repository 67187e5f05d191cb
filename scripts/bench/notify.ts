/**
 * One call of send_notify to ten thousand users, beside a bare component that writes the same stanzas: a presence and
 * its end to each. The users are those of another component on the same server, so that each of them is there and what
 * comes to them can be counted without ten thousand clients. Timed until the call is answered and all have both.
 */
import { Jid, isFull } from "../../component/address.js";
import { notifyStanzas } from "../../component/composing/notify.js";
import { serialise } from "../../component/xml/serialise.js";
import { addressable, addressed } from "../../component/xml/splice.js";
import type { ComponentProcess } from "../lab/component-process.js";
import type { Benchmark } from "./benchmark.js";
import { compare, PER_SECOND, whole } from "./figures.js";
import { load } from "./load.js";
import { rawComponent, writeAll } from "./raw.js";
import { accepted, HOST, SENDER } from "./sending.js";

const CROWD = "crowd.test";
const RAW = "raw.test";
const NOTIFICATION = { category: "100", data: JSON.stringify({ event: "offline", text: "x".repeat(60) }) };

export const notify: Benchmark = {
  name: "notify",
  about: "one notification to 10,000 users beside a bare component that writes the same stanzas",
  async run(stage) {
    const server = await stage.server("ejabberd", {
      modules: { archive: false, offline: false },
      components: [{ domain: "conference.qtalk.test.org" }, { domain: CROWD }, { domain: RAW }],
    });
    const component = await stage.component({ access: server.component(), hosts: server.settings.hosts });
    const crowd = await stage.crowd(server.component(CROWD));
    const { port, domain, password } = server.component(RAW);
    const socket = await rawComponent(port, domain, password);
    stage.atEnd(() => socket.destroy());
    const size = stage.extent.quick ? 500 : 10_000;
    const users = Array.from({ length: size }, (_, i) => `user-${i}@${CROWD}`);

    /** Users a second. */
    const until = async (work: () => Promise<unknown>): Promise<number> => {
      const heard = await crowd.expects(2 * size, "<presence");
      const started = performance.now();
      await Promise.all([work(), heard("")]);
      return size / ((performance.now() - started) / 1000);
    };
    const { ours, bare } = await stage.inTurn({
      ours: () => until(() => inOneCall(component, users)),
      bare: () => until(() => writeAll(socket, stanzasTo(users))),
    });
    const work = `send_notify, ${whole(size)} users a call`;
    return [compare({ work, unit: PER_SECOND, ours, peer: bare, peerName: "a bare component" })];
  },
};

async function inOneCall({ httpPort }: ComponentProcess, users: readonly string[]): Promise<void> {
  await load({
    port: httpPort,
    path: "/qtalk/send_notify",
    connections: 1,
    requests: 1,
    body: () => JSON.stringify({ from: SENDER, to: users, ...NOTIFICATION }),
    check: accepted,
  });
}

function* stanzasTo(users: readonly string[]): Generator<string> {
  const from = Jid.of(SENDER, HOST, "notify");
  if (from === undefined || !isFull(from)) throw new Error("no such sender");
  for (const stanza of notifyStanzas(from, NOTIFICATION, "presence")) {
    const cut = addressable(serialise(stanza));
    for (const user of users) yield addressed(cut, user);
  }
}
