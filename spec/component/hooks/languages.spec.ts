/** What hooks say by themselves is whole in each language: the same sentences, with all that they tell. */
import { expect } from "chai";
import {
  changeText,
  clockText,
  lineText,
  signsOf,
  alertTextsIn,
  withState,
} from "../../../component/hooks/alerts/texts.js";
import type { Alert } from "../../../component/hooks/alerts/alert-types.js";
import { hookTextsIn } from "../../../component/hooks/texts.js";
import { dutyLine, dutyTextsIn, dutyTime } from "../../../component/hooks/duty/texts.js";

/** Texts, functions that make texts, and groups of texts. */
type Texts = Readonly<Record<string, unknown>>;

/** What each function is given: it must be in the text, in the order of the parameters or another one. */
const GIVEN = ["<one>", "<two>", "<three>", "<four>"];

/** The texts by their names, made with what they are given. */
function made(texts: Texts, prefix = ""): [name: string, text: string][] {
  return Object.entries(texts).flatMap(([name, value]): [string, string][] => {
    if (typeof value === "function") {
      const call = value as (...given: readonly unknown[]) => string;
      return [[`${prefix}${name}/${value.length}`, call(...GIVEN.slice(0, value.length))]];
    }
    return typeof value === "string" ? [[prefix + name, value]] : made(value as Texts, `${prefix}${name}.`);
  });
}

for (const [what, en, zh] of [
  ["duty", dutyTextsIn("en"), dutyTextsIn("zh")],
  ["alerts", alertTextsIn("en"), alertTextsIn("zh")],
  ["messages", hookTextsIn("en"), hookTextsIn("zh")],
] as const)
  describe(`What is said about ${what}`, () => {
    it("is the same in both languages, each in its own words", () => {
      const [english, chinese] = [made(en), made(zh)];
      expect(chinese.map(([name]) => name)).to.deep.equal(english.map(([name]) => name));
      for (const [name, text] of chinese) {
        const parameters = Number(/\/(\d)$/.exec(name)?.[1] ?? 0);
        for (const given of GIVEN.slice(0, parameters)) expect(text, name).to.contain(given);
      }
      for (const [name, text] of english) {
        expect(text, name).not.to.match(/\p{sc=Han}/u);
        const parameters = Number(/\/(\d)$/.exec(name)?.[1] ?? 0);
        for (const given of GIVEN.slice(0, parameters)) expect(text, name).to.contain(given);
      }
      const mixed = chinese.filter(([, text]) => !/[\p{sc=Han}，；]/u.test(text)).map(([name]) => name);
      expect(mixed, "not Chinese").to.deep.equal([]);
    });
  });

describe("A line about duty", () => {
  const NOW = Date.parse("2026-12-07T09:30:00Z");
  const roster = { name: "ops", zone: "Europe/Berlin" };
  const nameOf = (jid: string): string => jid.split("@")[0] ?? "";
  const line = (person?: string, until?: number, next?: string): string =>
    dutyLine(roster, { person, until, next }, nameOf, "en");

  it("says who is on duty, until when, and who comes then, on the roster's clock", () => {
    expect(dutyTime(NOW, "Europe/Berlin", "en")).to.equal("Mon 2026-12-07 10:30 CET");
    expect(dutyTime(NOW, "Asia/Shanghai", "zh")).to.match(/^周一 2026-12-07 17:30 GMT\+8$/);
    expect(line("ann@x", NOW, "bob@x")).to.equal(
      "📟 ann is on duty (ops) until Mon 2026-12-07 10:30 CET; then bob",
    );
    expect(line("ann@x")).to.equal("📟 ann is on duty (ops)");
    expect(line(undefined, NOW, "bob@x")).to.equal(
      "📟 Nobody is on duty (ops); bob from Mon 2026-12-07 10:30 CET",
    );
    expect([line(), line(undefined, NOW), line(undefined, undefined, "bob@x")]).to.deep.equal(
      Array<string>(3).fill("📟 Nobody is on duty (ops)"),
    );
  });
});

describe("A line about an alert", () => {
  const NOW = Date.parse("2026-12-07T09:30:00");
  const MINUTE = 60_000;
  const person = (name: string, at = NOW) => ({ id: `${name}@x`, name, at });
  const alert = (more: object = {}): Alert => ({
    severity: "",
    openedAt: NOW - 30 * MINUTE,
    postedAt: NOW,
    unsaid: 0,
    takers: [],
    ...more,
  });
  const resolved = { resolvedAt: NOW };
  const silence = { by: person("ann"), at: NOW, until: NOW + 60 * MINUTE };
  const first = (of: Alert): string => withState("Disk full\nmore", of, NOW, "en");

  it("shows who took it, and until when it is silenced", () => {
    expect(first(alert())).to.equal("Disk full\nmore");
    expect(first(alert({ takers: [person("ann")] }))).to.equal("👀 ann 09:30 · Disk full\nmore");
    expect(first(alert({ takers: ["a", "b", "c", "d", "e"].map((name) => person(name)) }))).to.equal(
      "👀 a, b, c +2 09:30 · Disk full\nmore",
    );
    expect(first(alert({ silence }))).to.equal("🔕 until 10:30 · Disk full\nmore");
    expect(first(alert({ silence, takers: [person("ann")] }))).to.equal(
      "👀 ann 09:30 · 🔕 until 10:30 · Disk full\nmore",
    );
    expect(signsOf(alert({ silence, takers: [person("ann")] }))).to.deep.equal(["👀", "🔕"]);
    expect([signsOf(alert()), signsOf(alert({ silence }))]).to.deep.equal([[], ["🔕"]]);
  });

  it("shows when it is resolved who had taken it, and after how long", () => {
    expect(first(alert(resolved))).to.equal("Disk full\nmore");
    expect(first(alert({ ...resolved, takers: [person("ann")] }))).to.match(
      /^Disk full · 👀 ann after 30 ?m\w*\nmore$/,
    );
    const soon = person("ann", NOW - 30 * MINUTE + 59_999);
    expect(first(alert({ ...resolved, takers: [soon] }))).to.equal("Disk full · 👀 ann\nmore");
    const minute = person("ann", NOW - 29 * MINUTE);
    expect(first(alert({ ...resolved, takers: [minute] }))).to.match(/ after 1 ?m/);
    expect(signsOf(alert({ ...resolved, silence })).length).to.equal(1);
  });

  it("has the date if the time is a day away", () => {
    const day = 24 * 3600_000;
    expect([clockText(NOW + day - 1, NOW), clockText(NOW - day + 1, NOW)]).to.deep.equal(["09:29", "09:30"]);
    expect([clockText(NOW + day, NOW), clockText(NOW - day, NOW)]).to.deep.equal([
      "2026-12-08 09:30",
      "2026-12-06 09:30",
    ]);
  });

  it("shortens names and titles, and lets them turn no other text around", () => {
    expect(lineText("a\u202eb\u2066c")).to.equal("abc");
    expect(lineText("x".repeat(40))).to.have.length(40);
    expect(lineText("x".repeat(41)).length).to.be.at.most(40);
  });

  it("says each change with its title, and who did it", () => {
    const change = (
      why: Parameters<typeof changeText>[0],
      by: string | undefined,
      text = "",
      takers = [person("ann")],
    ): string => {
      const who = by === undefined ? undefined : person(by);
      return changeText(why, { alert: alert({ takers }), text, title: "Disk", by: who }, NOW, "en");
    };
    expect([
      change("taken", "ann"),
      change("silenced", "ann", "Disk full\nmore"),
      change("dropped", "ann", "", []),
      change("dropped", "bob"),
      change("person erased", undefined, "", []),
      change("person erased", undefined),
      change("unsilenced", "ann"),
      change("resolved", "ann"),
      change("resolved", undefined),
    ]).to.deep.equal([
      "👀 ann 09:30 · Disk",
      "👀 ann 09:30 · Disk full",
      "↩ ann dropped it, it is open again · Disk",
      "↩ bob dropped it · 👀 ann · Disk",
      "↩ Whoever had taken or silenced it has no account any more: still open · Disk",
      "↩ Whoever had taken or silenced it has no account any more: taken · Disk",
      "🔔 ann ended the silence · Disk",
      "✅ Disk · resolved by ann",
      "✅ Disk · resolved, its source no longer has it",
    ]);
  });
});
