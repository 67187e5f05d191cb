import { existsSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { OperatorServer } from "../../../http/operator/server.js";
import { Desk } from "../../component/administration/desk.js";
import { HAG, hag, lineOf } from "../../component/muc/play.js";
import { Folder } from "../../support/folder.js";

describe("The operators' socket", () => {
  let folder: Folder;
  let desk: Desk;
  let server: OperatorServer;
  beforeEach(async () => {
    folder = new Folder();
    desk = await Desk.open();
    server = new OperatorServer(desk.administration.byOperator(), desk.play.log.logger);
  });
  afterEach(() => {
    server.close();
    desk.close();
    folder.remove();
  });

  const path = (): string => folder.at("qtalk.db.sock");
  const post = (operation: string, body: unknown, method = "POST"): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const call = request({ socketPath: path(), path: `/${operation}`, method }, (response) => {
        text(response).then((answer) => resolve(JSON.parse(answer)), reject);
      });
      call.on("error", reject);
      call.end(typeof body === "string" ? body : JSON.stringify(body));
    });

  it("is for the component's own user alone, and goes with the component", async () => {
    await server.listen(path());
    expect(statSync(path()).mode & 0o777).to.equal(0o600);
    server.close();
    expect(existsSync(path())).to.equal(false);
  });

  it("takes the place of one that a killed component left, and of nothing else", async () => {
    const left = createServer();
    await new Promise<void>((resolve) => left.listen(path(), resolve));
    await server.listen(path());
    expect(await post("make", { room: "plan", owner: "hag66" })).to.have.property("message");
    left.close();

    const other = new OperatorServer(desk.administration.byOperator(), desk.play.log.logger);
    writeFileSync(folder.at("file"), "precious");
    await other.listen(folder.at("file"));
    expect(desk.play.log.about("Can't listen on", "warn")).to.have.length(1);
    expect(statSync(folder.at("file")).size).to.equal(8);
  });

  it("does what the administrators' commands do, as the service itself", async () => {
    await server.listen(path());
    await desk.play.coven();
    expect(await post("kick", { room: "coven", occupants: ["crone"] })).to.deep.equal({
      message: "Kicked from coven@conference.qtalk.test.org: crone.",
    });
    const heard = desk.play.hears(hag);
    expect(heard.map(lineOf)).to.eql(["presence coven/crone unavailable none/none 307"]);
    expect(heard.map(String).join()).not.to.contain("actor");
    expect(desk.play.log.about("Administration by the operator: ")).to.have.length(1);
    const made = {
      room: "plan",
      owner: HAG,
      fields: { membersonly: ["no"], roomadmins: ["crone1@qtalk.test.org"] },
    };
    expect(await post("make", made)).to.have.property("message");
    expect(await post("set", { room: "plan", fields: { maxusers: ["ten"] } })).to.deep.equal({
      errcode: 1,
      error: "muc#roomconfig_maxusers: must be a whole number from 1 to 1000.",
    });
  });

  it("refuses nonsense with the field named, and goes on", async () => {
    await server.listen(path());
    for (const [operation, body, error] of [
      ["nothing", {}, "there is no operation nothing here"],
      ["make", "{", "the request's body is not valid JSON"],
      ["make", [], /^the request's body: .*object/],
      ["make", { room: "plan" }, /^owner: /],
      ["make", { room: 1, owner: "hag66" }, /^room: /],
      ["make", { room: "plan", owner: "hag66", extra: 1 }, /extra/],
      ["make", { room: "plan", owner: "hag66", fields: { nonsense: ["1"] } }, /^nonsense: /],
      ["affiliation", { room: "plan", affiliation: "king", users: ["hag66"] }, /^affiliation: /],
      ["destroy", { room: "plan" }, /^room: there is no room plan@/],
      ["announce", { text: "x".repeat(5_000_000) }, /^the request is longer/],
    ] as const) {
      const answer = (await post(operation, body)) as { error?: string };
      if (typeof error === "string") expect(answer.error).to.equal(error);
      else expect(answer.error, operation).to.match(error);
    }
    expect(await post("make", {}, "PUT")).to.have.property("error");
    expect(await post("make", { room: "plan", owner: "hag66" })).to.have.property("message");
  });
});
