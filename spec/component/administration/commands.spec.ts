import { mock } from "node:test";
import { expect } from "chai";
import { AFFILIATE } from "../../../component/administration/room-people.js";
import { NS, xml } from "../../../component/xml/builder.js";
import { crone, CRONE, DOMAIN, errorOf, hag, HAG, ROOM, lineOf, WICCA, wiccarocks } from "../muc/play.js";
import { Desk, outcome, shown, submitted } from "./desk.js";

const NODES = [
  "rooms#list",
  "rooms#show",
  "rooms#users",
  "rooms#occupants",
  "rooms#make",
  "rooms#set",
  "rooms#owner",
  "rooms#admin",
  "rooms#member",
  "rooms#expel",
  "rooms#ban",
  "rooms#hand-over",
  "rooms#kick",
  "rooms#announce",
  "rooms#purge",
  "rooms#destroy",
  "http://jabber.org/protocol/admin#announce",
];

describe("Ad-hoc commands of service administrators", () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.open();
  });
  afterEach(() => desk.close());

  it("are for service administrators only", async () => {
    const items = xml("query", { xmlns: NS.discoItems, node: NS.commands });
    const nodes = async (who: string): Promise<(string | undefined)[]> =>
      (await desk.asks(who, "get", items))
        .getChild("query")
        ?.getChildren("item")
        .map((i) => i.attrs.node) ?? [];
    expect(await nodes(wiccarocks)).to.eql(NODES);
    expect(await nodes(hag)).to.eql([]);
    for (const node of NODES) {
      const info = xml("query", { xmlns: NS.discoInfo, node });
      expect((await desk.asks(wiccarocks, "get", info)).attrs.type, node).to.equal("result");
      expect(errorOf(await desk.asks(hag, "get", info)), node).to.equal("cancel/item-not-found");
      expect(outcome(await desk.begins(node, hag)), node).to.equal("error forbidden");
    }
  });

  it("create a room and invite its owner", async () => {
    const form = { room: "项目", title: "项目 Project", description: "What we build", owner: "hag66" };
    expect(outcome(await desk.runs("rooms#make", form))).to.equal(
      `completed "The room 项目@${DOMAIN} was made; its owner is ${HAG}."`,
    );
    expect(desk.play.hears(HAG).map(lineOf)).to.eql([
      `message ${WICCA} "The room 项目 Project was made for you: xmpp:%E9%A1%B9%E7%9B%AE@${DOMAIN}?join"`,
    ]);
    expect(outcome(await desk.runs("rooms#make", form))).to.equal(
      `executing complete "room: 项目@${DOMAIN} exists already"`,
    );
  });

  it("invite members in the name of the room's owner if an operator adds them", async () => {
    await desk.play.makes("hag66");
    const who = { name: "ann", way: "console" } as const;
    await desk.administration.run(AFFILIATE.member, { room: "coven", users: ["crone1"] }, who);
    expect(desk.play.hears(CRONE).map(({ attrs }) => attrs.from)).to.eql([HAG]);
  });

  it("show the form again with the error and the values", async () => {
    await desk.begins("rooms#make");
    const again = await desk.acts("complete", { room: "a b@x@y", title: "T", owner: "hag66" });
    expect(outcome(again)).to.equal(
      `executing complete "room: \\"a b@x@y\\" is not a room; expected id or id@${DOMAIN}"`,
    );
    expect(shown(again)).to.deep.include({ room: ["a b@x@y"], title: ["T"], owner: ["hag66"] });
    // Some clients show the form's texts alone, and submit them without a name.
    expect(shown(again).fault).to.eql([`room: "a b@x@y" is not a room; expected id or id@${DOMAIN}`]);
    const form = submitted({ room: "plan", owner: "hag66" });
    form.append(xml("field", {}, xml("value", {}, "only read")));
    expect(outcome(await desk.acts("complete", form))).to.match(/^completed/);
  });

  it("have session and node in errors", async () => {
    await desk.begins("rooms#destroy");
    const refused = await desk.acts("prev");
    const { sessionid, node } = refused.getChild("command")?.attrs ?? {};
    expect(sessionid).to.be.a("string");
    expect(node).to.equal("rooms#destroy");
  });

  it("list rooms and find them by name or title, in pages", async () => {
    for (let i = 10; i < 45; i++) {
      const title = i % 2 === 0 ? "会议室 A" : "";
      await desk.runs("rooms#make", { room: `room-${i}`, title, description: "", owner: "hag66" });
    }
    await desk.begins("rooms#list");
    const first = await desk.acts("next", { text: "", listed: "0" });
    expect(outcome(first)).to.equal("executing prev next");
    expect(Object.values(shown(first)).flat()[0]).to.equal(
      `room-10@${DOMAIN}: members: 1, inside: 0, members only, persistent, title: 会议室 A`,
    );
    expect(Object.values(shown(first))).to.have.length(20);
    const second = await desk.acts("next", {});
    expect(outcome(second)).to.equal("completed");
    expect(Object.values(shown(second)).flat().at(-1)).to.match(/^room-44@/);

    const found = await desk.runs("rooms#list", { text: "会议", listed: "0" });
    expect(Object.values(shown(found))).to.have.length(18);
    expect(outcome(await desk.runs("rooms#list", { text: "nowhere" }))).to.match(/No rooms\./);
    expect(outcome(await desk.runs("rooms#list", { text: "", listed: "1" }))).to.match(/No rooms\./);
  });

  it("go back to the previous form, and can be cancelled", async () => {
    await desk.play.roomOf(hag, "hag");
    await desk.begins("rooms#destroy");
    const asked = await desk.acts("next", { room: "coven", reason: "Over" });
    expect(outcome(asked)).to.equal("executing prev complete");
    expect(outcome(await desk.acts("prev"))).to.equal("executing next");
    expect(outcome(await desk.acts("prev"))).to.equal("error bad-request bad-action");
    expect(outcome(await desk.acts("complete", { room: "coven" }))).to.equal("error bad-request bad-action");
    expect(outcome(await desk.acts("cancel"))).to.equal("canceled");
    expect(outcome(await desk.acts("next", { room: "coven" }))).to.equal("error bad-request bad-sessionid");
    expect(desk.play.hears(hag)).to.eql([]);
  });

  it("belong to one session, and expire after a quarter of an hour without use", async () => {
    let now = performance.now();
    const clock = mock.method(performance, "now", () => now);
    try {
      await desk.begins("rooms#destroy");
      expect(outcome(await desk.acts("prev", undefined, `${WICCA}/phone`))).to.match(/bad-sessionid$/);
      for (const [minutes, error] of [
        [14, "bad-action"],
        [14, "bad-action"],
        [16, "session-expired"],
      ] as const) {
        now += minutes * 60_000;
        expect(outcome(await desk.acts("prev"))).to.contain(error);
      }
    } finally {
      clock.mock.restore();
    }
  });

  it("are limited to ten at once per administrator: the oldest ends", async () => {
    const sessions: (string | undefined)[] = [];
    for (let count = 0; count < 11; count++)
      sessions.push((await desk.begins("rooms#destroy")).getChild("command")?.attrs.sessionid);
    const attrs = { xmlns: NS.commands, node: "rooms#destroy", action: "prev" };
    const goesBack = (sessionid: string | undefined) =>
      desk.asks(wiccarocks, "set", xml("command", { ...attrs, sessionid }));
    expect(outcome(await goesBack(sessions[0]))).to.match(/bad-sessionid$/);
    expect(outcome(await goesBack(sessions[1]))).to.match(/bad-action$/);
  });

  it("configure a room by its own form, and refuse invalid values by field", async () => {
    await desk.play.coven();
    await desk.begins("rooms#set");
    const form = await desk.acts("next", { room: "coven" });
    expect(shown(form)).to.deep.include({
      FORM_TYPE: ["http://jabber.org/protocol/muc#roomconfig"],
      "muc#roomconfig_moderatedroom": ["0"],
      "muc#roomconfig_roomowners": [HAG],
    });
    const type = { FORM_TYPE: "http://jabber.org/protocol/muc#roomconfig" };
    for (const [field, value] of [
      ["muc#roomconfig_maxusers", "many"],
      ["muc#roomconfig_whois", "nobody"],
      ["muc#roomconfig_moderatedroom", "perhaps"],
      ["muc#roomconfig_nonsense", "1"],
    ] as const) {
      const refused = await desk.acts("complete", { ...type, [field]: value });
      expect(outcome(refused), field).to.match(new RegExp(`^executing prev complete "${field}: `));
    }
    desk.play.hears(hag);
    const done = await desk.acts("complete", { ...type, "muc#roomconfig_roomname": "Caldron" });
    expect(outcome(done)).to.equal(`completed "The room ${ROOM} was configured."`);
    expect(desk.play.hears(hag).map(lineOf)).to.eql(["message coven groupchat 104"]);
  });

  it("change affiliations, and notify occupants", async () => {
    await desk.play.coven();
    const form = { room: ROOM, users: ["crone1", HAG], reason: "" };
    expect(outcome(await desk.runs("rooms#admin", form))).to.match(/users: .*no owner left/);
    expect(outcome(await desk.runs("rooms#admin", { ...form, users: CRONE }))).to.equal(
      `completed "Added ${CRONE} to the administrators of ${ROOM}."`,
    );
    expect(desk.play.hears(hag).map(lineOf)).to.eql(["presence coven/crone admin/moderator"]);
    for (const [field, fault] of [
      ["users", { users: "" }],
      ["users", { users: "@@" }],
      ["room", { room: "nowhere" }],
    ] as const) {
      const refused = outcome(await desk.runs("rooms#admin", { ...form, ...fault }));
      expect(refused).to.match(new RegExp(`^executing complete "${field}: `));
    }
  });

  it("don't ban a service administrator", async () => {
    await desk.play.coven();
    const form = { room: ROOM, users: "wiccarocks" };
    expect(outcome(await desk.runs("rooms#ban", form))).to.match(/users: .*ban/);
  });

  it("hand a room over", async () => {
    await desk.play.coven();
    expect(outcome(await desk.runs("rooms#hand-over", { room: "coven", owners: "" }))).to.match(
      /owners: no user is given/,
    );
    const done = await desk.runs("rooms#hand-over", { room: "coven", owners: "crone1" });
    expect(outcome(done)).to.equal(`completed "The room ${ROOM} was handed over to ${CRONE}."`);
    expect(desk.play.hears(hag).map(lineOf)).to.include.members([
      "presence coven/hag member/participant 110",
      "presence coven/crone owner/moderator",
    ]);
  });

  it("list occupants with their address, and kick them", async () => {
    await desk.play.coven();
    const inside = await desk.runs("rooms#occupants", { room: "coven" });
    expect(Object.values(shown(inside)).flat()).to.eql([
      `crone: user: ${CRONE}, affiliation: none, role: participant, sessions: 1`,
      `hag: user: ${HAG}, affiliation: owner, role: moderator, sessions: 1`,
    ]);
    await desk.begins("rooms#kick");
    await desk.acts("next", { room: "coven" });
    expect(outcome(await desk.acts("complete", { occupants: "nobody" }))).to.match(
      /occupants: there is no occupant/,
    );
    expect(outcome(await desk.acts("complete", { occupants: [] }))).to.match(
      /occupants: no occupant is given/,
    );
    const done = await desk.acts("complete", { occupants: ["crone"], reason: "Calm down" });
    expect(outcome(done)).to.equal(`completed "Kicked from ${ROOM}: crone."`);
    const [gone] = desk.play.hears(crone);
    expect(gone && lineOf(gone)).to.equal("presence coven/crone unavailable none/none 307 110");
    expect(gone?.toString()).to.contain("<reason>Calm down</reason>");
  });

  it("delete messages before a date, or all", async () => {
    await desk.play.coven();
    for (const text of ["one", "two"]) await desk.play.says(hag, text);
    const form = { room: "coven", before: "2020-01-31" };
    expect(outcome(await desk.runs("rooms#purge", form, {}))).to.match(/^completed "Deleted 0 messages/);
    for (const before of ["yesterday", "2020-13-01", "31.1.2020"]) {
      expect(outcome(await desk.runs("rooms#purge", { ...form, before }, {}))).to.match(/"before: /);
    }
    expect(outcome(await desk.runs("rooms#purge", { ...form, before: "" }, {}))).to.match(
      /^completed "Deleted 2 messages/,
    );
    const heard = await desk.play.enters(wiccarocks, "wicca");
    expect(heard.map(lineOf).filter((line) => line.includes("delayed"))).to.eql([]);
  });

  it("destroy a room with a reason and an alternative", async () => {
    await desk.play.coven();
    const form = { room: "coven", alternate: "caldron", reason: "Moved" };
    expect(outcome(await desk.runs("rooms#destroy", { ...form, alternate: "coven" }, {}))).to.match(
      /alternate: this is the room that is destroyed/,
    );
    expect(outcome(await desk.runs("rooms#destroy", { ...form, alternate: "@" }, {}))).to.match(
      /alternate: /,
    );
    const done = await desk.runs("rooms#destroy", form, {});
    expect(outcome(done)).to.match(/^completed "The room .* was destroyed; its alternative is caldron@/);
    const [gone] = desk.play.hears(crone);
    expect(gone?.toString()).to.contain(`<destroy jid="caldron@${DOMAIN}"><reason>Moved</reason></destroy>`);
  });

  it("accept a room's address at an alias", async () => {
    await desk.play.coven();
    const form = { room: "coven@conference.old.test" };
    expect(Object.values(shown(await desk.runs("rooms#occupants", form)))).to.have.length(2);
  });

  it("are logged with the administrator", async () => {
    await desk.play.coven();
    await desk.runs("rooms#hand-over", { room: "coven", owners: "crone1" });
    expect(desk.play.log.about("Administration by wiccarocks@qtalk.test.org: The room")).to.have.length(1);
  });
});
