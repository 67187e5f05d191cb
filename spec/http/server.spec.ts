import { expect } from "chai";
import type { DeliveryStatus } from "../../component/outbox/outbox.js";
import { Interface } from "../support/interface.js";

const CALL = { from: "a", to: "b", message: "c" };

describe("Health checks", () => {
  let http: Interface | undefined;
  afterEach(() => http?.close());

  it("report that the component lives, whatever the link does", async () => {
    http = await Interface.open({ readiness: { ready: false, reason: "no link" } });
    expect((await http.request("/healthz")).status).to.equal(200);
  });

  it("report whether it is ready: 200, or 503 with the reason", async () => {
    http = await Interface.open();
    expect((await http.request("/readyz")).status).to.equal(200);
    await http.close();
    http = await Interface.open({ readiness: { ready: false, reason: "no link to xmpp://x:1" } });
    const { status, text } = await http.request("/readyz");
    expect({ status, body: JSON.parse(text) as unknown }).to.deep.equal({
      status: 503,
      body: { ready: false, reason: "no link to xmpp://x:1" },
    });
  });

  it("have fixed paths: others are not found", async () => {
    http = await Interface.open();
    expect((await http.request("/nothing")).status).to.equal(404);
    expect((await http.request("/healthz", { method: "POST" })).status).to.equal(404);
  });
});

/** A server whose send_thirdmessage runs until it is ended. */
class Running {
  end: (receipt: DeliveryStatus) => void = () => undefined;
  #begin: () => void = () => undefined;
  /** Settles when a call runs. */
  readonly begun = new Promise<void>((resolve) => (this.#begin = resolve));
  readonly http = Interface.open({
    runs: {
      send_thirdmessage: () => {
        this.#begin();
        return new Promise((resolve) => (this.end = resolve));
      },
    },
  });
}

describe("A server that stops", () => {
  it("refuses new calls, lets running ones end, and then closes", async () => {
    const running = new Running();
    const http = await running.http;
    const first = http.post("send_thirdmessage", CALL);
    await running.begun;
    const drained = http.server.drain(5_000);

    const second = await http.post("send_thirdmessage", CALL);
    expect(second.status).to.equal(503);
    expect(second.headers.get("retry-after")).to.equal("5");
    expect(second.headers.get("connection")).to.equal("close");
    expect(second.text).to.equal(
      '{"ret":false,"errcode":5,"errmsg":"the service is stopping; nothing was accepted","data":""}',
    );
    expect((await http.request("/readyz")).status).to.equal(503);
    expect((await http.request("/healthz")).status).to.equal(200);

    running.end({ delivery: "confirmed" });
    await drained;
    expect(http.log.about("still running", "warn")).to.deep.equal([]);
    expect((await first).status).to.equal(200);
    await http.close();
    expect(await http.request("/healthz").catch(() => "closed")).to.equal("closed");
  });

  it("doesn't wait for ever", async () => {
    const running = new Running();
    const http = await running.http;
    const hanging = http.post("send_thirdmessage", CALL).catch(() => "closed");
    await running.begun;
    await http.server.drain(20);
    await http.close();
    expect(await hanging).to.equal("closed");
    expect(http.log.about("still running", "warn")).to.have.length(1);
  });
});
