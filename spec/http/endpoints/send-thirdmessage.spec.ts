import { expect } from "chai";
import type { ThirdMessage } from "../../../component/operations/send-thirdmessage.js";
import type { Item } from "../../../component/operations/batch.js";
import { Refusal } from "../../../component/refusal.js";
import { Interface } from "../../support/interface.js";

describe("send_thirdmessage over HTTP", () => {
  const calls: (readonly Item<ThirdMessage>[])[] = [];
  let http: Interface;
  before(async () => {
    http = await Interface.open({
      operations: {
        sendThirdMessage: (items) => {
          calls.push(items);
          return Promise.resolve({ delivery: "confirmed" });
        },
      },
    });
  });
  after(() => http.close());
  beforeEach(() => (calls.length = 0));

  const one = { from: "test1", to: "test2", message: "<message><body>你好 😀</body></message>" };

  it("takes one message as an object, and several as an array", async () => {
    await http.post("send_thirdmessage", one);
    await http.post("send_thirdmessage", [one]);
    await http.post("send_thirdmessage", [one, { ...one, to: "test3" }]);
    expect(calls).to.deep.equal([[one], [one], [one, { ...one, to: "test3" }]]);
  });

  it("notes in the log, but doesn't obey, what callers add of their own", async () => {
    await http.post("send_thirdmessage", { ...one, system: "oa", type: "headline" });
    expect(calls).to.deep.equal([[one]]);
    expect(http.log.about("not read", "debug")).to.deep.equal(["send_thirdmessage: not read: system, type"]);
  });

  it("says which field is at fault where nothing can be read", async () => {
    const fault = (body: unknown): Promise<string> => http.fault("send_thirdmessage", body);
    expect(await fault({ to: "b", message: "c" })).to.equal("from: expected a string, but it is missing");
    expect(await fault({ ...one, to: 5 })).to.equal("to: expected a string, not a number");
    expect(await fault({ ...one, message: null })).to.equal("message: expected a string, not null");
    expect(await fault("5")).to.equal("the request's body: expected an object or an array, not a number");
    expect(calls).to.deep.equal([]);
  });

  it("leaves items that can't be read to be told of in their places", async () => {
    await http.post("send_thirdmessage", [{ ...one, to: ["b"] }, one, 7, { ...one, from: undefined }]);
    const [items = []] = calls;
    expect(items.map((item) => (item instanceof Refusal ? item.message : item.to))).to.deep.equal([
      "to: expected a string, not an array",
      "test2",
      "expected an object, not a number",
      "from: expected a string, but it is missing",
    ]);
  });

  it("refuses an array whole that holds more than a thousand of them: reading on would take long", async () => {
    const junk = Array.from({ length: 1001 }, () => 7);
    const many = await Interface.open({ limits: { batch: 2000 } });
    expect(await many.fault("send_thirdmessage", [one, ...junk])).to.equal(
      "item 1: expected an object, not a number",
    );
    await many.close();
  });
});
