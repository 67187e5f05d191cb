/**
 * One message a call on Prosody: send_thirdmessage beside mod_rest, which neither stores nor confirms anything, and
 * asks for each user's own password. Prosody has its defaults, and the lines of the README for the component.
 */
import type { Prosody } from "../lab/prosody.js";
import type { Benchmark } from "./benchmark.js";
import { CountingClient } from "./raw.js";
import { ACCOUNTS, HOST, RECEIVER, SENDER, TEXT } from "./sending.js";
import { SENDERS } from "./senders.js";
import { allWays, type Target } from "./single-sends.js";

export const sendsProsody: Benchmark = {
  name: "sends-prosody",
  about: "one message a call beside Prosody's mod_rest: rate, percentiles, CPU time",
  async run(stage) {
    const server = await stage.server("prosody", {
      modules: { archive: false, offline: false, httpApi: true },
      components: SENDERS,
    });
    await server.addAccounts(...ACCOUNTS);
    const receiver = await CountingClient.login(server.clientPort, HOST, RECEIVER, "secret");
    stage.atEnd(() => receiver.close());
    const peer = { name: "Prosody's mod_rest", target: theirs(server) };
    return await allWays({ stage, server, receiver }, peer, { plain: 1, forging: 1, privileged: 1.5 });
  },
};

function theirs(server: Prosody): Target {
  const { port, pathname } = new URL(server.api);
  const credentials = Buffer.from(`${SENDER}:secret`).toString("base64");
  return {
    port: Number(port),
    path: pathname,
    headers: `Authorization: Basic ${credentials}\r\n`,
    body: (n) =>
      JSON.stringify({
        kind: "message",
        type: "chat",
        id: `peer-${n}`,
        to: `${RECEIVER}@${HOST}`,
        body: TEXT,
      }),
    check: (body) => {
      if (body !== "") throw new Error(`Prosody answered ${body}`);
    },
  };
}
