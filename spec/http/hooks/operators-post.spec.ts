/** Test posts: a sample, a payload, or a whole post as `hook captured` prints it. */
import { expect } from "chai";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Payload } from "../../../component/hooks/formats/format.js";
import { testPost } from "../../../http/hooks/operators-post.js";
import { hook } from "./parts.js";

describe("A test post", () => {
  let posted: Payload | undefined;
  const test = async (given: string | undefined, format = "auto") =>
    await testPost(
      {
        named: (name) => (name === "alerts" ? hook({ format }) : undefined),
        receive: (_hook, post) => {
          posted = post.posted;
          return Promise.resolve({ id: "m1", delivery: "confirmed" });
        },
      },
      "alerts",
      given,
    );
  beforeEach(() => (posted = undefined));

  it("is the format's sample, or the payload", async () => {
    expect(await test(undefined, "grafana")).to.include({ delivery: "confirmed" });
    expect(posted?.json?.value).to.have.property("orgId", 1);
    await test("POST is a method", "text");
    expect(posted?.text).to.equal("POST is a method");
  });

  it("is a whole post, with its path, query, headers and files", async () => {
    await test('PUT /message?token=removed\nTitle: 磁盘\nContent-Type: application/json\n\n{"message":"m"}');
    expect(posted).to.deep.include({ suffix: "message", json: { value: { message: "m" } } });
    expect(posted?.query?.get("token")).to.equal("removed");
    expect(posted?.headers).to.include({ title: Buffer.from("磁盘").toString("latin1") });
    await test("POST /\nContent-Type: image/png\nBody-Encoding: base64\n\nUE5H");
    expect(posted?.files).to.deep.equal([{ name: "", type: "image/png", bytes: Buffer.from("PNG") }]);
    await test("POST /\nContent-Type: message/rfc822\n\nSubject: 磁盘\n\nfull\n");
    expect(posted?.mail).to.deep.equal({ subject: "磁盘", text: "full" });
  });

  it("is refused as a program's would be", async () => {
    const fault = (await test("POST /\nContent-Type: application/json\n\n{")) as HookFault;
    expect(fault).to.be.instanceOf(HookFault).and.include({ kind: "payload" });
  });
});
