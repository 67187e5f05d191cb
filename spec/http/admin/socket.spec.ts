import { spawnSync } from "node:child_process";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { Registry } from "prom-client";
import { OperatorSocket } from "../../../http/admin/socket.js";
import { Desk } from "../../component/administration/desk.js";
import { hag, lineOf } from "../../component/muc/play.js";
import { Folder } from "../../support/folder.js";

describe("The operators' socket", () => {
  let folder: Folder;
  let desk: Desk;
  let server: OperatorSocket;
  beforeEach(async () => {
    folder = new Folder();
    desk = await Desk.open();
    server = new OperatorSocket(desk.administration, new Registry(), () => undefined, desk.play.log.logger);
  });
  afterEach(() => {
    server.close();
    desk.close();
    folder.remove();
  });

  const socketPath = (): string => folder.at("qtalk.db.sock");
  const post = (operation: string, body: unknown, method = "POST", operator = "root"): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const content = typeof body === "string" ? body : JSON.stringify(body);
      const length = Buffer.byteLength(content);
      const headers = {
        "Content-Type": "application/json",
        "Content-Length": length,
        "X-Operator": operator,
      };
      const path = `/admin/room/${operation}`;
      const call = request({ socketPath: socketPath(), path, method, headers }, (response) => {
        text(response).then((answer) => resolve(JSON.parse(answer)), reject);
      });
      call.on("error", reject);
      call.end(content);
    });

  it("is for the component's own user alone, and goes with the component", async () => {
    await server.listen(socketPath());
    expect(statSync(socketPath()).mode & 0o777).to.equal(0o600);
    server.close();
    expect(existsSync(socketPath())).to.equal(false);
  });

  it("takes the place of one that a killed component left, and of nothing else", async () => {
    const dying = `require("node:net").createServer()
      .listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`;
    expect(spawnSync(process.execPath, ["--eval", dying, socketPath()]).signal).to.equal("SIGKILL");
    expect(existsSync(socketPath())).to.equal(true);
    await server.listen(socketPath());
    expect(await post("make", { room: "plan", owner: "hag66" })).to.have.property("message");

    const other = new OperatorSocket(
      desk.administration,
      new Registry(),
      () => undefined,
      desk.play.log.logger,
    );
    writeFileSync(folder.at("file"), "precious");
    await other.listen(folder.at("file"));
    expect(desk.play.log.about("Can't listen on", "warn")).to.have.length(1);
    expect(statSync(folder.at("file")).size).to.equal(8);
  });

  it("does what the administrators' commands do, as the service itself", async () => {
    await server.listen(socketPath());
    await desk.play.coven();
    expect(await post("kick", { room: "coven", occupants: ["crone"] })).to.deep.equal({
      message: "Kicked from coven@conference.qtalk.test.org: crone.",
    });
    const heard = desk.play.hears(hag);
    expect(heard.map(lineOf)).to.eql(["presence coven/crone unavailable none/none 307"]);
    expect(heard.map(String).join()).not.to.contain("actor");
    expect(desk.play.log.about("Administration by root (command line): ")).to.have.length(1);
  });

  it("takes whatever name an operator has, even with an invalid escape", async () => {
    await server.listen(socketPath());
    const made = await post("make", { room: "plan", owner: "hag66" }, "POST", "%");
    expect(made).to.have.property("message");
  });

  it("refuses nonsense, and goes on", async () => {
    await server.listen(socketPath());
    for (const [operation, body, error] of [
      ["nothing", {}, /^there is no such operation/],
      ["make", "{", /not valid JSON/],
      ["make", [], /^the request's body: .*object/],
      ["announce", { announcement: "x".repeat(17_000_000), all: true }, /^the request is longer/],
    ] as const) {
      const answer = (await post(operation, body)) as { error?: { message: string } };
      expect(answer.error?.message, operation).to.match(error);
    }
    expect(await post("make", {}, "PUT")).to.have.property("error");
    expect(await post("make", { room: "plan", owner: "hag66" })).to.have.property("message");
  });
});
