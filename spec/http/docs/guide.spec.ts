/** The guide as the component shows it: over HTTP, and in a real browser, wide and narrow. */
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { render } from "../../../http/docs/markdown.js";
import { PAGES } from "../../../http/docs/pages.js";
import { launchBrowser } from "../../../scripts/lab/browser.js";
import { accessibilityFaults } from "../../support/axe.js";
import { Interface } from "../../support/interface.js";

const pathOf = (name: string): string => `/docs/guide/${name}`;
const paths = ["/docs/calls", "/docs/hooks", ...PAGES.map(pathOf)];

describe("The guide, over HTTP", () => {
  let http: Interface;
  before(async () => (http = await Interface.open()));
  after(() => http.close());

  it("lets pages run and load nothing but what this server serves", async () => {
    for (const path of paths) {
      const { status, headers, text } = await http.request(path);
      expect(status, path).to.equal(200);
      expect(headers.get("content-security-policy")).to.match(/^default-src 'none';/);
      expect(headers.get("content-security-policy")).not.to.contain("unsafe");
      expect(text, path).not.to.match(
        / style=| on[a-z]+="|<script(?! (?:type="module" )?src="\/docs\/)|<style/,
      );
    }
  });

  it("has a description of the project that programs recognise (DOAP)", async () => {
    const { status, headers } = await http.request("/docs/guide/qtalk-component.doap");
    expect([status, headers.get("content-type")]).to.deep.equal([200, "application/rdf+xml"]);
  });

  it("links each page to all others, and to nothing that doesn't exist", async () => {
    const led = new Map<string, string>();
    for (const path of ["/docs", ...paths]) {
      for (const language of ["en", "zh"]) {
        const { text } = await http.request(`${path}?lang=${language}`);
        const links = [...text.matchAll(/ (?:href|src)="([^"]+)"/g)].map(([, link]) => link ?? "");
        for (const each of paths) expect(links, path).to.include(`${each}?lang=${language}`);
        for (const link of links) led.set(new URL(link, `http://x${path}?lang=${language}`).href, path);
      }
    }
    const texts = new Map<string, string>();
    for (const [link, from] of led) {
      const url = new URL(link);
      if (url.host !== "x") continue;
      const address = url.pathname + url.search;
      const known = texts.get(address);
      const { status, text } =
        known === undefined ? await http.request(address) : { status: 200, text: known };
      texts.set(address, text);
      expect(status, `${link} on ${from}`).to.equal(200);
      const anchor = decodeURIComponent(url.hash.slice(1));
      if (anchor !== "") expect(text, `${link} on ${from}`).to.contain(` id="${anchor}"`);
    }
  });

  it("is in the reader's language, by link or by Accept-Language, and marks English texts", async () => {
    const read = async (address: string, wish = "en"): Promise<string> =>
      (await http.request(address, { headers: { "accept-language": wish } })).text;
    expect(await read("/docs/guide/programs?lang=zh"))
      .to.contain('<main lang="zh">')
      .and.to.contain("调用 HTTP 接口");
    expect(await read("/docs/guide/programs", "zh-CN,en;q=0.5")).to.contain('<main lang="zh">');
    expect(await read("/docs/guide/programs")).to.contain('<main lang="en">');
    expect(await read("/docs/guide/architecture?lang=zh"))
      .to.contain('<html lang="zh">')
      .and.to.contain('<main lang="en">');
  });

  it("leads from /docs/admin to the operations", async () => {
    expect((await http.request("/docs/admin")).text).to.contain("/admin/FAMILY/VERB");
  });

  it("answers 404 for what isn't a page of it, whatever the name", async () => {
    const strange = ["nothing", "constructor", "__proto__", "zh", "pictures", "..%2f..%2fpackage.json"];
    const deeper = [
      "pictures/nothing.png",
      "zh/programs.md",
      "pictures/..%2frooms.md",
      "pictures/constructor",
    ];
    for (const name of [...strange, ...deeper]) {
      expect((await http.request(pathOf(name))).status, name).to.equal(404);
    }
  });
});

describe("The guide's Markdown", () => {
  it("shows HTML in a text, and obeys none", () => {
    const { body } = render("# A\n\n<img src=x onerror=alert(1)> [x](javascript:alert)\n", "en");
    expect(body).not.to.contain("<img").and.not.to.contain("href");
    expect(body).to.contain("&lt;img");
  });

  it("gives headings the anchors that forges give them", () => {
    const { body, headings } = render("# A\n\n## What `ret: true` means\n\n## 返回值\n", "en");
    expect(headings).to.deep.equal([
      { id: "what-ret-true-means", text: "What ret: true means" },
      { id: "返回值", text: "返回值" },
    ]);
    expect(body).to.contain('<h2 id="what-ret-true-means">');
  });

  it("gives a translation's headings the anchors of the English page, too", () => {
    const { body } = render("# 甲\n\n## 指标\n\n## C\n", "zh", "# A\n\n## Metrics\n\n## C\n");
    expect(body)
      .to.contain('<h2 id="指标"><span id="metrics"></span>指标</h2>')
      .and.contain('<h2 id="c">C</h2>');
  });
});

describe("The guide, in a browser", () => {
  let http: Interface;
  let browser: Browser;
  before(async () => {
    http = await Interface.open();
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    await http.close();
  });

  async function visit(page: Page, path: string): Promise<void> {
    await page.goto(`http://127.0.0.1:${http.port}${path}`);
  }

  /** How many pixels of an element are above and below what is seen. */
  async function boxOf(page: Page, selector: string): Promise<{ above: number; below: number }> {
    const { y = 0, height = 0 } = (await page.locator(selector).boundingBox()) ?? {};
    const below = y + height - (page.viewportSize()?.height ?? 0);
    return { above: Math.max(0, Math.round(-y)), below: Math.max(0, Math.round(below)) };
  }

  it("fits a phone: no page is wider than its screen, its contents are one tap away, and it breaks no rule of its own", async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 640 } });
    const hosts = new Set<string>();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => hosts.add(new URL(request.url()).host));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico"))
        faults.push(message.text());
    });
    for (const path of paths) {
      await visit(page, path);
      const wide = await page.evaluate("document.documentElement.scrollWidth");
      expect(wide, path).to.be.at.most(360);
      const broken = await page.evaluate(
        "[...document.images].filter((image) => !image.naturalWidth).map(({ src }) => src)",
      );
      expect(broken, path).to.deep.equal([]);
      await page.evaluate("scrollTo(0, document.querySelector('nav').offsetTop - 1000)");
      expect(await boxOf(page, "header a[href='#contents']"), path).to.include({ above: 0, below: 0 });
      await page.click("header a[href='#contents']");
      expect(await page.locator("nav [aria-current=page]").isVisible(), path).to.equal(true);
    }
    expect(faults).to.deep.equal([]);
    expect([...hosts], "no other host is asked for anything").to.deep.equal([`127.0.0.1:${http.port}`]);
    await page.close();
  });

  it("has its contents beside the text on a wide screen, and one key away for the keyboard", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    for (const path of ["/docs", pathOf("operating")]) {
      await visit(page, path);
      await page.evaluate("scrollTo(0, document.body.scrollHeight)");
      expect(await boxOf(page, "nav"), path).to.include({ above: 0, below: 0 });
      await visit(page, path);
      for (const key of ["Tab", "Enter", "Tab"]) await page.keyboard.press(key);
      const focused = await page.evaluate("document.activeElement.closest('nav')?.id");
      expect(focused, path).to.equal("contents");
    }
    await page.close();
  });

  it("shows the whole of what stands in its fields", async () => {
    for (const width of [1280, 360]) {
      const page = await browser.newPage({ viewport: { width, height: 720 } });
      for (const path of ["/docs/calls", "/docs/hooks"]) {
        await visit(page, path);
        const cut = await page.evaluate(
          "[...document.querySelectorAll('textarea')].filter((each) => each.scrollHeight > each.clientHeight).map((each) => each.ariaLabel)",
        );
        expect(cut, `${path} at ${width}`).to.deep.equal([]);
      }
      await page.close();
    }
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`is open to people who see little or use no mouse, ${colorScheme} as well`, async () => {
      const page = await browser.newPage({ colorScheme, viewport: { width: 360, height: 640 } });
      for (const path of ["/docs", "/docs/calls", "/docs/hooks", pathOf("programs"), pathOf("setup")]) {
        await visit(page, path);
        expect(await accessibilityFaults(page), path).to.deep.equal([]);
      }
      await page.close();
    });
  }

  it("is dark if the reader's system is", async () => {
    const shades = await Promise.all(
      (["light", "dark"] as const).map(async (colorScheme) => {
        const page = await browser.newPage({ colorScheme });
        await visit(page, pathOf("rooms"));
        const seen = await page.evaluate(
          "[getComputedStyle(document.body).color, getComputedStyle(document.querySelector('main a')).color]",
        );
        await page.close();
        return JSON.stringify(seen);
      }),
    );
    expect(shades[0]).not.to.equal(shades[1]);
  });

  it("is searched in both languages: sections, options, calls, formats, error codes", async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
    const found = async (language: string, query: string): Promise<string> => {
      await visit(page, `/docs?lang=${language}`);
      await page.fill("[type=search]", query);
      await page.waitForSelector("[role=search] ul:not([hidden]) a");
      return await page.locator("[role=search] ul").innerText();
    };
    expect(await found("en", "hooks.rooms_per_bot")).to.match(/^hooks\.rooms_per_bot/);
    expect(await found("en", "destroy")).to.contain("QTalk's HTTP interface");
    expect(await found("en", "GitLab")).to.contain("Recipes by program");
    expect(await found("en", "errcode 5")).to.match(/^errcode 5/);
    expect(await found("zh", "建群")).to.contain("QTalk HTTP 接口");
    await page.keyboard.press("Enter");
    await page.waitForURL(/create_muc/);
    await page.fill("[type=search]", "qqqqqq");
    await page.waitForSelector("[role=search] [role=status]:not(:empty)");
    expect(await accessibilityFaults(page)).to.deep.equal([]);
    await page.close();
  });

  it("leads from page to page in the language that was chosen", async () => {
    const page = await browser.newPage({ locale: "en-GB" });
    await visit(page, "/docs");
    await page.click("nav >> text=Calling the HTTP API");
    expect(await page.locator("h1").innerText()).to.equal("Calling the HTTP API");
    await page.click("#language");
    await page.waitForSelector("html[lang=zh]");
    expect(await page.locator("h1").innerText()).to.equal("调用 HTTP 接口");
    await page.click("nav >> text=消息格式");
    expect(await page.locator("h1").innerText()).to.equal("消息格式");
    await page.close();
  });
});
