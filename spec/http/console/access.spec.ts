/** Who may use the console, and whose pages may not. */
import { mock } from "node:test";
import { expect } from "chai";
import { ConsoleStage, WITH_CALLERS, type StageOptions } from "./stage.js";

const SESSION = "/console/api/session";

describe("The console", () => {
  let stage: ConsoleStage;
  afterEach(() => stage.close());
  const open = async (options: StageOptions = {}): Promise<void> => {
    stage = await ConsoleStage.open({ isLoggedIn: false, ...options });
  };
  const codeOf = async (asked: Promise<{ json: { error?: { code: string } } }>): Promise<string> =>
    (await asked).json.error?.code ?? "done";

  describe("on this machine", () => {
    it("requires an operator's token, whether callers are configured or not", async () => {
      for (const config of [{ callers: [] }, WITH_CALLERS]) {
        await open({ config });
        expect((await stage.asks("session")).json).to.eql({ operator: null });
        expect(await codeOf(stage.asks("operations"))).to.equal("login");
        expect(await codeOf(stage.asks("live"))).to.equal("login");
        expect(await codeOf(stage.posts("operator/add", { name: "eve", may: ["all"] }))).to.equal("login");
        expect(await codeOf(stage.posts("room/destroy", { room: "coven" }))).to.equal("login");
        const ann = await stage.logIn(stage.addOperator("ann"));
        expect((await stage.asks("session", ann)).json).to.eql({ operator: "ann" });
        expect((await stage.asks("operations", ann)).status).to.equal(200);
        await stage.close();
      }
      await open();
    });

    it("isn't even shown to who comes through a proxy", async () => {
      await open();
      for (const line of [
        "X-Forwarded-For: 10.0.0.1",
        "Forwarded: for=10.0.0.1",
        "Via: 1.1 x",
        "X-Real-IP: ::1",
      ])
        for (const path of ["/console", "/console/main.js", SESSION, "/admin/openapi.json"])
          expect(await stage.statusOf(path, "Host: localhost", line), `${path} ${line}`).to.equal(403);
      await stage.close();
      await open({ config: { proxies: ["127.0.0.1"] } });
      expect(await stage.statusOf(SESSION, "Host: localhost", "X-Forwarded-For: 10.0.0.1")).to.equal(403);
      expect(await stage.statusOf(SESSION, "Host: localhost", "X-Forwarded-For: 127.0.0.1")).to.equal(200);
    });
  });

  describe("with access from anywhere", () => {
    it("lets operators in by any host name, and no one without a token", async () => {
      await open({ access: "anywhere" });
      expect(await stage.statusOf(SESSION, "Host: console.test", "X-Forwarded-For: 10.0.0.1")).to.equal(200);
      expect(await codeOf(stage.asks("operations"))).to.equal("login");
      const ann = await stage.logIn(stage.addOperator("ann"));
      expect((await stage.asks("operations", ann)).status).to.equal(200);
    });

    it("keeps the session from scripts, other sites and plain connections", async () => {
      await open({ access: "anywhere", config: { proxies: ["127.0.0.1"] } });
      const token = stage.addOperator("ann");
      const cookie = async (headers = {}): Promise<string | null> =>
        (await stage.posts("login", { token }, headers)).headers.get("set-cookie");
      expect(await cookie()).to.match(
        /^qtalk_console=[\w-]{43}; Path=\/console; Max-Age=43200; HttpOnly; SameSite=Strict$/,
      );
      expect(await cookie({ "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1" })).to.match(
        /; SameSite=Strict; Secure$/,
      );
      await stage.close();
      await open({ access: "anywhere" });
      const told = { "X-Forwarded-Proto": "https" };
      const untold = await stage.posts("login", { token: stage.addOperator("ann") }, told);
      expect(untold.headers.get("set-cookie"), "by nobody who is believed").to.match(/; SameSite=Strict$/);
    });

    it("lets operators in if their login can't be stored, as the disk is full", async () => {
      await open({ access: "anywhere" });
      const token = stage.addOperator("ann");
      stage.desk.play.db.pragma("query_only = ON");
      const ann = await stage.logIn(token);
      expect((await stage.asks("session", ann)).json).to.include({ operator: "ann" });
      stage.desk.play.db.pragma("query_only = OFF");
    });

    it("refuses a token that is another's, removed or expired, and says so in the log", async () => {
      await open({ access: "anywhere" });
      const old = stage.addOperator("old", Date.now() - 1);
      const gone = stage.addOperator("gone");
      stage.operators.remove("gone");
      for (const token of [old, gone, "guess", ""]) {
        const { status, headers } = await stage.posts("login", { token });
        expect(status).to.equal(401);
        expect(headers.get("set-cookie")).to.equal(null);
      }
      expect(stage.http.log.about("Refused a login to the console", "warn")).to.have.length(4);
      expect(await codeOf(stage.posts("login", { token: 1 }))).to.equal("input");
    });

    it("ends an operator's session after twelve hours", async () => {
      await open({ access: "anywhere" });
      const ann = await stage.logIn(stage.addOperator("ann"));
      const end = Date.now() + 12 * 3600_000;
      const clock = mock.method(Date, "now", () => end - 60_000);
      try {
        expect((await stage.asks("operations", ann)).status).to.equal(200);
        clock.mock.mockImplementation(() => end);
        expect(await codeOf(stage.asks("operations", ann))).to.equal("login");
      } finally {
        clock.mock.restore();
      }
    });

    it("ends an operator's session when they log out or are removed", async () => {
      await open({ access: "anywhere" });
      const ann = await stage.logIn(stage.addOperator("ann"));
      const bob = await stage.logIn(stage.addOperator("bob"));
      stage.operators.remove("ann");
      expect(await codeOf(stage.asks("operations", ann))).to.equal("login");
      stage.addOperator("ann");
      expect(await codeOf(stage.asks("operations", ann))).to.equal("login");
      const { headers } = await stage.posts("logout", {}, bob);
      expect(headers.get("set-cookie")).to.contain("qtalk_console=; Path=/console; Max-Age=0");
      expect(await codeOf(stage.asks("operations", bob))).to.equal("login");
    });

    it("takes ten wrong tokens at once of one network, then few, and the right one always", async () => {
      await open({ access: "anywhere", config: { proxies: ["127.0.0.1"] } });
      const known = stage.addOperator("ann");
      const logIn = (token: string, address: string): ReturnType<ConsoleStage["posts"]> =>
        stage.posts("login", { token }, { "X-Forwarded-For": address });
      const atOnce = [...Array(10).keys()].map((i) => logIn("guess", `2001:db8:1:2::${i}`));
      const statuses = (await Promise.all(atOnce)).map((answer) => answer.status);
      expect(statuses).to.eql(Array(10).fill(401));
      const { status, headers } = await logIn("guess", "2001:db8:1:2:3::1");
      expect(status).to.equal(429);
      expect(Number(headers.get("retry-after"))).to.be.within(1, 6);
      expect((await logIn("guess", "2001:db8:1:3::1")).status, "of another network").to.equal(401);
      for (let i = 0; i < 12; i += 1)
        expect((await logIn(known, "2001:db8:1:2:3::1")).status, "with the right token").to.equal(200);
    });
  });

  describe("does nothing for other sites' pages", () => {
    it("be it a question, an event or a change", async () => {
      await open();
      const ann = await stage.logIn(stage.addOperator("ann"));
      for (const foreign of [
        { "Sec-Fetch-Site": "cross-site" },
        { "Sec-Fetch-Site": "same-site", Origin: `http://127.0.0.1:${stage.http.port}` },
        { Origin: "http://evil.test" },
        { Origin: "null" },
        { Origin: "http://127.0.0.1:1" },
      ]) {
        const headers = { ...ann, ...foreign };
        expect(await codeOf(stage.asks("operations", headers))).to.equal("forbidden");
        expect(await codeOf(stage.asks("live", headers))).to.equal("forbidden");
        expect(await codeOf(stage.posts("room/make", {}, headers))).to.equal("forbidden");
        expect(await codeOf(stage.posts("login", { token: "x" }, headers))).to.equal("forbidden");
      }
      const own = { Origin: `http://127.0.0.1:${stage.http.port}` };
      for (const headers of [own, { "Sec-Fetch-Site": "same-origin" }])
        expect(await codeOf(stage.posts("room/make", {}, { ...ann, ...headers }))).to.equal("input");
    });

    it("nor anything that a form of theirs could send", async () => {
      await open();
      const ann = await stage.logIn(stage.addOperator("ann"));
      for (const type of ["text/plain", "application/x-www-form-urlencoded", ""])
        expect(await codeOf(stage.posts("room/make", {}, { ...ann, "Content-Type": type })), type).to.equal(
          "type",
        );
    });
  });

  it("is shown in no frame, and takes scripts from nowhere else", async () => {
    await open();
    const { headers } = await stage.http.request("/console");
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).to.contain("default-src 'none'").and.contain("frame-ancestors 'none'");
    expect(policy).not.to.contain("unsafe");
    expect(headers.get("x-content-type-options")).to.equal("nosniff");
    const plots = await stage.http.request("/console/vendor/uplot.js");
    expect([plots.status, plots.headers.get("content-type")]).to.eql([200, "text/javascript; charset=utf-8"]);
    expect((await stage.http.request("/console/vendor/uplot.css")).status).to.equal(200);
    for (const path of ["..%2f..%2fserver.ts", "%2e%2e/%2e%2e/server.ts", "nothing.js"]) {
      expect((await stage.http.request(`/console/${path}`)).status, path).to.equal(404);
    }
  });
});
