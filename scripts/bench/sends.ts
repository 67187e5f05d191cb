/**
 * One message a call: send_thirdmessage beside ejabberd's own HTTP API, whose send_stanza neither stores nor confirms
 * anything. By default the component also hands the sender's own sessions a copy of what is sent in their name, which
 * doubles what the server routes; without those copies both do exactly the same.
 */
import type { Ejabberd } from "../servers/ejabberd.js";
import type { Benchmark } from "./benchmark.js";
import { CountingClient } from "./raw.js";
import { ACCOUNTS, HOST, RECEIVER, thirdMessage } from "./sending.js";
import { linesOf, ours, turn, type Target } from "./single-sends.js";

const PLAIN = "plain.qtalk.test.org";

export const sends: Benchmark = {
  name: "sends",
  about: "one message a call beside ejabberd's own HTTP API: rate, 99th percentile, CPU time",
  async run(stage) {
    const server = await stage.server("ejabberd", {
      modules: { archive: false, offline: false, httpApi: true },
      components: [{ domain: "conference.qtalk.test.org" }, { domain: PLAIN }],
    });
    await server.addAccounts(...ACCOUNTS);
    const receiver = await CountingClient.login(server.clientPort, HOST, RECEIVER, "secret");
    stage.atEnd(() => receiver.close());
    const { hosts } = server.settings;
    const withCopies = await stage.component({ access: server.component(), hosts });
    const config = { xmpp: { carbons: false } };
    const plain = await stage.component({ access: server.component(PLAIN), hosts, config });
    const sending = { stage, server, receiver };
    const results = await stage.inTurn({
      withCopies: () => turn(sending, ours(withCopies)),
      peer: () => turn(sending, theirs(server)),
      plain: () => turn(sending, ours(plain)),
    });
    const beside = { peer: results.peer, peerName: "ejabberd's send_stanza" };
    return [
      ...linesOf({
        ...{ work: "send_thirdmessage, sender's copies off", ours: results.plain, target: 1.5 },
        ...beside,
      }),
      ...linesOf({
        ...{ work: "send_thirdmessage, the defaults", ours: results.withCopies, target: 1.2 },
        ...beside,
      }),
    ];
  },
};

function theirs(server: Ejabberd): Target {
  const { port, pathname } = new URL(`${server.api}/send_stanza`);
  return {
    port: Number(port),
    path: pathname,
    body: (n) => {
      const { from, to, message } = thirdMessage(`peer-${n}`);
      return JSON.stringify({ from: `${from}@${HOST}`, to: `${to}@${HOST}`, stanza: message });
    },
    check: (body) => {
      if (body.trim() !== "0") throw new Error(`ejabberd answered ${body}`);
    },
  };
}
