import { expect } from "chai";
import type { DeliveryStatus } from "../../component/outbox/outbox.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { Interface } from "../support/interface.js";
import { interfaceWith, RunningCall } from "./talk.js";
import { program } from "../plays/program.js";
import { acts } from "../plays/steps.js";

const call = { from: "a", to: "b", message: "c" };

/** Calls of send_thirdmessage that end so, one after another. */
function ending(...outcomes: (DeliveryStatus | Refusal | Error)[]) {
  const next = (): DeliveryStatus | Refusal => {
    const outcome = outcomes.shift() ?? expect.fail("called too often");
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return { runs: { send_thirdmessage: next } };
}

describe("Answers", () => {
  const no = new Refusal(Errcode.request, "no");
  interfaceWith(ending({ delivery: "confirmed" }, { delivery: "queued" }, no)).scenes({
    "tell whether the server has confirmed the delivery or it is queued, and keep the connection for a pool":
      [
        program.POST`send_thirdmessage ${call} = ok`,
        program.sees`x-qtalk-delivery: confirmed`,
        program.sees`keep-alive: timeout=75`,
        program.sees`x-powered-by: !`,
        program.sees`etag: !`,
        program.POST`send_thirdmessage ${call} = ok`,
        program.sees`x-qtalk-delivery: queued`,
        program.POST`send_thirdmessage ${call} = 1 no`,
        program.sees`x-qtalk-delivery: !`,
      ],
  });
  const full = new Refusal(Errcode.unavailable, "the queue is full", 7);
  interfaceWith(ending(full)).scenes({
    "of errcode 5 are HTTP 503 and say when to try again": [
      program.POST`send_thirdmessage ${call} = 503 {"ret":false,"errcode":5,"errmsg":"the queue is full","data":""}`,
      program.sees`retry-after: 7`,
    ],
  });

  it("refuse calls while memory is short, and take them again after that", async () => {
    const memory = { isShort: () => true };
    const http = await Interface.open({ memory, ...ending({ delivery: "confirmed" }) });
    const says503 = "503 5 memory is short; nothing was accepted, try again later";
    await acts(http, [program.POST`send_thirdmessage ${call} = ${says503}`, program.sees`retry-after: 5`]);
    await acts(http, [program.GET`/healthz = 200`]);
    memory.isShort = () => false;
    await acts(http, [program.POST`send_thirdmessage ${call} = ok`]);
    await http.close();
  });

  it("of an operation that breaks keep its secrets, which the log has", async () => {
    const http = await Interface.open(ending(new Error("at line 7 of secrets")));
    await acts(http, [program.POST`send_thirdmessage ${call} = 503 5 internal error; nothing was accepted`]);
    expect(http.log.about("send_thirdmessage failed", "error")).to.have.length(1);
    await http.close();
  });

  it("to callers that have gone cause no error", async () => {
    const gone = new AbortController();
    const running = new RunningCall();
    const http = await Interface.open(running);
    const init = { method: "POST", body: JSON.stringify(call), signal: gone.signal };
    const asked = http.request("/qtalk/send_thirdmessage", init).catch(() => undefined);
    await running.begun;
    gone.abort();
    await asked;
    running.end();
    await acts(http, [program.GET`/healthz = 200`]);
    expect(http.log.about("", "error")).to.deep.equal([]);
    await http.close();
  });

  it("are counted by endpoint and errcode", async () => {
    const forbidden = new Refusal(Errcode.forbidden, "no");
    const http = await Interface.open(ending({ delivery: "queued" }, forbidden, { delivery: "queued" }));
    for (let i = 0; i < 3; i++) await http.post("send_thirdmessage", call);
    await http.post("no_such_thing", call);
    const { text } = await http.request("/metrics");
    const counted = (endpoint: string, errcode: number, count: number): string =>
      `qtalk_call_seconds_count{endpoint="${endpoint}",errcode="${errcode}"} ${count}\n`;
    expect(text).to.include(counted("send_thirdmessage", 0, 2));
    expect(text).to.include(counted("send_thirdmessage", 2, 1));
    expect(text)
      .to.include(counted("unknown", 1, 1))
      .and.include("qtalk_link_up 0");
    const [, sum] = /qtalk_call_seconds_sum\{[^}]*errcode="2"\} ([\d.e-]+)/.exec(text) ?? [];
    const [line = ""] = http.log.about("refused (errcode 2)");
    expect(1000 * Number(sum)).to.be.closeTo(Number(/ in ([\d.]+) ms/.exec(line)?.[1]), 0.1);
    await http.close();
  });
});
