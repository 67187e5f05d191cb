/** The console as an operator sees it, in a real browser: with a mouse, by keyboard alone, and through axe-core. */
import { expect } from "chai";
import type { Page } from "playwright-core";
import { roomJid } from "../../../component/muc/rooms.js";
import { DOMAIN, fillIn, goTo, HOST, logIn, PageStage, PERSON, ROOM, sideways, TOKEN } from "./page-stage.js";
import { askComponent } from "../../../scripts/operator-socket.js";
import { userName } from "../../../scripts/user-name.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { accessibilityFaults } from "../../support/axe.js";

const DESK = { viewport: { width: 1280, height: 900 }, locale: "en-GB" };
const PHONE = { viewport: { width: 360, height: 740 }, locale: "zh-CN" };

const SCREENS = [
  "",
  "alerts",
  "dead-letters",
  "refused",
  "callers",
  "hooks",
  "rooms",
  `rooms/${encodeURIComponent(ROOM)}`,
  "people",
  `people/${encodeURIComponent(PERSON)}`,
  "bots",
  "operators",
  "changes",
];

/** What a screen reader would call what has the keyboard, so far as this page names things. */
const NAME_OF_FOCUSED = `(() => {
  const { activeElement: focused } = document;
  return focused.getAttribute("aria-label") ?? focused.labels?.[0]?.textContent ?? focused.textContent;
})()`;

describe("The console's page, in a browser", () => {
  let stage: PageStage;
  before(async () => {
    stage = await PageStage.open();
    await fillIn(stage);
  });
  after(() => stage.close());
  afterEach(() => expect(stage.faults.splice(0)).to.deep.equal([]));

  for (const [name, options] of Object.entries({
    "a desk's screen in English": DESK,
    "a phone in Chinese": PHONE,
  })) {
    it(`can be used by everybody, on ${name}, bright and dark, with no sideways scrolling`, async () => {
      const page = await stage.visit({ ...options, colorScheme: "light" });
      const found = new Map<string, string[]>();
      const look = async (screen: string): Promise<void> => {
        const wide = (await sideways(page)) > 0 ? ["scrolls sideways"] : [];
        await paint(page, "light");
        const bright = await accessibilityFaults(page);
        await paint(page, "dark");
        const dark = await accessibilityFaults(page, "color-contrast");
        found.set(screen, [...wide, ...bright, ...dark]);
      };
      await page.locator("input[name=token]").waitFor();
      await look("login");
      await logIn(page);
      for (const screen of SCREENS) {
        await goTo(page, screen);
        await look(screen);
        if (screen.startsWith("rooms/")) await seesRoom(page, options.locale);
      }
      await goTo(page, `people/${encodeURIComponent(PERSON)}`);
      await page
        .getByRole("button", { name: /^(?:Revoke|吊销).+/ })
        .first()
        .click();
      await page.getByRole("dialog").waitFor();
      await look("a dialog");
      expect(Object.fromEntries(found)).to.deep.equal(
        Object.fromEntries(["login", ...SCREENS, "a dialog"].map((screen) => [screen, []])),
      );
      expect(await page.locator("html").getAttribute("lang")).to.equal(options.locale.slice(0, 2));
    });
  }

  it("is logged in by a link once; used again, the link says how to get another", async () => {
    const page = await stage.visit(DESK);
    const answer = (await askComponent(stage.database, "/console/link", {})) ?? "";
    const { url } = JSON.parse(answer) as { url: string };
    await page.goto(url);
    await page.getByRole("navigation").getByRole("link", { name: "Hooks" }).waitFor();
    expect(await page.locator("#operator").innerText()).to.equal(userName());
    expect(page.url(), "the secret leaves the history").to.match(/#\/$/);
    const other = await stage.visit(DESK);
    await other.goto(url);
    await other.getByRole("alert").getByText("qtalk-component console").waitFor();
    expect(await other.getByRole("alert").innerText()).to.contain("used already");
    await other.locator("input[name=token]").waitFor();
    expect(await accessibilityFaults(other)).to.eql([]);
  });

  it("shows a call that comes in, in the plot's table, without being asked again", async () => {
    const page = await stage.visit(DESK);
    await logIn(page);
    const calls = page.getByRole("region", { name: /^Calls/ });
    await calls.getByText("Show as a table").click();
    await stage.call("muc_users", { muc_id: "plan", muc_domain: DOMAIN });
    const link = page.locator("dd").getByRole("link").first();
    await link.focus();
    await calls.getByRole("columnheader", { name: "muc_users" }).waitFor();
    expect(await link.evaluate("document.activeElement.localName"), "the keyboard stays").to.equal("a");
    const row = await calls.getByRole("row").nth(1).innerText();
    expect(row)
      .to.match(/^\d\d:\d\d\s/)
      .and.to.match(/\b[1-9]\d*\b/);
    expect(await page.locator(".u-wrap canvas").count()).to.equal(7);
  });

  it("retries a dead letter, and deletes one for good, after it has shown what will be lost", async () => {
    const page = await stage.visit(DESK);
    await logIn(page);
    await page.locator("dd").getByRole("link", { name: "2", exact: true }).click();
    await page.getByRole("button", { name: "Retry 1" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Retry" }).click();
    await stage.server.until("the stanza", () => stage.server.ids.includes("for-the-retry"));
    await page
      .getByRole("status")
      .getByText(/^1 dead letter was put back/)
      .waitFor();
    // The button that was pressed is gone with its row.
    await page.locator("h1:focus").waitFor();
    await page.getByRole("button", { name: "Delete 2" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete" });
    expect(await dialog.innerText()).to.contain("permanently");
    await page.keyboard.press("Escape");
    expect(new DeadLetters(stage.db).list()).to.have.length(1);
    await page.getByRole("button", { name: "Delete 2" }).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("No dead letters.").waitFor();
    expect(new DeadLetters(stage.db).count).to.equal(0);
  });

  it("tests a hook, and shows its destination with addresses that break before @ only", async () => {
    const page = await stage.visit(DESK);
    await logIn(page);
    await goTo(page, "hooks");
    const receiver = page.getByRole("row").nth(1).getByRole("cell").first().locator("div");
    expect(await receiver.innerHTML()).to.equal("plan<wbr>@groups.example.org");
    await page.getByRole("button", { name: "Test grafana" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Test" }).click();
    await page.getByRole("status").getByText("Posted a test to the hook grafana").waitFor();
    await page.close();
  });

  it("creates a hook, whose URL it shows once with a button to copy it, and a post to it arrives", async () => {
    const page = await stage.visit(DESK);
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await logIn(page);
    await goTo(page, "hooks");
    await page.getByRole("button", { name: "Create an incoming webhook" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("Name", { exact: true }).fill("alerts");
    await form.getByLabel(/^Receiver/).fill("plan");
    await form.getByLabel(/^Format of the posts/).selectOption("grafana");
    await form.getByRole("button", { name: "Create an incoming webhook" }).click();
    const shown = page.getByRole("dialog", { name: "Shown only now" });
    await shown.getByRole("button", { name: "Copy" }).first().click();
    await shown.getByText("Copied").waitFor();
    const url = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(await shown.innerText())
      .to.contain(url)
      .and.to.contain("curl");
    await paint(page, "light");
    expect(await accessibilityFaults(page)).to.deep.equal([]);
    await shown.getByRole("button", { name: "Close" }).click();
    await page.getByRole("rowheader", { name: "alerts" }).waitFor();
    const own = stage.local(url);
    const alerts = [{ status: "firing", labels: { alertname: "Disk" } }];
    const body = JSON.stringify({ orgId: 1, title: "Disk is full", alerts });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(own, { method: "POST", headers, body });
    expect([answer.status, answer.headers.get("x-qtalk-delivery")]).to.eql([200, "confirmed"]);
    expect(await page.content(), "it is gone").not.to.contain(url);
    for (const [button, then] of [
      ["Change alerts", "was changed"],
      ["Remove alerts", "was removed"],
    ] as const) {
      await page.getByRole("button", { name: button }).click();
      if (button.startsWith("Change")) await form.getByLabel("Posts per second").fill("3");
      await form.locator("button[type=submit]").click();
      await page.getByRole("status").getByText(then).waitFor();
    }
    await goTo(page, "changes");
    await page.getByRole("cell", { name: "hook remove" }).waitFor();
    await page.close();
  });

  it("shows the link's state, what waits for it, and which figures are from before", async () => {
    const page = await stage.visit(DESK);
    await logIn(page);
    await page.getByText("Link · Up").waitFor();
    await stage.server.hideAway();
    await page.getByText("Link · Server unreachable").waitFor();
    const message = `<message from='${PERSON}' to='li@${HOST}' type='chat'><body>x</body></message>`;
    const call = { from: PERSON, to: `li@${HOST}`, message };
    expect(await stage.call("send_thirdmessage", call)).to.contain('"ret":true');
    await page.getByText(/^oldest waiting for /).waitFor();
    expect(await page.locator(".stale dt").allInnerTexts()).to.deep.equal(["Server", "Round trip"]);
    await stage.server.listen();
    await page.getByText("Link · Up").waitFor();
    await page.getByText(/^oldest waiting for /).waitFor({ state: "detached" });
    expect(await page.locator(".stale").count()).to.equal(0);
    await page.close();
  });

  it("makes a room, configures and destroys it by the keyboard alone, which is never lost", async () => {
    const page = await stage.visit(DESK);
    const press = (key: string): Promise<void> => page.keyboard.press(key);
    const type = (text: string): Promise<void> => page.keyboard.insertText(text);
    /** Goes on until it is there. */
    const tabTo = async (name: string | RegExp): Promise<void> => {
      for (let steps = 0; steps < 60; steps++) {
        await press("Tab");
        const reached = await page.evaluate<string>(NAME_OF_FOCUSED);
        if (typeof name === "string" ? reached === name : name.test(reached)) return;
      }
      expect.fail(`no Tab leads to ${String(name)}`);
    };
    await page.locator("input[name=token]:focus").waitFor();
    await type(TOKEN);
    await press("Enter");
    await page.locator("h1:focus").waitFor();
    await page.keyboard.down("Shift");
    await tabTo("Rooms");
    await page.keyboard.up("Shift");
    await press("Enter");
    await page.getByRole("searchbox").waitFor();
    expect(await page.evaluate("document.activeElement.outerHTML")).to.match(/^<h1.*>Rooms</);
    await tabTo("Create a room");
    await press("Enter");
    await type("party");
    await press("Tab");
    await type("zhang@@");
    await press("Enter");
    await page.getByRole("dialog").getByRole("alert").getByText("is not an address").waitFor();
    expect(await page.evaluate(NAME_OF_FOCUSED)).to.equal("Owner");
    await press("Control+a");
    await type("zhang");
    await press("Enter");
    await page.getByRole("heading", { name: "party" }).waitFor();
    await tabTo("Name");
    await type("聚会");
    await press("Enter");
    await page.locator("h1:focus").getByText("聚会").waitFor();
    expect(stage.daemon.service.rooms.context.rooms.find(roomJid("party", DOMAIN)!)).to.not.equal(undefined);
    await tabTo("Destroy");
    await press("Enter");
    await page.getByRole("dialog").getByText("Members: 1.").waitFor();
    await press("Enter");
    await tabTo("Destroy");
    await press("Enter");
    await page.getByRole("status").getByText("destroyed").waitFor();
    await page.getByRole("heading", { name: "Rooms" }).waitFor();
    expect(stage.daemon.service.rooms.context.rooms.find(roomJid("party", DOMAIN)!)).to.equal(undefined);
  });

  it("says so while the component is away, and goes on when it is back; the token that opened it is asked for again", async () => {
    const page = await stage.visit(DESK);
    await page.locator("input[name=token]").fill("not the token");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("the token is unknown").waitFor();
    await logIn(page);
    await page.getByRole("status").getByText("Link · Up").waitFor();
    await stage.restart(async () => {
      await page.getByRole("status").getByText("Connection lost").waitFor();
      await page.getByText(/^The component isn't responding/).waitFor();
    });
    await page.locator("input[name=token]").waitFor();
  });
});

/** Changes the colours, and waits until they and a dialog that opens have done all their transitions. */
async function paint(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme });
  const text = colorScheme === "dark" ? "rgb(255, 255, 255)" : "rgb(0, 0, 0)";
  const looked = `[getComputedStyle(document.documentElement).color, document.getAnimations().length].join()`;
  while ((await page.evaluate(looked)) !== `${text},0`);
}

/** Who is inside, and its settings in the reader's language. */
async function seesRoom(page: Page, locale: string): Promise<void> {
  await page.getByRole("rowheader", { name: "张三" }).waitFor();
  const labels = await page.locator("main label, main legend").allInnerTexts();
  expect(labels.length).to.be.greaterThan(20);
  for (const label of labels) expect(/\p{Script=Han}/u.test(label), label).to.equal(locale === "zh-CN");
}
