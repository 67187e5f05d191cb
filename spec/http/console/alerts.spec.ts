/** The console's open alerts, in a real browser: what it says of them, and what an operator does. */
import { expect } from "chai";
import type { Page } from "playwright-core";
import { alertmanager } from "../../../component/hooks/formats/alertmanager.js";
import { documentationOf } from "../../../http/docs/formats.js";
import { AlertsStore } from "../../../storage/alerts-store.js";
import { accessibilityFaults } from "../../support/axe.js";
import { fillIn, goTo, HOST, logIn, PageStage, PERSON, sideways } from "./page-stage.js";

const DESK = { viewport: { width: 1280, height: 900 }, locale: "en-GB" };
const PHONE = { viewport: { width: 390, height: 800 }, locale: "zh-CN" };

const sample = JSON.parse(documentationOf(alertmanager).sample.body) as Record<string, object[]>;

describe("The console's open alerts, in a browser", () => {
  let stage: PageStage;
  let url: string;
  before(async () => {
    stage = await PageStage.open();
    await fillIn(stage);
    const from = "2026-11-30 09:00";
    await stage.operate("duty set", { name: "ops", people: [PERSON, `li@${HOST}`], from, zone: "UTC" });
    const made = await stage.operate("hook add", {
      name: "ops",
      to: "plan",
      format: "alertmanager",
      step: ["5m duty"],
    });
    url = stage.local(String(made.url));
  });
  after(() => stage.close());
  afterEach(() => expect(stage.faults.splice(0)).to.deep.equal([]));

  /** Says of an alert, as its program does, that it fires or is resolved. */
  const post = async (name: string, status: "firing" | "resolved" = "firing"): Promise<void> => {
    const labels = { alertname: name, severity: "critical" };
    const alerts = [{ ...sample.alerts?.[0], status, labels }];
    const more = { status, groupKey: name, alerts, commonLabels: labels, groupLabels: { alertname: name } };
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ ...sample, ...more });
    expect((await fetch(url, { method: "POST", headers, body })).status).to.equal(200);
  };
  const rowOf = (page: Page, name: string) =>
    page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
  /** Presses a row's button, and confirms it. */
  const does = async (page: Page, verb: string, name: string, fill?: string): Promise<void> => {
    await rowOf(page, name)
      .getByRole("button", { name: `${verb} ` })
      .click();
    const dialog = page.getByRole("dialog", { name: verb });
    expect(await dialog.innerText(), "it says which alert").to.contain(name);
    if (fill !== undefined) await dialog.getByRole("textbox").fill(fill);
    await dialog.getByRole("button", { name: verb }).click();
    await dialog.waitFor({ state: "detached" });
  };

  it("come first on the overview, and follow what happens by themselves", async () => {
    const page = await stage.visit(DESK);
    await logIn(page);
    const tile = page.locator("dl.tiles > div").first();
    await tile.getByText("not taken: 0, taken: 0").waitFor();
    expect(
      await page.getByRole("region", { name: "Alerts", exact: true }).count(),
      "nothing without alerts",
    ).to.equal(0);
    await post("DiskFull");
    await post("LinkDown");
    await rowOf(page, "LinkDown").waitFor();
    await tile.getByText("not taken: 2, taken: 0").waitFor();
    expect(await page.getByRole("rowheader").allInnerTexts(), "the oldest first").to.have.length(2);
    const [table, facts] = await Promise.all(
      [page.getByRole("table").first(), tile].map((each) => each.boundingBox()),
    );
    expect(table?.y, "above the rest").to.be.lessThan(facts?.y ?? 0);
    const plot = page.getByRole("region", { name: "Open alerts" });
    await plot.getByText("Show as a table").click();
    await plot.getByRole("cell", { name: "2", exact: true }).waitFor();
    expect(await plot.getByRole("columnheader").allInnerTexts()).to.eql(["Start", "not taken", "taken"]);
    expect([await sideways(page), ...(await accessibilityFaults(page))]).to.eql([0]);
    await page.close();
  });

  it("say who took them and how long they are silent; an operator takes, drops, mutes and resolves them", async () => {
    const page = await stage.visit(DESK);
    await logIn(page);
    await goTo(page, "alerts");
    const row = rowOf(page, "DiskFull");
    const cell = (name: string) => row.locator(`[data-label="${name}"]`);
    await rowOf(page, "ops").waitFor();
    expect(await page.getByRole("rowheader").allInnerTexts()).to.eql(["DiskFull", "LinkDown", "ops"]);
    expect(await cell("State").innerText()).to.equal("open");
    expect(await cell("Severity").innerText()).to.equal("critical");
    expect(await cell("Next step").locator("time").count(), "the step to whom is on duty").to.equal(1);
    expect(await row.getByRole("button").allInnerTexts()).to.eql(["Take", "Mute", "Resolve"]);
    await does(page, "Take", "DiskFull");
    await row.getByRole("cell", { name: "taken", exact: true }).waitFor();
    expect(await cell("Taken by").innerText()).to.equal("night-shift");
    expect(await cell("Taken").locator("time").count()).to.equal(1);
    expect(await cell("Next step").innerText(), "no step for what is taken").to.equal("–");
    await does(page, "Drop", "DiskFull");
    await row.getByRole("cell", { name: "open", exact: true }).waitFor();
    await does(page, "Mute", "DiskFull", "3h");
    await row.getByRole("button", { name: "Unmute" }).waitFor();
    const until = await cell("Silenced until").locator("time").getAttribute("datetime");
    expect(Date.parse(until ?? "") - Date.now()).to.be.within(170 * 60_000, 180 * 60_000);
    expect([await sideways(page), ...(await accessibilityFaults(page))]).to.eql([0]);
    await does(page, "Unmute", "DiskFull");
    await row.getByRole("button", { name: "Mute DiskFull" }).waitFor();
    await does(page, "Resolve", "DiskFull");
    await row.waitFor({ state: "detached" });
    expect(new AlertsStore(stage.db).list(0, 10, true)).to.have.length(1);
    await page.close();
  });

  it("have who is on duty beside them, whom an operator lets somebody cover", async () => {
    const page = await stage.visit(DESK);
    await logIn(page);
    await goTo(page, "alerts");
    const onDuty = rowOf(page, "ops").locator('[data-label="On duty"]');
    const before = await onDuty.innerText();
    const other = before === PERSON ? `li@${HOST}` : PERSON;
    await rowOf(page, "ops").getByRole("button", { name: "Cover" }).click();
    const form = page.getByRole("dialog", { name: "Cover" });
    await form.getByLabel(/^Person/).fill(other);
    await form.getByLabel(/^Until/).fill("8h");
    await form.getByRole("button", { name: "Cover" }).click();
    await onDuty.getByText(other).waitFor();
    await page.close();
  });

  it("don't take the keyboard from a button when something happens meanwhile", async () => {
    const page = await stage.visit(DESK);
    await logIn(page);
    await goTo(page, "alerts");
    const button = rowOf(page, "LinkDown").getByRole("button", { name: "Take" });
    await button.focus();
    const read = (): Promise<unknown> => page.waitForResponse((response) => response.url().includes("/live"));
    await post("Later");
    await read();
    await read();
    expect(await button.evaluate("document.activeElement.textContent")).to.equal("Take");
    await page.locator("h1").focus();
    await rowOf(page, "Later").waitFor();
    await page.close();
  });

  it("fit a phone, in Chinese", async () => {
    const page = await stage.visit(PHONE);
    await logIn(page);
    for (const screen of ["alerts", ""]) {
      await goTo(page, screen);
      await rowOf(page, "LinkDown").getByRole("button", { name: "接手" }).waitFor();
      expect([await sideways(page), ...(await accessibilityFaults(page))]).to.eql([0]);
    }
    await page.close();
  });
});
