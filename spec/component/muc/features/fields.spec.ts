/** What owners may put into each kind of field of the configuration form, and what they find there. */
import { expect } from "chai";
import { roomsConfig } from "../../../../component/config.js";
import { configFields, type ConfigField } from "../../../../component/muc/admin/config-fields.js";
import { optionsOfEntered } from "../../../../component/muc/room/options.js";
import type { RoomOptions } from "../../../../component/room-options.js";

const config = roomsConfig.parse({ max_occupants: 300, max_history: 40, history: 20 });
const usual = optionsOfEntered(config);

function fieldOf(name: string): ConfigField {
  const found = configFields(config).find((field) => field.name === `muc#roomconfig_${name}`);
  if (found === undefined) throw new Error(`there is no field ${name}`);
  return found;
}

/** What becomes of these options by the values of a field; undefined where they can't be. */
function applied(name: string, ...values: string[]): Partial<RoomOptions> | undefined {
  const options = fieldOf(name).apply(usual, values, new Map());
  if (typeof options === "string") return undefined;
  return Object.fromEntries(
    Object.entries(options).filter(([option, value]) => usual[option as keyof RoomOptions] !== value),
  );
}

/** What the form shows of a field, and what it offers. */
function shown(name: string, changed: Partial<RoomOptions> = {}): unknown[] {
  const { values, choices } = fieldOf(name).show({ ...usual, ...changed });
  return choices === undefined ? [...values] : [...values, choices.map(({ value }) => value)];
}

describe("a field of the configuration form", () => {
  it("of yes or no takes one of the two words for each, shows it as a number, and keeps all else", () => {
    for (const yes of ["1", "true"])
      expect(applied("membersonly", yes), yes).to.deep.equal({ membersOnly: true });
    for (const no of ["0", "false"]) expect(applied("membersonly", no), no).to.deep.equal({});
    for (const wrong of [[], ["yes"], [""], ["1", "1"]])
      expect(applied("membersonly", ...wrong), wrong.join()).to.equal(undefined);
    expect(shown("membersonly")).to.deep.equal(["0"]);
    expect(shown("membersonly", { membersOnly: true })).to.deep.equal(["1"]);
  });

  it("of text takes as many characters as it may have, in several lines or none, and no other", () => {
    const longest = "x".repeat(255);
    expect(applied("roomname", longest)).to.deep.equal({ name: longest });
    expect(applied("roomname", `${longest}x`)).to.equal(undefined);
    expect(applied("roomname", "one", "two")).to.deep.equal({ name: "one\ntwo" });
    expect(applied("roomname")).to.deep.equal({});
    expect(applied("roomname", "a\u0001b")).to.equal(undefined);
    expect(shown("roomname", { name: "Coven" })).to.deep.equal(["Coven"]);
  });

  it("of a language takes what looks like one, or nothing", () => {
    expect(applied("lang", "zh-Hant")).to.deep.equal({ language: "zh-Hant" });
    expect(applied("lang", "")).to.deep.equal({});
    for (const wrong of ["zh_TW", "-", "<en>"]) expect(applied("lang", wrong), wrong).to.equal(undefined);
  });

  it("of one choice takes one of those that it offers", () => {
    expect(applied("whois", "anyone")).to.deep.equal({ whois: "anyone" });
    for (const wrong of [[], ["nobody"], ["toString"], ["anyone", "moderators"]])
      expect(applied("whois", ...wrong), wrong.join()).to.equal(undefined);
    expect(shown("whois")).to.deep.equal(["moderators", ["moderators", "anyone"]]);
    expect(shown("allowpm")).to.deep.equal([
      "anyone",
      ["anyone", "participants", "members", "moderators", "none"],
    ]);
  });

  it("of roles takes any of them, each once, or none", () => {
    expect(applied("presencebroadcast", "visitor", "moderator")).to.deep.equal({
      presenceBroadcast: ["visitor", "moderator"],
    });
    expect(applied("presencebroadcast")).to.deep.equal({ presenceBroadcast: [] });
    for (const wrong of [["none"], ["owner"], ["visitor", "visitor"], ["visitor", "owner"]])
      expect(applied("presencebroadcast", ...wrong), wrong.join()).to.equal(undefined);
    const roles = ["moderator", "participant", "visitor"];
    expect(shown("getmemberlist", { memberList: ["visitor"] })).to.deep.equal(["visitor", roles]);
  });

  it("of a number takes what lies within its bounds; the word for none is the highest", () => {
    for (const [text, maxOccupants] of [
      ["1", 1],
      ["299", 299],
    ] as const)
      expect(applied("maxusers", text), text).to.deep.equal({ maxOccupants });
    for (const most of [["300"], ["none"], [""], []])
      expect(applied("maxusers", ...most), most.join()).to.deep.equal({});
    for (const wrong of [["0"], ["301"], ["2.5"], ["many"], ["2", "3"]])
      expect(applied("maxusers", ...wrong), wrong.join()).to.equal(undefined);
    expect(applied("historylength", "0")).to.deep.equal({ history: 0 });
    expect(applied("historylength", "none")).to.deep.equal({ history: 40 });
    expect(shown("historylength")).to.deep.equal(["20"]);
  });

  it("of how many come in offers what the service allows, and what the room has", () => {
    const offered = ["10", "20", "50", "100", "200", "300"];
    expect(shown("maxusers")).to.deep.equal(["300", offered]);
    expect(shown("maxusers", { maxOccupants: 50 })).to.deep.equal(["50", offered]);
    expect(shown("maxusers", { maxOccupants: 7 })).to.deep.equal(["7", [...offered, "7"]]);
    const even = configFields(roomsConfig.parse({ max_occupants: 200 }));
    const { choices } = even.find(({ name }) => name === "muc#roomconfig_maxusers")?.show(usual) ?? {};
    expect(choices?.map(({ value }) => value)).to.deep.equal(["10", "20", "50", "100", "200", "300"]);
  });

  it("of days takes as many as the service keeps what is said, or nothing; else a hundred years", () => {
    const field = (archive_days?: number): ConfigField =>
      configFields(roomsConfig.parse({ ...(archive_days !== undefined && { archive_days }) })).find(
        ({ name }) => name === "{urn:qtalk:rooms:0}archive_days",
      )!;
    const days = (most: number | undefined, ...values: string[]): number | undefined => {
      const options = field(most).apply({ ...usual, archiveDays: 5 }, values, new Map());
      return typeof options === "string" ? undefined : options.archiveDays;
    };
    for (const text of ["1", "30"]) expect(days(30, text), text).to.equal(Number(text));
    for (const none of [["none"], [""], []]) expect(days(30, ...none), none.join()).to.equal(0);
    for (const wrong of [["0"], ["31"], ["-1"], ["1.5"], ["1e1"], ["7", "8"]])
      expect(days(30, ...wrong), wrong.join()).to.equal(undefined);
    expect([days(undefined, "36500"), days(undefined, "36501")]).to.deep.equal([36_500, undefined]);
    expect(field().show({ ...usual, archiveDays: 5 }).values).to.deep.equal(["5"]);
    expect(field().show({ ...usual, archiveDays: 0 }).values).to.deep.equal([]);
  });
});
