import { expect } from "chai";
import { roomsConfig } from "../../../../component/config.js";
import { OPTION_ROWS } from "../../../../component/muc/options/room-options.js";
import { CONFIGURED, UNUSUAL } from "../fields.js";
import { crone, CRONE, DOMAIN, errorOf, hag, onStage, Play, ROOM, stranger } from "../play.js";

const PUBLIC = "muc#roomconfig_publicroom";
const PERSISTENT = "muc#roomconfig_persistentroom";

describe("the options of new rooms", () => {
  const rows = CONFIGURED.map((name) => OPTION_ROWS[name]);
  const all = Object.fromEntries(rows.map(({ key, sample }) => [key ?? "", sample]));

  it("are the operator's, each of them, for both kinds of rooms", async () => {
    const play = new Play();
    for (const make of [() => play.makes("hag66"), () => play.enters(hag, "hag")]) {
      await play.begins();
      await make();
      const usual = await play.form(hag);
      await play.begins({ rooms: { entered: all, made: all } });
      await make();
      const form = await play.form(hag);
      expect(form).to.include(UNUSUAL);
      for (const { field, made } of rows)
        if (made === undefined) expect(usual[field], field).not.to.equal(UNUSUAL[field]);
    }
    play.close();
  });

  it("can't be values that owners can't set", () => {
    for (const { key = "", most, sample } of rows) {
      if (typeof most !== "string") continue;
      for (const kind of ["entered", "made"]) {
        const config = { [kind]: { [key]: sample }, [most]: Number(sample) - 1 };
        const [issue] = roomsConfig.safeParse(config).error?.issues ?? [];
        expect(issue?.path.join("."), key).to.equal(`${kind}.${key}`);
      }
    }
    expect(roomsConfig.safeParse({ entered: { colour: "red" } }).success).to.equal(false);
  });

  it("apply to rooms that users create once they are configured", async () => {
    const play = await new Play({ rooms: { entered: { public: true, persistent: true } } }).ready();
    const listed = async (): Promise<(string | undefined)[]> => {
      const items = `<query xmlns="http://jabber.org/protocol/disco#items"/>`;
      const answer = await play.asks(crone, "get", items, DOMAIN);
      return (answer.getChild("query")?.getChildren("item") ?? []).map(({ attrs }) => attrs.jid);
    };
    await play.enters(hag, "hag");
    expect(await listed()).to.deep.equal([]);
    await play.configures(hag, {});
    await play.leaves(hag);
    expect(await listed()).to.deep.equal([ROOM]);
    play.close();
  });
});

describe("what owners may configure", () => {
  const play = onStage();
  const begin = async (rooms: object): Promise<void> => {
    await play.begins({ rooms: { create: "anyone", ...rooms } });
  };
  const configures = async (who: string, field: string, value: string): Promise<string> => {
    const answer = await play.configures(who, { [field]: value });
    return answer.attrs.type === "error"
      ? `${errorOf(answer)}: ${answer.getChild("error")?.getChildText("text") ?? ""}`
      : "result";
  };
  const shown = async (who: string): Promise<string[]> => Object.keys(await play.form(who));

  for (const [field, key] of [
    [PUBLIC, "make_public"],
    [PERSISTENT, "make_persistent"],
  ] as const) {
    it(`depends on ${key}: users of the served hosts, service administrators, or programs only`, async () => {
      const refusal = `auth/forbidden by coven: ${field}: you may not set this here.`;
      await begin({ [key]: "local" });
      await play.enters(stranger, "stranger");
      expect(await shown(stranger)).not.to.include(field);
      expect(await configures(stranger, field, "1")).to.equal(refusal);
      expect(await configures(stranger, field, "0")).to.equal("result");

      await begin({ [key]: "api", admins: [CRONE] });
      await play.enters(hag, "hag");
      expect(await configures(hag, field, "1")).to.equal(refusal);
      expect(await configures(hag, field, "0")).to.equal("result");
      expect(await shown(crone)).to.include(field);
      expect(await configures(crone, field, "1")).to.equal("result");
      expect(await shown(hag), "it may be turned off").to.include(field);
      expect(await configures(hag, field, "1"), "it is so already").to.equal("result");
      expect(await configures(hag, field, "0")).to.equal("result");
      expect(await configures(hag, field, "1")).to.equal(refusal);
    });
  }

  it("is at most per_user rooms that they created by entering", async () => {
    await begin({ per_user: 2, admins: [CRONE] });
    const enter = async (who: string, name: string): Promise<string> => {
      play.hears(who);
      return (await play.entry(who, "x", "", ROOM.replace("coven", name)))[0] ?? "";
    };
    expect(await enter(hag, "one")).to.contain("201");
    expect(await enter(hag, "two")).to.contain("201");
    expect(await enter(hag, "three")).to.equal("presence three/x error cancel/not-allowed by three");
    await play.sends(hag, `<presence to="${ROOM.replace("coven", "one")}/x" type="unavailable"/>`);
    expect(await enter(hag, "three")).to.contain("201");
    for (const name of ["four", "five", "six"]) expect(await enter(crone, name)).to.contain("201");
  });
});
