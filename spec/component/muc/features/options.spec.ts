/** The effects of options on occupants: passwords, private messages, requests, broadcast presence, the list of members. */
import { expect } from "chai";
import { crone, CRONE, errorOf, HAG, hag, onStage, ROOM, stranger, wiccarocks } from "../play.js";

const people: Readonly<Record<string, string>> = { hag, crone, wicca: wiccarocks };
const FORBIDDEN = "auth/forbidden by coven";

/** A room's password, for which the form has two fields. */
describe("a room's password", () => {
  const NEEDED = "muc#roomconfig_passwordprotectedroom";
  const SECRET = "muc#roomconfig_roomsecret";
  const play = onStage({}, (play) => play.roomOf(hag, "hag"));

  const isNeeded = async (): Promise<boolean> => {
    const [answer] = await play.enters(crone, "crone");
    if (answer?.attrs.type === "error") expect(errorOf(answer)).to.equal("auth/not-authorized by coven");
    return answer?.attrs.type === "error";
  };

  const set = { [SECRET]: "cauldron" };
  const unset = { [NEEDED]: "0", [SECRET]: "cauldron" };
  for (const [what, forms, isSet] of [
    ["isn't set by a form that requires none", [unset], false],
    ["isn't set by a form that requires none (false)", [{ ...unset, [NEEDED]: "false" }], false],
    ["is set by the secret alone", [set], true],
    ["is set with the field that requires one", [unset, { ...set, [NEEDED]: "1" }], true],
    ["is removed by a form that requires none, even with another secret", [set, unset], false],
  ] as const) {
    it(what, async () => {
      for (const form of forms) await play.configures(hag, form);
      expect(await isNeeded()).to.equal(isSet);
    });
  }

  it("stays if the form is invalid, and must be given if the form requires one", async () => {
    for (const [form, needed] of [
      [{ [NEEDED]: "1" }, false],
      [{ [NEEDED]: "perhaps" }, true],
    ] as const) {
      if (needed) await play.configures(hag, set);
      const answer = await play.configures(hag, form);
      expect(errorOf(answer)).to.equal("modify/not-acceptable by coven");
      expect(answer.getChild("error")?.getChildText("text")).to.contain(NEEDED);
      expect(await isNeeded()).to.equal(needed);
      await play.leaves(crone);
      play.hears(crone);
    }
  });
});

describe("private messages", () => {
  const ALLOW = "muc#roomconfig_allowpm";
  const MODERATORS = "{xmpp:prosody.im}muc#allow_modpm";
  const play = onStage({}, async (play) => {
    await play.coven([wiccarocks, "wicca"]);
    await play.affiliates(hag, CRONE, "member");
  });

  /** Whether it arrives. */
  const writes = async (from = "", to = ""): Promise<boolean> => {
    play.hush();
    await play.sends(people[from]!, `<message to="${ROOM}/${to}" type="chat"><body>psst</body></message>`);
    const isHeard = play.lines(people[to]!).join().includes("psst");
    if (!isHeard) play.receives(people[from]!, `message coven/${to} error ${FORBIDDEN}`);
    return isHeard;
  };

  for (const [what, fields, ways] of [
    ["can be sent by everybody by default", {}, { "wicca crone": true, "crone wicca": true }],
    [
      "can be limited to participants",
      { [ALLOW]: "participants", [MODERATORS]: "0" },
      { "wicca hag": false, "crone wicca": true },
    ],
    ["can be limited to members", { [ALLOW]: "members" }, { "crone wicca": true, "wicca crone": false }],
    [
      "reach moderators if they are off for all, and moderators can answer",
      { [ALLOW]: "none" },
      { "wicca hag": true, "hag wicca": true, "wicca crone": false, "crone wicca": false },
    ],
    [
      "don't reach moderators if the room says so",
      { [ALLOW]: "none", [MODERATORS]: "0" },
      { "wicca hag": false },
    ],
    [
      "can be limited to moderators",
      { [ALLOW]: "moderators", [MODERATORS]: "0" },
      { "wicca hag": false, "hag wicca": true },
    ],
  ] as const) {
    it(what, async () => {
      await play.gives(hag, "wicca", "visitor");
      await play.configures(hag, fields);
      for (const [way, arrives] of Object.entries(ways))
        expect(await writes(...way.split(" ")), way).to.equal(arrives);
    });
  }
});

/** muc#roomconfig_allow_query_users */
describe("requests from occupant to occupant", () => {
  const NAME = "muc#roomconfig_allow_query_users";
  const INFO = `<query xmlns="http://jabber.org/protocol/disco#info"/>`;
  const play = onStage({}, (play) => play.coven());

  const advertised = async (): Promise<string | undefined> => (await play.info(crone)).fields[NAME];

  for (const field of [NAME, "allow_query_users"]) {
    it(`aren't relayed if ${field} is off, which is advertised`, async () => {
      expect(await advertised()).to.equal("1");
      await play.configures(hag, { [field]: "0" });
      expect(await advertised()).to.equal("0");
      const before = play.link.written.length;
      for (const payload of [INFO, `<query xmlns="jabber:iq:version"/>`, `<ping xmlns="urn:xmpp:ping"/>`]) {
        const answer = await play.asks(crone, "get", payload, `${ROOM}/hag`);
        expect(errorOf(answer)).to.equal("cancel/not-allowed by coven");
      }
      expect(play.link.written.slice(before).filter(({ attrs }) => attrs.to === hag)).to.deep.equal([]);
    });
  }

  it("are always relayed if they are for a vCard or to oneself", async () => {
    await play.configures(hag, { [NAME]: "0" });
    const vcard = `<vCard xmlns="vcard-temp"/>`;
    const answer = play.asks(crone, "get", vcard, `${ROOM}/hag`);
    const question = await play.until(() =>
      play.link.written.find((iq) => iq.getChild("vCard") !== undefined),
    );
    await play.sends(HAG, `<iq to="${ROOM}/crone" type="result" id="${question.attrs.id}">${vcard}</iq>`);
    expect((await answer).attrs.type).to.equal("result");
    const ping = `<ping xmlns="urn:xmpp:ping"/>`;
    expect((await play.asks(crone, "get", ping, `${ROOM}/crone`)).attrs.type).to.equal("result");
  });
});

/** Changes of muc#roomconfig_presencebroadcast while occupants are inside. */
describe("broadcasting the presence of some roles", () => {
  const FIELD = "muc#roomconfig_presencebroadcast";
  const play = onStage({}, (play) => play.coven([wiccarocks, "wicca"]));

  const broadcasts = (...roles: readonly string[]): Promise<unknown> =>
    play.configures(hag, { [FIELD]: roles });

  it("shows occupants who become invisible as leaving, and as entering later", async () => {
    await broadcasts("moderator");
    play.receives(crone, "message coven groupchat 104", "presence coven/wicca unavailable none/none");
    play.receives(
      hag,
      "message coven groupchat 104",
      "presence coven/crone unavailable none/none",
      "presence coven/wicca unavailable none/none",
    );
    await play.leaves(wiccarocks);
    play.receives(crone);
    await broadcasts("moderator", "participant", "visitor");
    play.receives(hag, "message coven groupchat 104", "presence coven/crone none/participant");
    play.receives(crone, "message coven groupchat 104");
  });

  it("shows occupants who are put out by the same form as leaving once", async () => {
    await play.affiliates(hag, CRONE, "member");
    play.hears(crone);
    await play.configures(hag, { [FIELD]: "moderator", "muc#roomconfig_membersonly": "1" });
    play.receives(crone, "message coven groupchat 104", "presence coven/wicca unavailable none/none 322");
  });

  it("shows who becomes an invisible visitor as leaving, without a role", async () => {
    await broadcasts("moderator", "participant");
    play.hush();
    await play.administers(hag, `<item nick="crone" role="visitor"><reason>hush</reason></item>`);
    play.receives(wiccarocks, "presence coven/crone unavailable none/none");
    play.receives(crone, "presence coven/crone none/visitor 110");
    await play.gives(hag, "crone", "participant");
    play.receives(wiccarocks, "presence coven/crone none/participant");
  });

  it("shows no change of occupants who were invisible before", async () => {
    await broadcasts("moderator");
    play.hush();
    await play.gives(hag, "crone", "visitor");
    play.receives(wiccarocks);
    play.receives(crone, "presence coven/crone none/visitor 110");
  });
});

/** Permission to read the list of a room's members (muc#roomconfig_getmemberlist). */
describe("the list of a room's members", () => {
  const NAME = "muc#roomconfig_getmemberlist";
  const play = onStage({}, async (play) => {
    await play.coven([wiccarocks, "wicca"]);
    await play.affiliates(hag, CRONE, "member");
  });

  const reads = (who: string, list = "member"): Promise<string> => play.list(who, `affiliation="${list}"`);
  const shows = (...roles: readonly string[]) =>
    play.configures(hag, {
      "muc#roomconfig_whois": "anyone",
      [NAME]: roles.length > 0 ? roles : ["moderator", "participant", "visitor"],
    });

  it("can be read by members, and not by other occupants, if addresses are shown", async () => {
    expect(await reads(crone)).to.equal(FORBIDDEN);
    await shows();
    expect(await reads(crone)).to.equal(CRONE);
    for (const who of [wiccarocks, stranger]) expect(await reads(who)).to.equal(FORBIDDEN);
  });

  it("can be read by members who are moderators, and not by other moderators", async () => {
    for (const nick of ["crone", "wicca"]) await play.gives(hag, nick, "moderator");
    expect(await reads(crone)).to.equal(CRONE);
    expect(await reads(wiccarocks)).to.equal(FORBIDDEN);
  });

  it("can be read in the configured roles and higher ones", async () => {
    await shows("moderator");
    expect(await reads(crone)).to.equal(FORBIDDEN);
    await play.gives(hag, "crone", "moderator");
    expect(await reads(crone)).to.equal(CRONE);
    await shows("participant");
    expect(await reads(crone), "Monal names participants alone").to.equal(CRONE);
    await play.configures(hag, { [NAME]: [] });
    expect(await reads(crone)).to.equal(FORBIDDEN);
    expect(await reads(hag), "administrators always").to.equal(CRONE);
  });

  it("can be read by members outside as if they were participants", async () => {
    await shows();
    await play.leaves(crone);
    expect(await reads(crone)).to.equal(CRONE);
    await shows("moderator");
    expect(await reads(crone)).to.equal(FORBIDDEN);
  });

  it("can be read with the lists of administrators and owners in members-only rooms", async () => {
    await shows();
    expect(await reads(crone, "owner")).to.equal(FORBIDDEN);
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    expect(await reads(crone, "owner")).to.equal(HAG);
    expect(await reads(crone, "admin")).to.equal("");
    expect(await reads(crone, "outcast")).to.equal(FORBIDDEN);
  });

  it("can't be configured for other roles", async () => {
    const answer = await shows("participant", "member");
    expect(errorOf(answer)).to.equal("modify/not-acceptable by coven");
    expect(answer.getChild("error")?.getChildText("text")).to.contain(NAME);
  });
});
