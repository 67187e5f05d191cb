/** The link with which a user of the component's machine logs in to the console. */
import { mock } from "node:test";
import { expect } from "chai";
import { operatorSocket } from "../../../http/admin/run.js";
import type { OperatorSocket } from "../../../http/admin/socket.js";
import { Denied } from "../../../http/api-response.js";
import { Sessions } from "../../../http/console/sessions.js";
import { CommandLine } from "../../support/command-line.js";
import { ConsoleStage, type Told } from "./stage.js";

const MINUTE = 60_000;

describe("The console's link", () => {
  let stage: ConsoleStage;
  let line: CommandLine;
  let socket: OperatorSocket;
  beforeEach(async () => {
    stage = await ConsoleStage.open({ isLoggedIn: false });
    line = new CommandLine();
    socket = stage.socket();
    await socket.listen(operatorSocket(line.database));
  });
  afterEach(async () => {
    socket.close();
    line.remove();
    await stage.close();
  });
  const print = async (): Promise<string> => {
    const { stdout } = await line.run("console");
    return /^\/console#\/login\/([\w-]{43})\n$/.exec(stdout)?.[1] ?? expect.fail(stdout);
  };
  const follow = (link: string): Promise<Told> => stage.posts("login", { link });
  const messageOf = ({ json }: Told): string => json.error?.message ?? "none";

  it("logs in once, as the Unix user, with every right", async () => {
    const link = await print();
    const { status, json, headers } = await follow(link);
    const user = process.env.SUDO_USER ?? process.env.LOGNAME ?? process.env.USER ?? "";
    expect([status, json.operator]).to.satisfy(([code, name]: unknown[]) => code === 200 && name !== null);
    if (user !== "") expect(json.operator).to.equal(user);
    const session = { Cookie: headers.get("set-cookie")?.split(";")[0] ?? "" };
    const made = await stage.posts("operator/add", { name: "ann", may: ["read"] }, session);
    expect(made.status).to.equal(200);
    const again = await follow(link);
    expect(again.status).to.equal(401);
    expect(again.headers.get("set-cookie")).to.equal(null);
    expect(messageOf(again)).to.match(/used already.* for another, run .*: qtalk-component console$/);
    expect((await stage.asks("operations", session)).status, "the session goes on").to.equal(200);
    const all = JSON.stringify([stage.http.log.lines, stage.desk.play.log.lines]);
    expect(all).not.to.contain(link);
  });

  it("works for ten minutes, and says how to get another when it is late or none", async () => {
    const [early, late] = [await print(), await print()];
    const start = Date.now();
    const clock = mock.method(Date, "now", () => start + 9 * MINUTE);
    try {
      expect((await follow(early)).status).to.equal(200);
      clock.mock.mockImplementation(() => start + 11 * MINUTE);
      for (const link of [late, "guess"]) {
        const refused = await follow(link);
        expect(refused.status).to.equal(401);
        expect(messageOf(refused)).to.match(/older than ten minutes.*: qtalk-component console$/);
      }
    } finally {
      clock.mock.restore();
    }
  });

  it("isn't for pages of other sites, nor to be had over HTTP", async () => {
    const link = await print();
    const foreign = await stage.posts("login", { link }, { Origin: "http://127.0.0.1:1" });
    expect(foreign.status).to.equal(403);
    expect((await stage.posts("link", {})).status).to.equal(401);
    expect((await stage.admin("console/link", {}, stage.addOperator("ann"))).status).to.equal(404);
  });

  it("is only from a component that runs", async () => {
    socket.close();
    const { code, stderr } = await line.run("console");
    expect([code, stderr]).to.satisfy(
      () => code === 69 && stderr.includes("No component runs on the database"),
    );
  });

  it("is forgotten, as are sessions, if there are more than a thousand", () => {
    const sessions = new Sessions(() => true);
    const [first = "", second = ""] = Array.from({ length: 1_001 }, (_, n) => sessions.link(`user${n}`));
    expect(sessions.follow(first)).to.be.instanceOf(Denied);
    const operator = sessions.follow(second);
    if (operator instanceof Denied) throw new Error(operator.message);
    const started = Array.from({ length: 1_001 }, () => sessions.start(operator));
    const visitors = started.map((session) =>
      sessions.visitor({ headers: { cookie: `qtalk_console=${session}` } }),
    );
    expect(visitors.map((visitor) => visitor !== undefined)).to.eql(started.map((_, index) => index > 0));
  });
});
