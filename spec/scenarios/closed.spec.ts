/**
 * Who gets in without a name: other users of the machine, pages in a browser, and visitors of the web servers before the
 * component, which forward everything by their default settings. Nobody does.
 */
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { parse } from "yaml";
import { documentAt } from "../../scripts/docs/parts.js";
import { launchBrowser } from "../../scripts/lab/browser.js";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { LOOPBACK } from "../../scripts/lab/ports.js";
import { codeBlocks, guidePage } from "../support/documents.js";
import { WebServer } from "../support/web-servers.js";

const CALL = { From: "juliet", To: [{ User: "romeo" }], Body: "x" };
const NOBODY = { uid: 65_534, gid: 65_534 };
/** Another address of this machine, as which a visitor of a web server on 127.0.0.1 comes. */
const VISITOR = "127.0.0.2";
const LEGACY = { name: "legacy", addresses: [LOOPBACK], senders: ["*"], rooms: ["*"] };
const CLOSED = { callers: [], metrics_local: false };

/** Asks with curl, as another program does. @returns status and body */
async function curl(args: readonly string[], as: { uid?: number; gid?: number } = {}): Promise<string> {
  const all = ["-s", "-m", "20", "-w", "\n%{http_code}", ...args];
  const { stdout } = await promisify(execFile)("curl", all, { ...as, cwd: "/" });
  const lines = stdout.split("\n");
  return `${lines.pop() ?? ""} ${lines.join("\n")}`;
}

const posts = (url: string, body: object, ...headers: readonly string[]): string[] => [
  ...["Content-Type: application/json", ...headers].flatMap((header) => ["-H", header]),
  ...["-d", JSON.stringify(body), url],
];

describe("Nobody gets in without a name", () => {
  let component: ComponentProcess;
  let base: string;
  before(async () => {
    component = await ComponentProcess.alone({ http: CLOSED });
    base = `http://${LOOPBACK}:${component.httpPort}`;
  });
  after(() => component.stop());

  /** What tries to get in at an address. */
  const attempts = (url: string): readonly string[][] =>
    [[], [`Host: ${LOOPBACK}:10050`], ["Host: localhost"]].flatMap((headers) => [
      posts(`${url}/qtalk/send_message`, CALL, ...headers),
      posts(`${url}/console/api/operator/add`, { name: "eve", may: ["all"] }, ...headers),
      posts(`${url}/console/api/hook/rotate`, { name: "grafana" }, ...headers),
      posts(`${url}/console/api/login`, { token: "", link: "" }, ...headers),
      posts(`${url}/admin/operator/add`, { name: "eve", may: ["all"] }, ...headers),
      [`${url}/metrics`, ...headers.flatMap((header) => ["-H", header])],
    ]);

  it("of this machine: not root, and no other user, who can't open the socket either", async function () {
    for (const attempt of attempts(base)) expect(await curl(attempt), attempt.join(" ")).to.match(/^4\d\d /);
    if (process.getuid?.() !== 0) this.skip();
    for (const attempt of attempts(base)) expect(await curl(attempt, NOBODY)).to.match(/^4\d\d /);
    const url = "http://localhost/console/link";
    const overSocket = curl(["--unix-socket", `${component.database}.sock`, ...posts(url, {})], NOBODY);
    expect(await overSocket.catch((error: unknown) => String(error))).to.contain("Command failed");
    expect(JSON.parse(await component.command("operator", "list", "--json"))).to.eql({ operators: [] });
  });

  it("who calls gets 401 and the command that opens the calls", async () => {
    const [status, body] = [await curl(posts(`${base}/qtalk/send_message`, CALL))].flatMap((text) => [
      text.slice(0, 3),
      JSON.parse(text.slice(4)) as object,
    ]);
    expect(status).to.equal("401");
    expect(body).to.include({ ret: false, errcode: 6 });
    expect(JSON.stringify(body)).to.contain(
      "qtalk-component caller add NAME --addresses 127.0.0.1 --senders '*'",
    );
  });

  it("who adds the changelog's entry before the update is served as before", async () => {
    const [, section = ""] = readFileSync(documentAt("CHANGELOG.md"), "utf8").split("### Before you update");
    const [, lines = ""] = /```yaml\n([^]*?)```/.exec(section) ?? [];
    const { http } = parse(lines) as { http: object };
    expect(await component.command("check")).to.contain("QTalk's calls are closed");
    await component.reconfigure({ http: { ...listening(), ...http } });
    const call = {
      from: "juliet@x.test",
      to: "romeo@x.test",
      type: "chat",
      message: "<message><body>x</body></message>",
    };
    expect(await curl(posts(`${base}/qtalk/send_thirdmessage`, call))).to.match(/^200 \{"ret":true/);
    expect(await component.command("check")).not.to.contain("calls are closed");
    await component.reconfigure({ http: { ...listening(), ...CLOSED } });
  });

  it("http.hosts, which once let names in, is no key any more", async () => {
    const check = await component
      .command("check", "--http.hosts", "x")
      .catch((error: unknown) => String(error));
    expect(check).to.contain("unknown option '--http.hosts'");
  });

  /** The web servers' settings: all forward everything. Those that name the visitor are marked. */
  const nginx =
    (lines: string) =>
    (port: number): Promise<WebServer> =>
      WebServer.nginx(`location / { proxy_pass http://${LOOPBACK}:${port}; ${lines} }`);
  const apache =
    (lines: string) =>
    (port: number): Promise<WebServer> =>
      WebServer.apache(`ProxyPass / http://${LOOPBACK}:${port}/\n${lines}`);
  const proxies = {
    "nginx, bare proxy_pass": { start: nginx(""), names: false },
    "nginx, HTTP/1.1": { start: nginx("proxy_http_version 1.1;"), names: false },
    "nginx, HTTP/1.1 and Host": {
      start: nginx("proxy_http_version 1.1; proxy_set_header Host $host;"),
      names: false,
    },
    "nginx, X-Forwarded-For": {
      start: nginx("proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"),
      names: true,
    },
    "nginx, X-Real-IP": {
      start: nginx("proxy_http_version 1.1; proxy_set_header X-Real-IP $remote_addr;"),
      names: true,
    },
    "Apache, ProxyPass": { start: apache(""), names: true },
    "Apache, ProxyPass and Host": { start: apache("ProxyPreserveHost On"), names: true },
  };

  for (const [name, { start, names }] of Object.entries(proxies))
    it(`through ${name}; a caller's address doesn't let in what a proxy says it forwards`, async () => {
      const server = await start(component.httpPort);
      try {
        const from = ["--interface", VISITOR];
        const url = `http://${LOOPBACK}:${server.port}`;
        for (const attempt of attempts(url))
          expect(await curl([...from, ...attempt]), attempt.join(" ")).to.match(/^4\d\d /);
        if (!names) return;
        await component.reconfigure({ http: { ...listening(), callers: [LEGACY] } });
        const called = await curl([...from, ...posts(`${url}/qtalk/send_message`, CALL)]);
        expect(called).to.match(/^401 .*http\.proxies/);
        await component.reconfigure({ http: { ...listening(), callers: [LEGACY], proxies: [LOOPBACK] } });
        const named = await curl([...from, ...posts(`${url}/qtalk/send_message`, CALL)]);
        expect(named).to.match(name.includes("X-Real-IP") ? /^401 / : /^401 .*call from 127\.0\.0\.2/);
      } finally {
        await component.reconfigure({ http: { ...listening(), ...CLOSED } });
        await server.stop();
      }
    });

  const listening = (): object => ({ listen: `${LOOPBACK}:${component.httpPort}` });

  describe("through the guide's lines", () => {
    const filled = (text: string): string =>
      text.replaceAll("10050", String(component.httpPort)).replaceAll(/\/var\/log\/\w+\//g, "");
    /** Posts to a hook through a web server, and refuses all else. @returns what the web server has logged */
    const hookAlone = async (server: WebServer): Promise<string> => {
      const url = await component.command("hook", "add", `h${server.port}`, "--to", "romeo@x.test");
      const path = new URL(url.split("\n").find((line) => line.includes("/hooks/")) ?? "").pathname;
      try {
        const posted = await curl(["-d", "hello", `http://${LOOPBACK}:${server.port}${path}`]);
        expect(posted).to.match(/^200 /);
        for (const attempt of attempts(`http://${LOOPBACK}:${server.port}`))
          expect(await curl(attempt)).to.match(/^40[34] /);
        expect(server.logs).to.not.contain(path.split("/").at(-1));
        expect(component.log).to.not.contain(path.split("/").at(-1));
        return server.logs;
      } finally {
        await server.stop();
      }
    };

    it("nginx forwards hooks alone, and has their secrets in no log, also while the component is away", async () => {
      const [hooks = ""] = codeBlocks(guidePage("proxy"), "nginx");
      await hookAlone(await WebServer.nginx(`location = /x {} ${filled(hooks)}`));
      const away = await WebServer.nginx(
        filled(hooks).replace(/proxy_pass [^;]+/, `proxy_pass http://${LOOPBACK}:1`),
      );
      expect(await curl(["-d", "x", `http://${LOOPBACK}:${away.port}/hooks/id/SECRET`])).to.match(/^502 /);
      expect(away.logs).to.not.contain("SECRET");
      await away.stop();
    });

    it("Apache does, too", async () => {
      const [lines = ""] = codeBlocks(guidePage("proxy"), "apache");
      const module = "LoadModule setenvif_module /usr/lib/apache2/modules/mod_setenvif.so\n";
      const format = 'LogFormat "%h %r %s" combined\n';
      await hookAlone(await WebServer.apache(module + format + filled(lines)));
    });

    it("callers who come through it are known by their token alone", async () => {
      const [, calls = ""] = codeBlocks(guidePage("proxy"), "nginx");
      const server = await WebServer.nginx(filled(calls));
      for (const proxy of [[], [LOOPBACK]]) {
        await component.reconfigure({ http: { ...listening(), callers: [LEGACY], proxies: proxy } });
        for (const headers of [[], [`Host: ${LOOPBACK}:10050`], ["X-Forwarded-For: 127.0.0.1"]]) {
          const call = posts(`http://${LOOPBACK}:${server.port}/qtalk/send_message`, CALL, ...headers);
          expect(await curl(["--interface", VISITOR, ...call])).to.match(/^401 /);
        }
      }
      await component.reconfigure({ http: { ...listening(), ...CLOSED } });
      await server.stop();
    });
  });

  describe("from a page in a browser", () => {
    let browser: Browser;
    let page: Page;
    const other = createServer((_request, response) =>
      response.setHeader("Content-Type", "text/html").end("<title>other</title>"),
    );
    before(async () => {
      browser = await launchBrowser();
      await once(other.listen(0, LOOPBACK), "listening");
      page = await browser.newPage();
      await page.goto(`http://localhost:${(other.address() as AddressInfo).port}/`);
    });
    after(async () => {
      await browser.close();
      other.close();
    });

    /** Sends a request from the page. The browser doesn't let the page see the answer. */
    const send = async (path: string, body: object): Promise<void> => {
      const url = JSON.stringify(`http://localhost:${component.httpPort}${path}`);
      const init = JSON.stringify({ method: "POST", mode: "no-cors", body: JSON.stringify(body) });
      await page.evaluate(`fetch(${url}, ${init}).then(() => undefined, () => undefined)`);
    };

    it("of another port of localhost: it makes no call, even if this machine's programs may", async () => {
      await component.reconfigure({ http: { ...listening(), callers: [LEGACY] } });
      const refused = (): number => component.log.split("pages of other sites may not do this").length - 1;
      const before = refused();
      await send("/qtalk/send_message", CALL);
      await component.until(() => refused() > before, "asked by the page");
      await send("/console/api/operator/add", { name: "eve", may: ["all"] });
      expect(JSON.parse(await component.command("operator", "list", "--json"))).to.eql({ operators: [] });
      expect(await component.metric("qtalk_outbox_accepted_total")).to.satisfy(Number.isNaN);
      await component.reconfigure({ http: { ...listening(), ...CLOSED } });
    });
  });
});
