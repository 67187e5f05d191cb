import { expect } from "chai";
import { Interface } from "../support/interface.js";
import { interfaceWith, RunningCall } from "./talk.js";
import { program } from "../plays/program.js";
import { acts } from "../plays/steps.js";

const CALL = { from: "a", to: "b", message: "c" };

describe("Health checks", () => {
  interfaceWith({ readiness: { ready: false, reason: "no link to xmpp://x:1" } }).scenes({
    "report that the component lives, whatever the link does, and that it isn't ready": [
      program.GET`/healthz = 200`,
      program.GET`/readyz = 503 {"ready":false,"reason":"no link to xmpp://x:1"}*`,
      program.sees`retry-after: 5`,
    ],
  });
  interfaceWith().scenes({
    "have fixed paths: others are not found": [
      program.GET`/readyz = 200`,
      program.GET`/nothing = 404`,
      program.POST`/healthz = 404`,
    ],
  });
});

describe("A server that stops", () => {
  it("refuses new calls, lets running ones end, and then closes", async () => {
    const running = new RunningCall();
    const http = await Interface.open(running);
    const first = http.post("send_thirdmessage", CALL);
    await running.begun;
    const drained = http.server.drain(5_000);
    await acts(http, [
      program.POST`send_thirdmessage {from: a, to: b, message: c} = 503 5 the service is stopping; nothing was accepted`,
      program.sees`retry-after: 5`,
      program.sees`connection: close`,
      program.GET`/readyz = 503`,
      program.GET`/healthz = 200`,
    ]);
    running.end();
    await drained;
    expect(http.log.about("still running", "warn")).to.deep.equal([]);
    expect((await first).status).to.equal(200);
    await http.close();
    expect(await http.request("/healthz").catch(() => "closed")).to.equal("closed");
  });

  it("doesn't wait for ever", async () => {
    const running = new RunningCall();
    const http = await Interface.open(running);
    const hanging = http.post("send_thirdmessage", CALL).catch(() => "closed");
    await running.begun;
    await http.server.drain(20);
    await http.close();
    expect(await hanging).to.equal("closed");
    expect(http.log.about("still running", "warn")).to.have.length(1);
  });
});
