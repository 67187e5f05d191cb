/**
 * One message a call: send_thirdmessage beside ejabberd's own HTTP API, whose send_stanza neither stores nor confirms
 * anything, in all ways in which users' messages are sent. The copy for the sender's own sessions is a second stanza to
 * route, or a carbon of the server's where it gave its permission; without it both do exactly the same.
 */
import type { Ejabberd } from "../lab/ejabberd.js";
import type { Benchmark } from "./benchmark.js";
import { CountingClient } from "./raw.js";
import { ACCOUNTS, HOST, RECEIVER, thirdMessage } from "./sending.js";
import { SENDERS } from "./senders.js";
import { allWays, type Target } from "./single-sends.js";

export const sends: Benchmark = {
  name: "sends",
  about: "one message a call beside ejabberd's own HTTP API: rate, 99th percentile, CPU time",
  async run(stage) {
    const server = await stage.server("ejabberd", {
      modules: { archive: false, offline: false, httpApi: true },
      components: SENDERS,
    });
    await server.addAccounts(...ACCOUNTS);
    const receiver = await CountingClient.login(server.clientPort, HOST, RECEIVER, "secret");
    stage.atEnd(() => receiver.close());
    const peer = { name: "ejabberd's send_stanza", target: theirs(server) };
    return await allWays({ stage, server, receiver }, peer, { plain: 1.5, forging: 1.2, privileged: 1.2 });
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
