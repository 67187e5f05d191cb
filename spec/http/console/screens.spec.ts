/** What the console's screens tell an operator about single rows, and the words of their buttons, in a real browser. */
import { expect } from "chai";
import { ERP, fillIn, goTo, HOST, logIn, PageStage, PERSON, ROOM, sideways } from "./page-stage.js";
import { accessibilityFaults } from "../../support/axe.js";
import { addDeadLetter } from "../../support/dead-letter.js";

const DESK = { viewport: { width: 1280, height: 900 }, locale: "en-GB" };
const PHONE = { viewport: { width: 390, height: 800 }, locale: "en-GB" };

describe("The console's screens, in a browser", () => {
  let stage: PageStage;
  before(async () => {
    stage = await PageStage.open();
    await fillIn(stage);
  });
  after(() => stage.close());
  afterEach(() => expect(stage.faults.splice(0)).to.deep.equal([]));

  it("marks a hook whose room was destroyed", async () => {
    await stage.operate("room make", { room: "old", owner: "zhang" });
    await stage.operate("hook add", { name: "lost", to: "old" });
    await stage.operate("room destroy", { room: "old" });
    const page = await stage.visit(DESK);
    await logIn(page);
    await goTo(page, "hooks");
    const cells = page.getByRole("cell", { name: "the room doesn't exist: posts are refused" });
    await cells.first().waitFor();
    expect(await cells.count(), "and no other").to.equal(1);
    await stage.operate("hook remove", { name: "lost" });
    await page.close();
  });

  it("says on the overview that calls are closed, with the command that opens them, until there are callers", async () => {
    const page = await stage.visit(DESK);
    await logIn(page);
    const closed = page.getByText(/^QTalk's calls are closed/);
    await page.getByText(/^Link · /).waitFor();
    expect(await closed.count()).to.equal(0);
    stage.reload([]);
    await closed.waitFor();
    expect(await closed.innerText()).to.contain("qtalk-component caller add NAME --addresses 127.0.0.1");
    expect([await sideways(page), ...(await accessibilityFaults(page))]).to.eql([0]);
    stage.reload([ERP]);
    await closed.waitFor({ state: "detached" });
    await page.close();
  });

  it("erases a person, and shows what was erased and what stays", async () => {
    await stage.operate("user set", { user: "gone", name: "Gone" });
    const page = await stage.visit(DESK);
    await logIn(page);
    await goTo(page, `people/${encodeURIComponent(`gone@${HOST}`)}`);
    await page.getByRole("button", { name: "Erase" }).click();
    const dialog = page.getByRole("dialog", { name: "Erase" });
    expect(await dialog.innerText()).to.contain("it says what stays, and why");
    await dialog.getByRole("button", { name: "Erase" }).click();
    await dialog.getByRole("rowheader", { name: "directory entries" }).waitFor();
    await dialog.getByRole("rowheader", { name: "backups and logs" }).waitFor();
    expect([await sideways(page), ...(await accessibilityFaults(page))]).to.eql([0]);
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Erase a person" }).waitFor();
    await page.close();
  });

  it("shows on a phone that a stanza opens, and hides that when it is open", async () => {
    addDeadLetter(stage.db, {
      acceptedAt: Date.now(),
      reason: "policy-violation",
      stanza: `<message from='erp@${HOST}' to='${PERSON}' id='long'><body>the whole text</body></message>`,
    });
    const page = await stage.visit(PHONE);
    await logIn(page);
    await goTo(page, "dead-letters");
    const letter = page.getByRole("row").filter({ hasText: "id='long'" });
    const opener = letter.getByText("Show all");
    await opener.click();
    await letter.getByText("the whole text").waitFor();
    expect(await opener.isVisible()).to.equal(false);
    expect(await sideways(page)).to.equal(0);
    await page.close();
  });

  it("gives each affiliation by a verb, marks the ban as dangerous, and lifts it", async () => {
    const user = `li@${HOST}`;
    await stage.operate("room member", { room: "plan", users: [user] });
    const page = await stage.visit(DESK);
    await logIn(page);
    await goTo(page, `rooms/${encodeURIComponent(ROOM)}`);
    const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: user }) });
    const verbs = ["Make administrator", "Make owner", "Ban", "Remove"];
    await row.waitFor();
    expect(await row.getByRole("button").allInnerTexts()).to.eql(verbs);
    const ban = row.getByRole("button", { name: /^Ban / });
    expect(await ban.getAttribute("data-variant")).to.equal("danger");
    for (const [verb, affiliation] of [
      ["Ban", "Banned"],
      ["Lift the ban", undefined],
    ] as const) {
      await row.getByRole("button", { name: `${verb} ${user}` }).click();
      await page.getByRole("dialog").getByRole("button", { name: verb }).click();
      if (affiliation) await row.getByRole("cell", { name: affiliation, exact: true }).waitFor();
      else await row.waitFor({ state: "detached" });
    }
    await page.close();
  });

  it("makes a hook with steps, whose words have spaces, on a phone, and begins each row with its name", async () => {
    const people = [`li@${HOST}`];
    await stage.operate("duty set", { name: "paged", people, every: "week", from: "2026-12-07 09:00" });
    const page = await stage.visit(PHONE);
    await logIn(page);
    await goTo(page, "hooks");
    await page.getByRole("button", { name: "Create an incoming webhook" }).click();
    const form = page.getByRole("dialog");
    expect(await form.innerText()).not.to.match(/deliver_to|silence_at|--/);
    await form.getByLabel("Name", { exact: true }).fill("paged");
    await form.getByLabel(/^Receiver/).fill("plan");
    await form.getByLabel("Steps", { exact: true }).fill(`5m duty\n15m li@${HOST}`);
    await form.getByRole("button", { name: "Create an incoming webhook" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    const { step } = await stage.operate("hook show", { name: "paged" });
    expect(step).to.deep.equal(["5m duty", `15m li@${HOST}`]);
    await goTo(page, "alerts");
    const roster = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "paged" }) });
    expect(await roster.innerText()).to.contain("1 person, every week from 2026-12-07 09:00");
    const verbs = ["Change", "Cover", "Swap turns", "Remove"];
    expect(await roster.getByRole("button").allInnerTexts()).to.eql(verbs);
    await goTo(page, `people/${encodeURIComponent(PERSON)}`);
    const key = page.getByRole("row").filter({ hasText: "desktop" });
    expect(await key.locator("th, td").first().innerText()).to.equal("desktop");
    expect([await sideways(page), ...(await accessibilityFaults(page))]).to.eql([0]);
    await page.close();
  });
});
