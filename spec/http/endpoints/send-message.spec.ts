import { expect } from "chai";
import type { SendMessage } from "../../../component/operations/send-message.js";
import { Interface } from "../../support/interface.js";

describe("send_message over HTTP", () => {
  const calls: SendMessage[] = [];
  let http: Interface;
  before(async () => {
    http = await Interface.open({
      operations: {
        sendMessage: (message) => {
          calls.push(message);
          return Promise.resolve({ delivery: "confirmed" });
        },
      },
    });
  });
  after(() => http.close());
  beforeEach(() => (calls.length = 0));

  it("hands everything on that the document names", async () => {
    await http.post("send_message", {
      From: "test1",
      To: [{ User: "a" }, { User: "b" }],
      Body: "x",
      Type: "groupchat",
      Msg_Type: 257,
      Host: "h",
      Domain: "d",
      Extend_Info: "{}",
    });
    expect(calls).to.deep.equal([
      {
        from: "test1",
        host: "h",
        to: ["a", "b"],
        domain: "d",
        type: "groupchat",
        body: "x",
        msgType: "257",
        extendInfo: "{}",
      },
    ]);
  });

  it("fills in what was left out or is null", async () => {
    await http.post("send_message", { From: "test1", To: [{ User: "a" }], Body: "x" });
    const none = { Type: null, Msg_Type: null, Host: null, Domain: null, Extend_Info: null };
    await http.post("send_message", { From: "test1", To: [{ User: "a" }], Body: "x", ...none });
    const filled = { type: "chat", msgType: "1", host: undefined, domain: undefined, extendInfo: "" };
    const call = { from: "test1", to: ["a"], body: "x", ...filled };
    expect(calls).to.deep.equal([call, call]);
  });

  it("leaves a missing text to the operation, which has the documented words for it", async () => {
    await http.post("send_message", { From: "test1", To: [{ User: "a" }] });
    expect(calls[0]?.body).to.equal("");
  });

  it("leaves receivers that can't be read to be told of in their places", async () => {
    await http.post("send_message", { From: "a", To: [{ User: "b" }, { user: "c" }], Body: "x" });
    const [first, second] = calls[0]?.to ?? [];
    expect(first).to.equal("b");
    expect(second).to.include({ errcode: 1, message: "User: expected a string, but it is missing" });
  });

  it("says which field is at fault, and what was expected", async () => {
    const fault = (change: object): Promise<string> =>
      http.fault("send_message", { From: "a", To: [{ User: "b" }], Body: "x", ...change });
    expect(await fault({ From: undefined })).to.equal("From: expected a string, but it is missing");
    expect(await fault({ To: "b" })).to.equal("To: expected an array, not a string");
    expect(await fault({ Type: "headline" })).to.equal('Type: expected "chat" or "groupchat"');
    expect(await fault({ Body: 5 })).to.include("Body: expected a string");
    expect(calls).to.deep.equal([]);
  });
});
