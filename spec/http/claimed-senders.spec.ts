/** A caller that may send as some users names no others inside of its messages either. */
import { expect } from "chai";
import { bearer, Interface, sha256, type Seen } from "../support/interface.js";

const token_sha256 = sha256("token");
const callers = [{ name: "watcher", token_sha256, senders: ["watcher@qtalk.test.org"] }];
const HOST = "qtalk.test.org";

describe("A caller that may send as one bot", () => {
  let http: Interface;
  before(async () => {
    http = await Interface.open({
      config: { callers },
      runs: { send_thirdmessage: () => ({ delivery: "confirmed" }) },
      resolve: ({ id, host = HOST }) => (id.includes("@") ? id : `${id}@${host}`).split("/")[0],
    });
  });
  after(() => http.close());

  const post = (attributes: string, children = ""): Promise<Seen> => {
    const message = `<message type='consult' ${attributes}><body id='1'>x</body>${children}</message>`;
    const call = { from: "watcher", to: "bob", message };
    return http.post("send_thirdmessage", call, bearer("token"));
  };
  const original = (jid: string): string =>
    `<addresses xmlns='http://jabber.org/protocol/address'><address type='ofrom' jid='${jid}'/></addresses>`;

  it("may name the bot as a message's real sender, and any receiver", async () => {
    for (const own of ["realfrom='watcher'", `realfrom='watcher@${HOST}/x'`, "realfrom=''", "realto='admin'"])
      expect((await post(own)).status, own).to.equal(200);
    expect((await post("", original("watcher"))).status).to.equal(200);
  });

  it("may name no other real sender, whatever the spelling", async () => {
    for (const seen of [
      await post("realfrom='admin@qtalk.test.org/x'"),
      await post("realfrom='&#97;dmin'"),
      await post("", original("admin")),
    ]) {
      expect(seen.status, seen.text).to.equal(403);
      expect(seen.text).to.match(/"errcode":6,"errmsg":"the calling program watcher may not act as \\"admin/);
    }
  });
});
