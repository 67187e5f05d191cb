/** Calls with the header Idempotency-Key: a repeated call sends nothing again. */
import { hash } from "node:crypto";
import { expect } from "chai";
import { CalledComponent, EVERYBODY, twoHosts, type CalledOptions } from "../../support/called-component.js";
import type { Seen } from "../../support/interface.js";

const text = { From: "test1", To: [{ User: "a" }, { User: "@" }, { User: "b" }], Body: "ok" };
const KEY = "order-17";

describe("An Idempotency-Key", () => {
  let called: CalledComponent;
  afterEach(() => called.close());
  const open = async (options: CalledOptions = {}): Promise<void> => {
    called = await CalledComponent.open({ ...options, context: { addresses: twoHosts, ...options.context } });
  };
  const post = (
    name: string,
    body: unknown,
    key: string | undefined = KEY,
    more: Record<string, string> = {},
  ): Promise<Seen> =>
    called.http.post(name, body, { ...more, ...(key !== "" && { "idempotency-key": key }) });
  const answerOf = ({ text, headers }: Seen): unknown => [text, headers.get("x-qtalk-delivery")];

  it("makes the same array, sent three times, reach its valid receivers once, with one answer", async () => {
    await open();
    const first = answerOf(await post("send_message", text));
    expect(String(first)).to.match(/To\[1\]: .*; the other 2 were sent/);
    expect(called.sent(), "and two copies for the sender").to.have.length(4);
    for (let times = 0; times < 2; times += 1)
      expect(answerOf(await post("send_message", text))).to.deep.equal(first);
    expect(called.sent()).to.deep.equal([]);
  });

  it("is known after a restart, and for more receivers than share a row", async () => {
    const To = Array.from({ length: 1200 }, (_, index) => ({ User: `user${index}` }));
    await open({ context: { carbons: false } });
    await post("send_message", { ...text, To });
    expect(called.sent()).to.have.length(1200);
    const { db } = called.play;
    await called.close();
    await open({ db, context: { carbons: false } });
    expect((await post("send_message", { ...text, To })).text).to.contain('"ret":true');
    await called.done("send_message", { ...text, To: [{ User: "after" }] });
    expect(called.sent()).to.have.length(1);
  });

  it("belongs to the caller, the call and the body, and without it equal texts are all sent", async () => {
    const token = (name: string): string => name.repeat(32);
    const callers = ["a", "b"].map((name) => ({
      ...EVERYBODY,
      name,
      addresses: undefined,
      token_sha256: hash("sha256", token(name)),
    }));
    await open({ config: { callers }, context: { carbons: false } });
    const by = (name: string): Record<string, string> => ({ authorization: `Bearer ${token(name)}` });
    const one = { ...text, To: [{ User: "a" }] };
    for (const [caller, key, body] of [
      ["a", KEY, one],
      ["b", KEY, one],
      ["a", "other", one],
      ["a", KEY, { ...one, Body: "no" }],
      ["a", "", one],
      ["a", "", one],
    ] as const) {
      expect((await post("send_message", body, key, by(caller))).text).to.contain('"ret":true');
      expect(called.sent(), `${caller} ${key} ${body.Body}`).to.have.length(1);
    }
    await post("send_message", one, KEY, by("b"));
    expect(called.sent()).to.deep.equal([]);
  });

  it("holds for messages to rooms, notifications, and equal messages within one call", async () => {
    await open({ context: { carbons: false } });
    await called.play.coven();
    called.sent();
    const message = "<message><body>ok</body></message>";
    const toRoom = { From: "hag@qtalk.test.org", To: [{ User: "coven" }], Type: "groupchat", Body: "ok" };
    const http = { system: "oa", from: "test1", to: [{ user: "a" }], content: "ok" };
    const twice = [1, 2].map(() => ({ from: "test1", to: "a", message }));
    const notify = { from: "test1", to: ["a", "b"], category: "1", data: "" };
    for (const [name, body, count] of [
      ["send_message", toRoom, 2],
      ["send_thirdmessage", twice, 2],
      ["send_notify", notify, 4],
      ["/im_http_service/corp/message/send_http_message.qunar", http, 1],
    ] as const) {
      const path = name.startsWith("/") ? `../..${name}` : name;
      expect((await post(path, body)).text, name).to.contain('"ret":true');
      expect(called.sent(), name).to.have.length(count);
      const again = await post(path, body);
      expect(again.text, name).to.contain('"ret":true');
      // Notifications may have expired unsent.
      expect(again.headers.get("x-qtalk-delivery"), name).to.equal(body === notify ? "queued" : "confirmed");
      expect(called.sent(), `${name} repeated`).to.deep.equal([]);
    }
  });

  it("has 1 to 256 characters; a call with another one is refused", async () => {
    await open();
    const one = { ...text, To: [{ User: "a" }] };
    const seen = await post("send_message", one, "x".repeat(257));
    expect(JSON.parse(seen.text)).to.deep.equal({
      ret: false,
      errcode: 1,
      errmsg: "Idempotency-Key: 257 characters; expected 1 to 256",
    });
    expect(called.sent()).to.deep.equal([]);
    expect((await post("send_message", one, "x".repeat(256))).text).to.contain('"ret":true');
  });
});
