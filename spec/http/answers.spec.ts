import { expect } from "chai";
import type { DeliveryStatus } from "../../component/outbox/outbox.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { Interface } from "../support/interface.js";

const CALL = { from: "a", to: "b", message: "c" };

/** Opens the interface over a send_thirdmessage that ends so. */
function answering(outcome: () => Promise<DeliveryStatus | Refusal>): Promise<Interface> {
  return Interface.open({ runs: { send_thirdmessage: outcome } });
}

describe("Answers", () => {
  let http: Interface | undefined;
  afterEach(() => http?.close());

  it("tell whether the server has confirmed the delivery or it is queued", async () => {
    const statuses: DeliveryStatus[] = [{ delivery: "confirmed" }, { delivery: "queued" }];
    http = await answering(() => Promise.resolve(statuses.shift() ?? new Refusal(Errcode.request, "no")));
    const seen = [];
    for (let i = 0; i < 3; i++) seen.push(await http.post("send_thirdmessage", CALL));
    const headers = seen.map((each) => each.headers.get("x-qtalk-delivery"));
    expect(headers).to.deep.equal(["confirmed", "queued", null]);
  });

  it("say nothing of the program that gives them, and keep the connection for a pool", async () => {
    http = await answering(() => Promise.resolve({ delivery: "confirmed" }));
    const { headers } = await http.post("send_thirdmessage", CALL);
    expect(headers.get("x-powered-by")).to.equal(null);
    expect(headers.get("etag")).to.equal(null);
    expect(headers.get("keep-alive")).to.equal("timeout=75");
  });

  it("of errcode 5 are HTTP 503 and say when to try again", async () => {
    http = await answering(() => Promise.resolve(new Refusal(Errcode.unavailable, "the queue is full", 7)));
    const seen = await http.post("send_thirdmessage", CALL);
    expect(seen.status).to.equal(503);
    expect(seen.headers.get("retry-after")).to.equal("7");
    expect(seen.text).to.equal('{"ret":false,"errcode":5,"errmsg":"the queue is full","data":""}');
  });

  it("refuse calls while memory is short, and take them again after that", async () => {
    const memory = { isShort: true };
    const runs = { send_thirdmessage: () => ({ delivery: "confirmed" }) as const };
    http = await Interface.open({ memory, runs });
    const seen = await http.post("send_thirdmessage", CALL);
    expect([seen.status, seen.headers.get("retry-after")]).to.deep.equal([503, "5"]);
    expect(seen.text).to.contain('"errcode":5,"errmsg":"memory is short; nothing was accepted');
    expect((await http.request("/healthz")).status).to.equal(200);
    memory.isShort = false;
    expect((await http.post("send_thirdmessage", CALL)).status).to.equal(200);
  });

  it("of an operation that breaks keep its secrets, which the log has", async () => {
    http = await answering(() => Promise.reject(new Error("at line 7 of secrets")));
    const seen = await http.post("send_thirdmessage", CALL);
    expect([seen.status, seen.headers.get("retry-after")]).to.deep.equal([503, "5"]);
    expect(seen.text).to.equal(
      '{"ret":false,"errcode":5,"errmsg":"internal error; nothing was accepted","data":""}',
    );
    expect(http.log.about("send_thirdmessage failed", "error")).to.have.length(1);
  });

  it("to callers that have gone cause no error", async () => {
    const gone = new AbortController();
    let end = (): void => undefined;
    http = await answering(() => {
      gone.abort();
      return new Promise((resolve) => (end = () => resolve({ delivery: "confirmed" })));
    });
    const init = { method: "POST", body: JSON.stringify(CALL), signal: gone.signal };
    await http.request("/qtalk/send_thirdmessage", init).catch(() => undefined);
    end();
    expect((await http.request("/healthz")).status).to.equal(200);
    expect(http.log.about("", "error")).to.deep.equal([]);
  });

  it("are counted by endpoint and errcode", async () => {
    const outcomes = [{ delivery: "queued" } as const, new Refusal(Errcode.forbidden, "no")];
    http = await answering(() => Promise.resolve(outcomes.shift() ?? { delivery: "queued" }));
    for (let i = 0; i < 3; i++) await http.post("send_thirdmessage", CALL);
    await http.post("no_such_thing", CALL);
    const { text } = await http.request("/metrics");
    expect(text).to.include('qtalk_call_seconds_count{endpoint="send_thirdmessage",errcode="0"} 2');
    expect(text).to.include('qtalk_call_seconds_count{endpoint="send_thirdmessage",errcode="2"} 1');
    expect(text).to.include('qtalk_call_seconds_count{endpoint="unknown",errcode="1"} 1');
    expect(text).to.include("qtalk_link_up 0");
    const seconds = /qtalk_call_seconds_sum\{endpoint="send_thirdmessage",errcode="2"\} ([\d.e-]+)/.exec(
      text,
    )?.[1];
    const [line = ""] = http.log.about("refused (errcode 2)");
    expect(1000 * Number(seconds)).to.be.closeTo(Number(/ in ([\d.]+) ms/.exec(line)?.[1]), 0.1);
  });
});
