/** The documentation that is alive: the OpenAPI document, its examples, and the page in a real browser. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { execFile } from "node:child_process";
import { setImmediate as immediate } from "node:timers/promises";
import { promisify } from "node:util";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { MAX_KEY } from "../../../component/operations/call-key.js";
import { contract } from "../../../http/contract.js";
import { callsPage } from "../../../http/docs/calls.js";
import { openApi } from "../../../http/docs/openapi.js";
import { GROUPS, routesOf } from "../../../http/endpoint.js";
import { RESPONSES } from "../../../http/hooks/fault-statuses.js";
import { launchBrowser } from "../../../scripts/lab/browser.js";
import { EVERYBODY } from "../../support/called-component.js";
import { Interface, sha256 } from "../../support/interface.js";
import { DONE } from "../talk.js";

const routes = routesOf(contract);

/** All calls, and a caller that may make each. */
const WITH_ALL = {
  also: GROUPS,
  // Pages need a token.
  callers: [EVERYBODY, { ...EVERYBODY, name: "page", addresses: undefined, token_sha256: sha256("t") }],
};

/** What tells that a call was done. */
const isDone = (text: string): boolean =>
  text === "ok" || text === '{"data":"Send Message Ok"}' || /^\{"ret":true,"errcode":"?0/.test(text);

interface Parameter {
  readonly name: string;
  readonly description?: string;
}

describe("The OpenAPI document", () => {
  let http: Interface;
  before(async () => (http = await Interface.open({ runs: DONE, config: WITH_ALL })));
  after(() => http.close());

  it("is valid OpenAPI 3.1, and describes every endpoint", async () => {
    for (const language of ["en", "zh"]) {
      const { text } = await http.request(`/openapi.json?lang=${language}`);
      const document = JSON.parse(text) as { openapi: string; paths: object };
      const validator = new Validator();
      const result = await validator.validate(document);
      expect(result.errors ?? [], JSON.stringify(result.errors)).to.have.length(0);
      expect(document.openapi).to.equal("3.1.0");
      expect(Object.keys(document.paths)).to.deep.equal([
        ...routes.map(({ path }) => path),
        "/hooks/{id}/{secret}",
        "/hooks/{id}/{secret}/alerts",
        "/hooks/{id}/{secret}/messages/{message}",
      ]);
    }
  });

  it("gives each errcode one type, requires the text of a message, and declares the headers of responses", async () => {
    interface Named {
      readonly properties: Readonly<Record<string, { type?: string; const?: unknown; $ref?: string }>>;
      readonly required: readonly string[];
    }
    interface Call {
      readonly requestBody: { content: { "application/json": { schema: Named } } };
      readonly responses: Readonly<
        Record<string, { headers: object; content: Record<string, { schema: { oneOf?: Partial<Named>[] } }> }>
      >;
    }
    const { paths, components } = JSON.parse((await http.request("/openapi.json")).text) as {
      paths: Readonly<Record<string, Readonly<Record<string, Call>>>>;
      components: { schemas: Record<string, Named & { type: string; enum?: unknown[] }> };
    };
    expect(components.schemas.Errcode).to.include({ type: "integer" });
    expect(components.schemas.NoSuchRoom?.properties.errcode).to.deep.equal({ type: "string", const: "-1" });
    for (const { path, method, id } of routes) {
      const call = paths[path]?.[method.toLowerCase()];
      expect(Object.keys(call?.responses["200"]?.headers ?? {}), id).to.have.members([
        "X-Request-Id",
        "X-QTalk-Delivery",
      ]);
      expect(Object.keys(call?.responses["503"]?.headers ?? {}), id).to.have.members([
        "X-Request-Id",
        "Retry-After",
      ]);
      for (const { schema } of Object.values(call?.responses["200"]?.content ?? {}))
        for (const { properties } of schema.oneOf ?? []) {
          const errcode = properties?.errcode;
          if (errcode !== undefined)
            expect(errcode.type, id).to.equal(typeof errcode.const === "number" ? "integer" : "string");
        }
    }
    const { required } =
      paths["/qtalk/send_message"]?.post?.requestBody.content["application/json"].schema ?? {};
    expect(required).to.have.members(["From", "To", "Body"]);
  });

  it("describes posts to hooks as they are answered", async () => {
    const { paths } = JSON.parse((await http.request("/openapi.json")).text) as {
      paths: Record<string, { post: { parameters: object[]; responses: object } }>;
    };
    const post = paths["/hooks/{id}/{secret}"]?.post;
    // Slack's programs get 400 for some of them, and Teams' programs get 202.
    const statuses = [...Object.values(RESPONSES).map(({ status }) => status), 202, 204, 400];
    expect(post?.responses).to.include.keys("200", ...statuses.map(String));
    const key = { in: "header", schema: { type: "string", maxLength: MAX_KEY } };
    for (const name of ["Idempotency-Key", "webhook-id"])
      expect(post?.parameters).to.deep.include({ name, ...key });
  });

  it("describes every field, in English and in Chinese", async () => {
    const named = (value: unknown, found = new Map<string, string>()): Map<string, string> => {
      if (typeof value !== "object" || value === null) return found;
      const { properties, name, in: place } = value as Record<string, unknown>;
      if (place === "query") found.set(String(name), (value as Parameter).description ?? "");
      for (const [key, field] of Object.entries((properties ?? {}) as Record<string, Parameter>)) {
        if (field.description !== undefined) found.set(key, field.description);
      }
      for (const inner of Object.values(value)) named(inner, found);
      return found;
    };
    const document = async (language: string): Promise<unknown> => {
      const all = JSON.parse((await http.request(`/openapi.json?lang=${language}`)).text) as {
        paths: Record<
          string,
          Record<
            string,
            { requestBody?: unknown; parameters?: unknown; responses: Record<string, Parameter> }
          >
        >;
      };
      return Object.values(all.paths).flatMap((path) =>
        Object.values(path).map(({ requestBody, parameters, responses }) => [
          { requestBody, parameters, responses },
          // The texts of the responses themselves.
          { properties: responses },
        ]),
      );
    };
    const english = named(await document("en"));
    for (const [name, text] of english) expect(text, name).not.to.match(/\p{Script=Han}/u);
    // A contributor may leave the Chinese to others: then it is the English text.
    const untranslated = new Set(english.values());
    const translated = [...named(await document("zh"))].filter(([, text]) => !untranslated.has(text));
    for (const [name, text] of translated) expect(text, name).to.match(/\p{Script=Han}/u);
    expect(translated.length).to.be.above(english.size * 0.9);
  });
});

describe("A document that anybody may ask for", () => {
  it("is made while others are served", async () => {
    const described = {
      routes: Array.from({ length: 20 }, () => routes).flat(),
      examples: { host: "example.org", domain: "groups.example.org" },
      hasConsole: false,
      version: "1",
    };
    for (const make of [openApi, callsPage]) {
      const first = await Promise.race([make(described, "en").then(() => "document"), immediate("turn")]);
      expect(first, make.name).to.equal("turn");
    }
  });
});

describe("The examples", () => {
  it("are about the users and rooms that are served here", async () => {
    const examples = { host: "qtalk.test.org.example", domain: "groups.example.org" };
    const http = await Interface.open({ runs: DONE, examples });
    for (const path of ["/docs/calls", "/openapi.json"]) {
      const { text } = await http.request(path);
      expect(text, path).to.contain("test1@qtalk.test.org.example").and.to.contain("groups.example.org");
      expect(text, path).not.to.match(/qtalk\.test\.org(?!\.example)/);
    }
    await http.close();
  });
});

describe("The page of calls, in a browser", () => {
  let http: Interface;
  let browser: Browser;
  before(async () => {
    http = await Interface.open({ runs: DONE, config: WITH_ALL });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    await http.close();
  });

  it("shows every endpoint in English and in Chinese", async () => {
    const page = await browser.newPage({ locale: "en-GB" });
    await page.goto(`http://127.0.0.1:${http.port}/docs/calls`);
    expect(await page.locator("section[data-path]").count()).to.equal(routes.length);
    expect(await page.locator("h1").innerText()).to.equal("QTalk's HTTP interface");
    await page.click("#language");
    await page.waitForSelector("html[lang=zh]");
    expect(await page.locator("#create_muc h2").innerText()).to.equal("建群");
    await page.close();
  });

  it("sends each example, and shows the answer", async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${http.port}/docs/calls`);
    await page.fill("#token", "t");
    for (const { id } of routes) {
      await page.click(`#${id} button`);
      await page.waitForSelector(`#${id} pre.answer:not(:empty)`);
      const answer = await page.locator(`#${id} pre.answer`).innerText();
      const [head = "", text = ""] = answer.split("\n\n");
      expect(head, id).to.match(/^200\n(?:.+\n)*content-type: /);
      expect(isDone(text), id).to.equal(true);
    }
    await page.close();
  });

  it("makes of each example a line for curl that does the same, without the token", async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${http.port}/docs/calls`);
    for (const { id } of routes) {
      await page.click(`#${id} button.copy`);
      const line = await page.locator(`#${id} pre.curl`).innerText();
      const { stdout } = await promisify(execFile)("sh", ["-c", line]);
      expect(isDone(stdout), line).to.equal(true);
      expect(await page.evaluate("String(getSelection())"), "to be copied").to.equal(line);
    }
    await page.fill("#token", "SECRET");
    await page.fill("#send_message textarea", `{"Body":"it's"}`);
    await page.click("#send_message button.copy");
    expect(await page.locator("#send_message pre.curl").innerText())
      .to.contain('"Authorization: Bearer $TOKEN"')
      .and.contain(`'{"Body":"it'\\''s"}'`)
      .and.not.contain("SECRET");
    await page.close();
  });

  it("is behind the start page, which is at the root path", async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${http.port}/`);
    expect(new URL(page.url()).pathname).to.equal("/docs");
    await page.click("main >> text=QTalk's HTTP interface");
    expect(new URL(page.url()).pathname).to.equal("/docs/calls");
    await page.close();
  });

  it("sends the token that was typed in, and is no other site to a server with named callers", async () => {
    const guarded = await Interface.open({
      runs: DONE,
      config: { callers: [{ name: "x", addresses: ["192.0.2.1"] }] },
    });
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${guarded.port}/docs/calls`);
    await page.fill("#token", "not-known");
    await page.click("#get_user_nick button");
    await page.waitForSelector("#get_user_nick pre.answer:not(:empty)");
    expect(await page.locator("#get_user_nick pre.answer").innerText())
      .to.contain("401")
      .and.contain("token is not known");
    await page.close();
    await guarded.close();
  });
});
