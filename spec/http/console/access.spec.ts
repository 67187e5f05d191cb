/** Who may use the console, and whose pages may not. */
import { mock } from "node:test";
import { expect } from "chai";
import { ConsoleStage, WITH_CALLERS, type StageOptions } from "./stage.js";

const SESSION = "/console/api/session";

describe("The console", () => {
  let stage: ConsoleStage;
  afterEach(() => stage.close());
  const open = async (options: StageOptions = {}): Promise<void> => {
    stage = await ConsoleStage.open(options);
  };
  const codeOf = async (asked: Promise<{ json: { error?: { code: string } } }>): Promise<string> =>
    (await asked).json.error?.code ?? "done";

  describe("on this machine", () => {
    it("asks for no token while no callers are configured", async () => {
      await open();
      const { status, json } = await stage.asks("session");
      expect(status).to.equal(200);
      expect(json).to.eql({ access: "open", operator: null });
      expect((await stage.asks("operations")).status).to.equal(200);
    });

    it("is known by loopback's names alone, so no page's own name leads here", async () => {
      await open();
      const own = "localhost localhost:10050 127.0.0.1:1 127.8.8.8 [::1]:10050 LOCALHOST.";
      const others = " evil.test 127.0.0.1.evil.test 10.0.0.1 127.1 2130706433 localhost.evil.test [::2]";
      for (const [hosts, status] of [
        [own, 200],
        [others, 403],
      ] as const)
        for (const host of hosts.split(" "))
          expect(await stage.statusOf(SESSION, `Host: ${host}`), host).to.equal(status);
      for (const path of ["/console", "/console/main.js", "/console/api/operations", "/console/api/live"])
        expect(await stage.statusOf(path, "Host: evil.test"), path).to.equal(403);
    });

    it("is not for who comes through a proxy, whichever it is", async () => {
      await open();
      for (const line of [
        "X-Forwarded-For: 10.0.0.1",
        "Forwarded: for=10.0.0.1",
        "Via: 1.1 x",
        "X-Real-IP: ::1",
        "X-Envoy-External-Address: 192.0.2.1",
        "Fly-Client-IP: 192.0.2.1",
        "X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678",
        "CDN-Loop: cloudflare",
        "X-Client-IP: 10.0.0.1",
        "X-Forwarded-Port: 443",
        "CF-Connecting-IP: 10.0.0.1",
        "Referer: https://im.example.org/console/",
      ])
        expect(await stage.statusOf(SESSION, "Host: localhost", line), line).to.equal(403);
      await stage.close();
      await open({ config: { proxies: ["127.0.0.1"] } });
      expect(await stage.statusOf(SESSION, "Host: localhost")).to.equal(403);
      await stage.close();
      await open({ config: { proxies: ["10.0.0.0/8"] } });
      expect(await stage.statusOf(SESSION, "Host: localhost"), "one that adds nothing").to.equal(403);
    });

    it("is not for who comes through a proxy that adds nothing to the request, as nginx by default", async () => {
      await open();
      const first = await stage.http.raw(`GET ${SESSION} HTTP/1.0\r\nHost: 127.0.0.1:10050\r\n\r\n`);
      expect(first).to.match(/^HTTP\/1\.1 403 /);
      const own = "Referer: http://localhost:10050/console/";
      expect(await stage.statusOf(SESSION, "Host: localhost:10050", own)).to.equal(200);
    });

    it("requires an operator's token if callers must authenticate", async () => {
      await open({ config: WITH_CALLERS });
      expect((await stage.asks("session")).json).to.include({ access: "login", operator: null });
      expect(await codeOf(stage.asks("operations"))).to.equal("login");
      expect(await codeOf(stage.asks("live"))).to.equal("login");
      expect(await codeOf(stage.posts("room/destroy", { room: "coven" }))).to.equal("login");
      const ann = await stage.logIn(stage.addOperator("ann"));
      expect((await stage.asks("session", ann)).json).to.include({ access: "login", operator: "ann" });
      expect((await stage.asks("operations", ann)).status).to.equal(200);
      expect(await stage.statusOf(SESSION, "Host: evil.test")).to.equal(403);
    });
  });

  describe("with access by token", () => {
    it("lets operators in by any host name, and no one without a token", async () => {
      await open({ access: "token" });
      expect(await stage.statusOf(SESSION, "Host: console.test", "X-Forwarded-For: 10.0.0.1")).to.equal(200);
      expect(await codeOf(stage.asks("operations"))).to.equal("login");
      const ann = await stage.logIn(stage.addOperator("ann"));
      expect((await stage.asks("operations", ann)).status).to.equal(200);
    });

    it("keeps the session from scripts, other sites and plain connections", async () => {
      await open({ access: "token", config: { proxies: ["127.0.0.1"] } });
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
      await open({ access: "token" });
      const told = { "X-Forwarded-Proto": "https" };
      const untold = await stage.posts("login", { token: stage.addOperator("ann") }, told);
      expect(untold.headers.get("set-cookie"), "by nobody who is believed").to.match(/; SameSite=Strict$/);
    });

    it("lets operators in if their login can't be stored, as the disk is full", async () => {
      await open({ access: "token" });
      const token = stage.addOperator("ann");
      stage.desk.play.db.pragma("query_only = ON");
      const ann = await stage.logIn(token);
      expect((await stage.asks("session", ann)).json).to.include({ operator: "ann" });
      stage.desk.play.db.pragma("query_only = OFF");
    });

    it("refuses a token that is another's, removed or expired, and says so in the log", async () => {
      await open({ access: "token" });
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
      await open({ access: "token" });
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
      await open({ access: "token" });
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

    it("takes ten logins at once of one network, then few", async () => {
      await open({ access: "token", config: { proxies: ["127.0.0.1"] } });
      const known = stage.addOperator("ann");
      const logIn = (token: string, address: string): ReturnType<ConsoleStage["posts"]> =>
        stage.posts("login", { token }, { "X-Forwarded-For": address });
      for (let i = 0; i < 10; i += 1)
        expect((await logIn("guess", `2001:db8:1:2::${i}`)).status).to.equal(401);
      const { status, headers } = await logIn(known, "2001:db8:1:2:3::1");
      expect(status).to.equal(429);
      expect(Number(headers.get("retry-after"))).to.be.within(1, 6);
      expect((await logIn(known, "2001:db8:1:3::1")).status, "of another network").to.equal(200);
    });
  });

  describe("does nothing for other sites' pages", () => {
    it("be it a question, an event or a change", async () => {
      await open();
      for (const headers of [
        { "Sec-Fetch-Site": "cross-site" },
        { "Sec-Fetch-Site": "same-site", Origin: `http://127.0.0.1:${stage.http.port}` },
        { Origin: "http://evil.test" },
        { Origin: "null" },
        { Origin: "http://127.0.0.1:1" },
      ]) {
        expect(await codeOf(stage.asks("operations", headers))).to.equal("origin");
        expect(await codeOf(stage.asks("live", headers))).to.equal("origin");
        expect(await codeOf(stage.posts("room/make", {}, headers))).to.equal("origin");
        expect(await codeOf(stage.posts("login", { token: "x" }, headers))).to.equal("origin");
      }
      const own = { Origin: `http://127.0.0.1:${stage.http.port}` };
      for (const headers of [own, { "Sec-Fetch-Site": "same-origin" }])
        expect(await codeOf(stage.posts("room/make", {}, headers))).to.equal("input");
    });

    it("nor anything that a form of theirs could send", async () => {
      await open();
      for (const type of ["text/plain", "application/x-www-form-urlencoded", ""])
        expect(await codeOf(stage.posts("room/make", {}, { "Content-Type": type })), type).to.equal("type");
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
