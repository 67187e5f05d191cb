import { expect } from "chai";
import { crone, CRONE, DOMAIN, hag, lineOf, wiccarocks } from "../muc/play.js";
import { Desk, outcome } from "./desk.js";

describe("announcements", () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await Desk.open();
  });
  afterEach(() => desk.play.close());

  it("go to a room, or to all rooms with occupants", async () => {
    await desk.play.coven();
    await desk.play.enters(hag, "hag", "", `other@${DOMAIN}`);
    desk.play.hears(hag);
    const text = ["Maintenance tonight", "from ten on"];
    await desk.runs("rooms#announce", { room: "coven", announcement: text });
    expect(desk.play.hears(crone).map(lineOf)).to.eql([
      'message coven/Group chat groupchat "Maintenance tonight\\nfrom ten on"',
    ]);
    const all = "http://jabber.org/protocol/admin#announce";
    expect(outcome(await desk.runs(all, { announcement: "Now" }))).to.equal(
      'completed "Announced in 2 rooms."',
    );
    expect(desk.play.hears(hag).map(lineOf)).to.include.members([
      'message coven/Group chat groupchat "Now"',
      'message other/Group chat groupchat "Now"',
    ]);
    expect(outcome(await desk.runs(all, { announcement: " " }))).to.match(/announcement: the text is empty/);
  });

  it("are only for users inside, and don't invite members", async () => {
    await desk.play.roomOf(hag, "hag", { "muc#roomconfig_persistentroom": "1" });
    await desk.play.affiliates(hag, CRONE, "member");
    await desk.play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    await desk.runs("rooms#announce", { room: "coven", announcement: "Maintenance" });
    expect(desk.play.hears(CRONE)).to.eql([]);
    await desk.play.says(hag, "hello");
    expect(desk.play.hears(CRONE)).to.have.length(1);
  });

  it("are archived", async () => {
    await desk.play.coven();
    await desk.runs("rooms#announce", { room: "coven", announcement: "Maintenance" });
    const heard = await desk.play.enters(wiccarocks, "wicca");
    expect(heard.map(lineOf)).to.include('message coven/Group chat groupchat "Maintenance" delayed');
  });
});
