/** What sources of alerts answer that are no sources, or fail: each answer becomes a reason in the program's words. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { SourceRequests } from "../../../../component/hooks/alerts/source-requests.js";
import { openDatabase } from "../../../../storage/database.js";

const WANTED = {
  matchers: [{ name: "alertname", value: "DiskFull", isRegex: false, isEqual: true }],
  startsAt: 0,
  endsAt: 3600_000,
  createdBy: "juliet@example.org",
  comment: "by juliet",
} as const;

/** So many different keys cost more than an answer may. */
const DEAR = Array.from({ length: 2_000 }, (_, number) => `,"k${number}":1`).join("");

describe("A source of alerts", () => {
  let server: Server;
  let url: string;
  let answers: (readonly [status: number, body: string])[];
  let seen: string[];

  beforeEach(async () => {
    seen = [];
    server = createServer((request, response) => {
      void text(request).then((body) => {
        const { method = "", url: path = "", headers } = request;
        seen.push(`${method} ${path} ${headers.authorization ?? ""} ${body}`.trim());
        const [status, said] = answers.shift() ?? [200, '{"silenceID":"s1"}'];
        response.writeHead(status).end(said);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const source = (silenceToken?: string, format = "auto", inner = ["127.0.0.1"]): SourceRequests =>
    new SourceRequests({ silenceAt: url, silenceToken, inner }, format);

  for (const [answer, fault, remedy] of [
    [[401, '{"message":"Unauthorized"}'], "HTTP 401: Unauthorized", "token"],
    [[403, ""], "HTTP 403", "token"],
    [[404, "404 page not found"], "HTTP 404: 404 page not found", "url"],
    [[400, '"bad matcher"'], "HTTP 400: bad matcher", "log"],
    [[500, '"the disk\\nis full"'], "HTTP 500: the disk is full", "log"],
    [[302, ""], "HTTP 302; redirects are not followed", "url"],
    [[200, "<html>hello"], "its answer isn't Alertmanager's: <html>hello", "url"],
    [[200, "{}"], "its answer isn't Alertmanager's", "url"],
    [[200, `{"silenceID":"s1"${DEAR}}`], "its answer isn't Alertmanager's", "url"],
  ] as const)
    it(`that answers ${answer.join(" ").slice(0, 60)} silences nothing, and says why`, async () => {
      answers = [answer];
      const said = await source().silence(WANTED);
      expect(said)
        .to.have.property("fault")
        .that.satisfies((text: string) => text.startsWith(fault));
      expect(said).to.have.property("remedy", remedy);
    });

  it("may not be at an inner address that isn't allowed, and may be away", async () => {
    answers = [];
    expect(await source(undefined, "auto", []).silence(WANTED))
      .to.have.property("fault")
      .that.contains("--allow-inner");
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await source().silence(WANTED)).to.deep.equal({
      fault: "nothing listens there",
      isUncertain: true,
      remedy: "reach",
    });
  });

  it("gets a token, or a user and a password, below Grafana's path if it is Grafana", async () => {
    answers = [];
    expect(await source("t0ken", "grafana").silence(WANTED)).to.equal("s1");
    expect(seen[0]).to.match(
      /^POST \/api\/alertmanager\/grafana\/api\/v2\/silences Bearer t0ken \{"matchers":/,
    );
    await source("user:pass").silence(WANTED);
    expect(seen[1]).to.contain("POST /api/v2/silences Basic dXNlcjpwYXNz ");
  });

  it("is asked for a new silence if the one to change is gone, and ending one that is gone is done", async () => {
    answers = [[404, '"silence not found"']];
    expect(await source().silence({ ...WANTED, replaces: "old" })).to.equal("s1");
    expect(seen.map((line) => line.includes('"id":"old"'))).to.deep.equal([true, false]);
    answers = [[404, ""]];
    expect(await source().expire("old")).to.equal(undefined);
  });

  it("is asked whether a silence is in force, by its comment and the alert's name", async () => {
    const silence = (id: string, comment: string, state: string): object => ({
      id,
      comment,
      status: { state },
    });
    const all = JSON.stringify([
      silence("s1", "by romeo", "active"),
      silence("s2", "by juliet", "expired"),
      silence("s3", "by juliet", "pending"),
    ]);
    answers = [
      [200, all],
      [200, all],
      [200, "[]"],
      [200, "{}"],
      [503, "down"],
    ];
    expect(await source().find("by juliet", WANTED.matchers)).to.equal("s3");
    expect(decodeURIComponent(seen[0] ?? "")).to.equal('GET /api/v2/silences?filter=alertname="DiskFull"');
    expect(await source().find("by nurse", [])).to.equal(undefined);
    expect(seen[1]).to.equal("GET /api/v2/silences");
    expect(await source().find("by juliet", WANTED.matchers)).to.equal(undefined);
    expect(await source().find("x", [])).to.deep.include({ fault: "its answer isn't Alertmanager's" });
    expect(await source().find("x", [])).to.deep.include({ fault: "HTTP 503: down", isUncertain: true });
  });

  it("is asked what fires, by names that are no patterns, and for all if they are too many", async () => {
    answers = [
      [
        200,
        JSON.stringify([{ labels: { alertname: "a.b", host: "db1" } }, { labels: { alertname: "c" } }, {}]),
      ],
      [200, "[]"],
      [200, '"no list"'],
      [500, ""],
    ];
    expect(await source().firing(["a.b", "c", "c"])).to.deep.equal([
      { alertname: "a.b", host: "db1" },
      { alertname: "c" },
      {},
    ]);
    expect(decodeURIComponent(seen[0] ?? "")).to.equal(
      String.raw`GET /api/v2/alerts?filter=alertname=~"a\\.b|c"`,
    );
    await source().firing(Array.from({ length: 1_000 }, (_, index) => `alert ${index}`));
    expect(seen[1]).to.equal("GET /api/v2/alerts");
    expect(await source().firing(["c"])).to.deep.include({ fault: "its answer isn't Alertmanager's" });
    expect(await source().firing(["c"])).to.deep.include({ fault: "HTTP 500", isUncertain: true });
  });

  it("ends a silence by its id; what it can't end is said", async () => {
    answers = [
      [200, ""],
      [400, '{"error":"silence s/1 not found"}'],
      [403, "forbidden"],
    ];
    expect(await source().expire("s/1")).to.equal(undefined);
    expect(seen[0]).to.equal("DELETE /api/v2/silence/s%2F1");
    expect(await source().expire("s/1"), "it is over").to.equal(undefined);
    expect(await source().expire("s1")).to.deep.equal({
      ...{ fault: "HTTP 403: forbidden", isUncertain: false, isMissing: false, remedy: "token" },
    });
  });

  it("gets all that a silence needs, with the times as the source writes them", async () => {
    answers = [[200, '{"id":"mimir"}']];
    expect(
      await source().silence({ ...WANTED, startsAt: Date.parse("2026-12-07T09:30:00Z") }),
      "Grafana's answer",
    ).to.equal("mimir");
    expect(JSON.parse(/ (\{.*)$/.exec(seen[0] ?? "")?.[1] ?? "{}")).to.deep.equal({
      matchers: WANTED.matchers,
      startsAt: "2026-12-07T09:30:00.000Z",
      endsAt: "1970-01-01T01:00:00.000Z",
      createdBy: "juliet@example.org",
      comment: "by juliet",
    });
    const other = new SourceRequests(
      { silenceAt: `${url}/api/alertmanager/mimir`, silenceToken: undefined, inner: ["127.0.0.1"] },
      "grafana",
    );
    await other.silence(WANTED);
    expect(seen[1]).to.match(/^POST \/api\/alertmanager\/mimir\/api\/v2\/silences /);
  });

  it("is found by indexes: what is due, and what is silenced there, whatever else is open", () => {
    const db = openDatabase(":memory:");
    for (const sql of [
      "SELECT due_at FROM alerts WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1",
      "SELECT id FROM alerts WHERE due_at <= 1 ORDER BY due_at LIMIT 64",
      "SELECT * FROM alerts WHERE at_source = 1 ORDER BY hook, id LIMIT 10",
      "SELECT * FROM alert_tasks WHERE at_source = 1 AND due_at <= 1 ORDER BY due_at, id LIMIT 16",
      "SELECT * FROM alert_messages INDEXED BY alert_messages_by_stanza_id WHERE receiver = ? AND stanza_id = ?",
      "SELECT hook FROM heartbeats WHERE due_at <= 1 ORDER BY due_at LIMIT 64",
    ]) {
      const plan = db
        .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...(sql.match(/\?/g) ?? []));
      const details = plan.map(({ detail }) => detail).join("; ");
      expect(details, sql)
        .to.match(/USING .*INDEX/)
        .and.not.contain("TEMP B-TREE");
    }
    db.close();
  });
});
