/** The pages of hooks' formats: what stands there, and that a post can be tried on them. */
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { FORMATS } from "../../../component/hooks/formats/formats.js";
import type { Post } from "../../../component/hooks/hooks.js";
import { launchBrowser } from "../../../scripts/lab/browser.js";
import { accessibilityFaults } from "../../support/axe.js";
import { Interface } from "../../support/interface.js";
import { hooksApi, SECRET } from "../hooks/parts.js";

describe("The pages of hooks' formats", () => {
  let http: Interface;
  let posts: Post[];
  let browser: Browser;

  before(async () => {
    const hooks = hooksApi({
      receive: (_hook, post) => {
        posts.push(post);
        return Promise.resolve({ id: "m1", delivery: "queued" });
      },
    });
    http = await Interface.open({ hooks });
    browser = await launchBrowser();
  });
  beforeEach(() => (posts = []));
  after(async () => {
    await browser.close();
    await http.close();
  });

  it("are there for each format, in both languages, with what people read of the post that is shown", async () => {
    for (const { name } of FORMATS) {
      for (const language of ["en", "zh"]) {
        const { status, text } = await http.request(`/docs/hooks/${name}?lang=${language}`);
        expect(status, name).to.equal(200);
        expect(text, name).to.contain(`href="/docs/hooks?lang=${language}"`).and.to.contain("hook add ");
        expect(text, `${name}: a picture of the message`).to.match(
          /<figure class="message"[^]*<p>[^]+<\/p><\/div>\n<\/figure>/,
        );
      }
    }
    const { text } = await http.request("/docs/hooks/grafana?lang=en");
    expect(text).to.contain("Memory is short in eu-1 (94.2)").and.to.contain("links (name, url)");
    const { text: mail } = await http.request("/docs/hooks/mail?lang=zh");
    for (const part of ["<h3>Exim</h3>", "driver = manualroute", "<h3>msmtp</h3>", "/etc/aliases"])
      expect(mail).to.contain(part);
    const { text: apprise } = await http.request("/docs/hooks/apprise?lang=en");
    expect(apprise).to.contain("<p>🟠 Backup of db1\nThe disk is full</p>");
    expect((await http.request("/docs/hooks/nothing")).status).to.equal(404);
    expect((await http.request("/docs/hooks/constructor")).status).to.equal(404);
  });

  it("post what stands there to the hook whose address the reader gives, and tell what became of it", async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${http.port}/docs/hooks/grafana?lang=en`);
    const answer = page.getByRole("status");
    await page.getByRole("button", { name: "Send" }).click();
    await answer.getByText("…/hooks/ID/SECRET ?").waitFor();
    await page.getByLabel("The hook's URL").fill(`https://elsewhere.test/hooks/abc/${SECRET}`);
    await page.getByLabel("Post", { exact: true }).fill('{"message":"changed"}');
    await page.getByRole("button", { name: "Send" }).click();
    await answer.getByText(/^200\n.*"message_id":"m1".*\n\nconfirmed$/s).waitFor();
    expect(posts.map(({ posted }) => posted.json?.value)).to.deep.equal([{ message: "changed" }]);
    await page.getByLabel("The hook's URL").fill("/hooks/abc/wrong-wrong");
    await page.getByRole("button", { name: "Send" }).click();
    await answer.getByText(/^404\nno_service$/).waitFor();
    expect(await accessibilityFaults(page)).to.deep.equal([]);
    await page.close();
  });
});
