import { expect } from "chai";
import { roomsConfig } from "../../../../component/config.js";
import { OPTION_ROWS } from "../../../../component/muc/options/room-options.js";
import { CONFIGURED, UNUSUAL } from "../fields.js";
import { onStage, Stage } from "../stage.js";
import { db } from "../../../plays/component.js";
import { CRONE, HAG, crone, hag, stranger } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

describe("the options of new rooms", () => {
  const rows = CONFIGURED.map((name) => OPTION_ROWS[name]);
  const all = Object.fromEntries(rows.map(({ key, sample }) => [key ?? "", sample]));

  it("are the operator's, each of them, for both kinds of rooms", async () => {
    const play = new Stage();
    for (const make of [() => play.acts([HAG.calls`create`]), () => play.enters(hag.address, "hag")]) {
      await play.begins();
      await make();
      const usual = await play.form(hag.address);
      await play.begins({ rooms: { entered: all, made: all } });
      await make();
      expect(await play.form(hag.address)).to.include(UNUSUAL);
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

  onStage({ rooms: { entered: { public: true, persistent: true } } }).scenes({
    "apply to rooms that users create once they are configured": [
      hag.enters(),
      crone.asks`service items | !<item/>`,
      hag.configures(),
      hag.leaves(),
      crone.asks`service items | <item jid="coven"/>`,
    ],

    "don't keep a room that its creator leaves without configuring it": [
      hag.enters(),
      hag.leaves(),
      db.has`rooms = 0`,
    ],
  });
});

describe("what owners may configure", () => {
  const refusal = (field: string): string =>
    `= auth/forbidden by coven | <text>muc#roomconfig_${field}: you may not set this here.</text>`;

  for (const [field, key] of [
    ["publicroom", "make_public"],
    ["persistentroom", "make_persistent"],
  ] as const) {
    const hidden = `!<field var="muc#roomconfig_${field}"/>`;
    describe(`depends on ${key}`, () => {
      onStage({ rooms: { create: "anyone", [key]: "local" } }, [stranger.enters()]).scenes({
        "users of the served hosts only": [
          stranger.asks`form | ${hidden}`,
          stranger.configures`${field}=1 ${refusal(field)}`,
          stranger.configures`${field}=0`,
        ],
      });

      onStage({ rooms: { create: "anyone", [key]: "api", admins: [CRONE.address] } }, [hag.enters()]).scenes({
        "service administrators and programs only; others may switch it off": [
          hag.configures`${field}=1 ${refusal(field)}`,
          hag.configures`${field}=0`,
          crone.asks`form | {${field}=0}`,
          crone.configures`${field}=1`,
          hag.asks`form | {${field}=1}`,
          hag.configures`${field}=1`,
          hag.configures`${field}=0`,
          hag.configures`${field}=1 ${refusal(field)}`,
        ],
      });
    });
  }

  onStage({ rooms: { create: "anyone", per_user: 2, admins: [CRONE.address] } }).scenes({
    "is at most per_user rooms that they created by entering": [
      hag.enters`one`,
      hag.enters`two`,
      hag.notices`presence one/hag owner/moderator 201 110
          < presence two/hag owner/moderator 201 110`,
      hag.enters`three`,
      hag.hears`presence three/hag error cancel/not-allowed by three`,
      hag.leaves`one`,
      hag.enters`three`,
      hag.notices`presence three/hag owner/moderator 201 110`,
      forEach(["four", "five", "six"], (room) => [
        crone.enters`${room}`,
        crone.notices`presence ${room}/crone owner/moderator 201 110`,
      ]),
    ],
  });
});
