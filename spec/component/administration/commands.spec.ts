import { mock } from "node:test";
import { expect } from "chai";
import { ROOM_OPERATIONS as OPERATIONS } from "../../../component/administration/room.js";
import { AFFILIATE } from "../../../component/administration/room-people.js";
import { NS, xml } from "../../../component/xml/builder.js";
import { DOMAIN, errorOf, ROOM, lineOf } from "../muc/play.js";
import { tableIn } from "../../support/tables.js";
import { Desk, outcome, shown, submitted } from "./desk.js";
import { CRONE, HAG, WICCA, crone, hag, wicca } from "../../plays/people.js";

const TO_ALL = "http://jabber.org/protocol/admin#announce";
/** What is said in rooms isn't for service administrators. */
const NODES = [
  ...OPERATIONS.map(({ name }) => name.replace("room ", "rooms#")).filter((node) => node !== "rooms#grep"),
  TO_ALL,
  ...["add", "list", "show", "test"].map((verb) => `hooks#${verb}`),
  ...["list", "mute"].map((verb) => `alerts#${verb}`),
];

describe("Ad-hoc commands of service administrators", () => {
  let desk: Desk;
  beforeEach(async () => (desk = await Desk.open()));
  afterEach(() => desk.close());

  it("are for service administrators only", async () => {
    const items = xml("query", { xmlns: NS.discoItems, node: NS.commands });
    const nodes = async (who: string): Promise<(string | undefined)[]> =>
      (await desk.asks(who, "get", items))
        .getChild("query")
        ?.getChildren("item")
        .map((i) => i.attrs.node) ?? [];
    expect(await nodes(wicca.address)).to.eql(NODES);
    expect(await nodes(hag.address)).to.eql([]);
    for (const node of NODES) {
      const info = xml("query", { xmlns: NS.discoInfo, node });
      expect((await desk.asks(wicca.address, "get", info)).attrs.type, node).to.equal("result");
      expect(errorOf(await desk.asks(hag.address, "get", info)), node).to.equal("cancel/item-not-found");
      expect(outcome(await desk.begins(node, hag.address)), node).to.equal("error forbidden");
    }
  });

  it("create a room and invite its owner", async () => {
    const form = { room: "项目", title: "项目 Project", description: "What we build", owner: "hag66" };
    const made = `completed "The room 项目@${DOMAIN} was made; its owner is ${HAG.address}."`;
    expect(await desk.tells("rooms#make", form)).to.equal(made);
    expect(desk.play.hears(HAG.address).map(lineOf)).to.eql([
      `message ${WICCA.address} "The room 项目 Project was made for you: xmpp:%E9%A1%B9%E7%9B%AE@${DOMAIN}?join"`,
    ]);
    const again = `executing complete "room: 项目@${DOMAIN} exists already"`;
    expect(await desk.tells("rooms#make", form)).to.equal(again);
  });

  it("invite members in the name of the component, not of an owner, if an operator adds them", async () => {
    await desk.play.acts([HAG.calls`create`]);
    const who = { name: "ann", way: "console", may: ["all"] } as const;
    await desk.administration.run(AFFILIATE.member, { room: "coven", users: ["crone1"] }, who);
    expect(desk.play.hears(CRONE.address).map(({ attrs }) => attrs.from)).to.eql([DOMAIN]);
  });

  it("show the form again with the error and the values", async () => {
    await desk.begins("rooms#make");
    const again = await desk.acts("complete", { room: "a b@x@y", title: "T", owner: "hag66" });
    const fault = `room: "a b@x@y" is not a room; expected id or id@${DOMAIN}`;
    expect(outcome(again)).to.equal(`executing complete ${JSON.stringify(fault)}`);
    // Some clients show the form's texts alone, and submit them without a name.
    const values = { room: ["a b@x@y"], title: ["T"], owner: ["hag66"], fault: [fault] };
    expect(shown(again)).to.deep.include(values);
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
    for (let i = 10; i < 75; i++) {
      const title = i % 2 === 0 ? "会议室 A" : "";
      await desk.runs("rooms#make", { room: `room-${i}`, title, description: "", owner: "hag66" });
    }
    const first = await desk.runs("rooms#list", { text: "", listed: "0" });
    const after = /start after (\S+)"$/.exec(outcome(first))?.[1] ?? "";
    const [columns, ...rooms] = tableIn(first);
    expect(columns).to.include.members(["room", "members", "inside", "members only", "title"]);
    expect(rooms[0]).to.include.members([`room-10@${DOMAIN}`, "1", "0", "yes", "会议室 A"]);
    expect(rooms).to.have.length(50);
    expect(rooms.every((row) => row.length === columns?.length)).to.equal(true);
    const second = await desk.runs("rooms#list", { after });
    // For clients that show no table here, the note has the rows, too.
    expect(outcome(second))
      .to.match(/^completed "room-60@/)
      .and.contain("room-74@")
      .and.not.contain("start after");
    expect(tableIn(second).at(-1)?.[0]).to.match(/^room-74@/);
    expect(tableIn(second)).to.have.length(16);
    const found = await desk.runs("rooms#list", { text: "会议", listed: "0" });
    expect(tableIn(found).slice(1)).to.have.length(33);
    for (const form of [{ text: "nowhere" }, { text: "", listed: "1" }])
      expect(await desk.tells("rooms#list", form)).to.match(/No rooms\./);
  });

  it("add and list hooks, and list alerts, as tables", async () => {
    await desk.play.roomOf(hag.address, "hag");
    expect(await desk.tells("hooks#list", {})).to.equal('completed "No incoming hooks."');
    const added = await desk.runs("hooks#add", { name: "grafana", to: ROOM, format: "" });
    expect(String(added)).to.match(/Added the hook grafana/);
    const [columns, ...hooks] = tableIn(await desk.runs("hooks#list", {}));
    expect(columns).to.include.members(["name", "receiver", "format"]);
    expect(hooks.map(([name, to]) => [name, to])).to.eql([["grafana", ROOM]]);
    expect(await desk.tells("alerts#list", { all: "1" })).to.equal('completed "No alert."');
    expect(await desk.tells("alerts#mute", { alert: "1", for: "2h" })).to.match(/there is no alert 1/);
  });

  it("go back to the previous form, and can be cancelled", async () => {
    await desk.play.roomOf(hag.address, "hag");
    await desk.begins("rooms#destroy");
    for (const [action, filled, then] of [
      ["next", { room: "coven", reason: "Over" }, "executing prev complete"],
      ["prev", undefined, "executing next"],
      ["prev", undefined, "error bad-request bad-action"],
      ["complete", { room: "coven" }, "error bad-request bad-action"],
      ["cancel", undefined, "canceled"],
      ["next", { room: "coven" }, "error bad-request bad-sessionid"],
    ] as const)
      expect(outcome(await desk.acts(action, filled)), action).to.equal(then);
    expect(desk.play.hears(hag.address)).to.eql([]);
  });

  it("belong to one session, and expire after a quarter of an hour without use", async () => {
    let now = performance.now();
    const clock = mock.method(performance, "now", () => now);
    try {
      await desk.begins("rooms#destroy");
      expect(outcome(await desk.acts("prev", undefined, `${WICCA.address}/phone`))).to.match(
        /bad-sessionid$/,
      );
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

  it("are limited to ten at once per user: the oldest ends", async () => {
    const sessions: (string | undefined)[] = [];
    for (let count = 0; count < 11; count++)
      sessions.push((await desk.begins("rooms#destroy")).getChild("command")?.attrs.sessionid);
    const attrs = { xmlns: NS.commands, node: "rooms#destroy", action: "prev" };
    const goesBack = (sessionid: string | undefined) =>
      desk.asks(wicca.address, "set", xml("command", { ...attrs, sessionid }));
    expect(outcome(await goesBack(sessions[0]))).to.match(/bad-sessionid$/);
    expect(outcome(await goesBack(sessions[1]))).to.match(/bad-action$/);
  });

  it("configure a room by its own form, and refuse invalid values by field", async () => {
    await desk.play.coven();
    await desk.begins("rooms#set");
    const form = await desk.acts("next", { room: "coven" });
    const type = { FORM_TYPE: "http://jabber.org/protocol/muc#roomconfig" };
    expect(shown(form)).to.deep.include({
      FORM_TYPE: [type.FORM_TYPE],
      "muc#roomconfig_moderatedroom": ["0"],
      "muc#roomconfig_roomowners": [HAG.address],
    });
    for (const [field, value] of [
      ["muc#roomconfig_maxusers", "many"],
      ["muc#roomconfig_whois", "nobody"],
      ["muc#roomconfig_moderatedroom", "perhaps"],
      ["muc#roomconfig_nonsense", "1"],
    ] as const) {
      const refused = await desk.acts("complete", { ...type, [field]: value });
      expect(outcome(refused), field).to.match(new RegExp(`^executing prev complete "${field}: `));
    }
    desk.play.hears(hag.address);
    const done = await desk.acts("complete", { ...type, "muc#roomconfig_roomname": "Caldron" });
    expect(outcome(done)).to.equal(`completed "The room ${ROOM} was configured."`);
    expect(desk.play.hears(hag.address).map(lineOf)).to.eql(["message coven groupchat 104"]);
  });

  it("change affiliations, and notify occupants", async () => {
    await desk.play.coven();
    const form = { room: ROOM, users: CRONE.address, reason: "" };
    const done = `completed "Added ${CRONE.address} to the administrators of ${ROOM}."`;
    expect(await desk.tells("rooms#admin", form)).to.equal(done);
    expect(desk.play.hears(hag.address).map(lineOf)).to.eql(["presence coven/crone admin/moderator"]);
    for (const [verb, given, refused] of [
      ["admin", { users: ["crone1", HAG.address] }, /users: .*no owner left/],
      ["admin", { users: "" }, /^executing complete "users: no user is given/],
      ["admin", { users: [CRONE.address, ROOM] }, /users: .*is the room itself: give a user's address/],
      ["admin", { users: "@@" }, /^executing complete "users: .*not an address/],
      ["admin", { room: "nowhere" }, /^executing complete "room: /],
      ["ban", { users: "wiccarocks" }, /users: .*ban/],
    ] as const)
      expect(await desk.tells(`rooms#${verb}`, { ...form, ...given }), verb).to.match(refused);
  });

  it("hand a room over, which is logged with the administrator", async () => {
    await desk.play.coven();
    const none = await desk.tells("rooms#hand-over", { room: "coven", owners: "" });
    expect(none).to.match(/owners: no user is given/);
    const message = `The room ${ROOM} was handed over to ${CRONE.address}.`;
    const done = await desk.tells("rooms#hand-over", { room: "coven", owners: "crone1" });
    expect(done).to.equal(`completed "${message}"`);
    expect(desk.play.hears(hag.address).map(lineOf)).to.include.members([
      "presence coven/hag member/participant 110",
      "presence coven/crone owner/moderator",
    ]);
    expect(desk.play.log.about(`Administration by ${WICCA.address}: ${message}`)).to.have.length(1);
  });

  it("list occupants with their address, also of a room at an alias, and kick them", async () => {
    await desk.play.coven();
    const inside = await desk.runs("rooms#occupants", { room: "coven@conference.old.test" });
    expect(tableIn(inside).slice(1)).to.eql([
      ["crone", CRONE.address, "none", "participant", "1"],
      ["hag", HAG.address, "owner", "moderator", "1"],
    ]);
    for (const [occupants, refused] of [
      ["nobody", /occupants: there is no occupant/],
      ["", /occupants: no occupant is given/],
    ] as const)
      expect(await desk.tells("rooms#kick", { room: "coven", occupants })).to.match(refused);
    const form = { room: "coven", occupants: "crone", reason: "Calm down" };
    expect(await desk.tells("rooms#kick", form)).to.equal(`completed "Kicked from ${ROOM}: crone."`);
    const [gone] = desk.play.hears(crone.address);
    expect(gone && lineOf(gone)).to.equal("presence coven/crone unavailable none/none 307 110");
    expect(gone?.toString()).to.contain("<reason>Calm down</reason>");
  });

  it("delete messages before a date, or all", async () => {
    await desk.play.coven();
    for (const text of ["one", "two"]) await desk.play.says(hag.address, text);
    for (const [before, then] of [
      ["2020-01-31", /^completed "Deleted 0 messages/],
      ["2020-01-31T12:00", /^completed "Deleted 0 messages/],
      ["yesterday", /"before: expected a date/],
      ["2020-13-01", /"before: expected a date/],
      ["", /^completed "Deleted 2 messages/],
    ] as const)
      expect(await desk.tells("rooms#purge", { room: "coven", before }, {}), before).to.match(then);
    const heard = await desk.play.enters(wicca.address, "wicca");
    expect(heard.map(lineOf).filter((line) => line.includes("delayed"))).to.eql([]);
  });

  it("destroy a room with a reason and an alternative", async () => {
    await desk.play.coven();
    for (const [alternate, then] of [
      ["coven", /alternate: this is the room that is destroyed/],
      ["@", /alternate: /],
      ["caldron", /^completed "The room .* was destroyed; its alternative is caldron@/],
    ] as const) {
      const form = { room: "coven", alternate, reason: "Moved" };
      expect(await desk.tells("rooms#destroy", form, {})).to.match(then);
    }
    const [gone] = desk.play.hears(crone.address);
    expect(gone?.toString()).to.contain(`<destroy jid="caldron@${DOMAIN}"><reason>Moved</reason></destroy>`);
  });

  it("announce a text in a room, or in all rooms with occupants; archives have it", async () => {
    await desk.play.coven();
    await desk.play.enters(hag.address, "hag", "", `other@${DOMAIN}`);
    desk.play.hears(hag.address);
    await desk.runs("rooms#announce", { room: "coven", announcement: ["Maintenance", "from ten on"] });
    const line = 'message coven/Group chat groupchat "Maintenance\\nfrom ten on"';
    expect(desk.play.hears(crone.address).map(lineOf)).to.eql([line]);
    expect((await desk.play.enters(wicca.address, "wicca")).map(lineOf)).to.include(`${line} delayed`);
    desk.play.hears(hag.address);
    expect(await desk.tells(TO_ALL, { announcement: "Now" })).to.equal('completed "Announced in 2 rooms."');
    expect(desk.play.hears(hag.address).map(lineOf)).to.eql([
      'message coven/Group chat groupchat "Now"',
      'message other/Group chat groupchat "Now"',
    ]);
    expect(await desk.tells(TO_ALL, { announcement: " " })).to.match(/announcement: the text is empty/);
  });

  it("don't invite members by announcements", async () => {
    await desk.play.roomOf(hag.address, "hag", { "muc#roomconfig_persistentroom": "1" });
    await desk.play.acts([hag.makes`CRONE member`]);
    await desk.play.configures(hag.address, { "muc#roomconfig_membersonly": "1" });
    await desk.runs("rooms#announce", { room: "coven", announcement: "Maintenance" });
    expect(desk.play.hears(CRONE.address)).to.eql([]);
    await desk.play.says(hag.address, "hello");
    expect(desk.play.hears(CRONE.address)).to.have.length(1);
  });
});
