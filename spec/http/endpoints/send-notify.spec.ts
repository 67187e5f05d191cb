import { expect } from "chai";
import type { Notify } from "../../../component/operations/send-notify.js";
import { Interface } from "../../support/interface.js";

describe("send_notify over HTTP", () => {
  const calls: Notify[] = [];
  let http: Interface;
  before(async () => {
    http = await Interface.open({
      operations: {
        sendNotify: (notify) => {
          calls.push(notify);
          return Promise.resolve({ delivery: "queued" });
        },
      },
    });
  });
  after(() => http.close());
  beforeEach(() => (calls.length = 0));

  it("takes one receiver as a string, and many as an array", async () => {
    await http.post("send_notify", { category: "1", data: "", to: "test2", from: "test1" });
    await http.post("send_notify", { category: "1", data: "", to: ["test2", "test3"], from: "test1" });
    expect(calls.map(({ to }) => to)).to.deep.equal([["test2"], ["test2", "test3"]]);
  });

  it("makes strings of numbers", async () => {
    await http.post("send_notify", { category: 100, data: -2.5, to: "test2", from: "test1" });
    expect(calls).to.deep.equal([{ category: "100", data: "-2.5", to: ["test2"], from: "test1" }]);
  });

  it("takes every user of a large company at once", async () => {
    const to = Array.from({ length: 100_000 }, (_, i) => `user${i}@qtalk.test.org`);
    expect((await http.post("send_notify", { category: "1", data: "", to, from: "a" })).status).to.equal(200);
    expect(calls[0]?.to.length).to.equal(100_000);
  });

  it("says which field is at fault, and what was expected", async () => {
    const good = { category: "1", data: "", to: "test2", from: "test1" };
    const fault = (change: object): Promise<string> => http.fault("send_notify", { ...good, ...change });
    expect(await fault({ to: 5 })).to.equal("to: expected a string or an array, not a number");
    expect(await fault({ to: undefined })).to.equal("to: expected a string or an array, but it is missing");
    expect(await fault({ category: true })).to.equal(
      "category: expected a string or a number, not a boolean",
    );
    expect(calls).to.deep.equal([]);
  });

  it("leaves receivers that can't be read to be told of in their places", async () => {
    await http.post("send_notify", { category: "1", data: "", to: ["a", {}], from: "a" });
    const [first, second] = calls[0]?.to ?? [];
    expect(first).to.equal("a");
    expect(second).to.include({ errcode: 1, message: "expected a string, not an object" });
  });

  it("answers a body of millions of wrong receivers soon", async () => {
    const body = `{"category":"1","data":"","from":"a","to":[${Array(4_000_000).fill(1).join()}]}`;
    const started = performance.now();
    expect(await http.fault("send_notify", body)).to.equal(
      "to: 4000000 receivers, more than the 200000 allowed",
    );
    expect(performance.now() - started).to.be.lessThan(2_500);
  });
});
