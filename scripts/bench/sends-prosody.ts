/**
 * One message a call on Prosody: send_thirdmessage beside mod_rest, which neither stores nor confirms anything, and
 * asks for each user's own password. Prosody has its defaults, and the lines of the README for the component.
 */
import type { Prosody } from "../servers/prosody.js";
import type { Benchmark } from "./benchmark.js";
import { CountingClient } from "./raw.js";
import { ACCOUNTS, HOST, RECEIVER, SENDER, TEXT } from "./sending.js";
import { linesOf, ours, turn, type Target } from "./single-sends.js";

const PLAIN = "plain.qtalk.test.org";

export const sendsProsody: Benchmark = {
  name: "sends-prosody",
  about: "one message a call beside Prosody's mod_rest: rate, percentiles, CPU time",
  async run(stage) {
    const server = await stage.server("prosody", {
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
    const beside = { peer: results.peer, peerName: "Prosody's mod_rest" };
    return [
      ...linesOf({
        ...{ work: "send_thirdmessage, Prosody, sender's copies off", ours: results.plain },
        ...beside,
      }),
      ...linesOf({
        ...{ work: "send_thirdmessage, Prosody, the defaults", ours: results.withCopies, target: 1 },
        ...beside,
      }),
    ];
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
