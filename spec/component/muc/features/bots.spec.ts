/** Bots, which occupants see as occupants, and which nothing counts. */
import { expect } from "chai";
import { Jid, type AccountJid, type FullJid } from "../../../../component/addresses/address.js";
import { sendPost } from "../../../../component/hooks/sending.js";
import type { RoomBot } from "../../../../component/muc/room/room-view.js";
import { crone, CRONE, DOMAIN, errorOf, hag, itemOf, lineOf, onStage, ROOM, wiccarocks } from "../play.js";

const OPS = Jid.parse(`ops@${DOMAIN}`) as AccountJid;
const SESSION = Jid.parse(`ops@${DOMAIN}/bot`) as FullJid;
const photo = (hash: string): string => `<x xmlns="vcard-temp:x:update"><photo>${hash}</photo></x>`;
const ALERTS: RoomBot = { jid: SESSION, title: "Alertmanager", presence: photo("abc") };
const ENTERS = "presence coven/Alertmanager none/participant";
const LEAVES = "presence coven/Alertmanager unavailable none/none";
const PERSISTENT = { "muc#roomconfig_persistentroom": "1" };

describe("bots that post to a room", () => {
  const play = onStage({ bots: [ALERTS] });
  const posts = async (text: string, bot = ALERTS.title): Promise<void> => {
    const to = Jid.parse(ROOM) as AccountJid;
    const messages = [{ id: text, text, corrects: undefined, repliesTo: undefined }];
    const remote = { post: () => Promise.resolve(undefined), has: () => false };
    await sendPost(play.context, { from: OPS, to, bot, messages, note: () => undefined }, remote);
  };
  const restarts = (bots: readonly RoomBot[] = [ALERTS]): Promise<void> => play.restarts({ bots });
  const stored = (): unknown => play.db.prepare("SELECT bots FROM rooms").pluck().get();
  const lines = (who: string): string[] => play.hears(who).map(lineOf);

  it("are seen inside by newcomers, with picture and profile, and by nobody else's count", async () => {
    await play.roomOf(hag, "hag", { ...PERSISTENT, "muc#roomconfig_publicroom": "1" });
    const heard = await play.enters(crone, "crone");
    const [bot] = heard;
    expect(bot && lineOf(bot)).to.equal(ENTERS);
    expect(itemOf(bot)).to.deep.equal({ affiliation: "none", role: "participant" });
    expect(bot?.getChild("x", "vcard-temp:x:update")?.getChildText("photo")).to.equal("abc");
    const query = `<query xmlns="http://jabber.org/protocol/disco#`;
    const items = await play.asks(crone, "get", `${query}items"/>`);
    expect(
      items
        .getChild("query")
        ?.getChildElements()
        .map(({ attrs }) => attrs.name),
    ).to.deep.equal(["Alertmanager", "hag", "crone"]);
    expect((await play.asks(crone, "get", `${query}info"/>`)).toString()).to.match(
      /var="muc#roominfo_occupants"[^>]*><value>2</,
    );
    const rooms = await play.asks(crone, "get", `${query}items"/>`, DOMAIN);
    expect(rooms.getChild("query")?.getChild("item")?.attrs.name).to.equal("coven (2)");
    const vcard = await play.asks(crone, "get", `<vCard xmlns="vcard-temp"/>`, `${ROOM}/Alertmanager`);
    expect(vcard.getChild("vCard")?.getChildText("FN")).to.equal(OPS.text);
  });

  it("show their address to those who see addresses", async () => {
    await play.roomOf(hag, "hag", { ...PERSISTENT, "muc#roomconfig_whois": "anyone" });
    const [bot] = await play.enters(crone, "crone");
    expect(itemOf(bot)).to.include({ jid: SESSION.text });
  });

  it("enter before their first message, once, also after a restart", async () => {
    await play.begins();
    await play.coven();
    await play.restarts({ bots: [ALERTS] });
    await posts("one");
    await posts("two");
    expect(lines(crone)).to.deep.equal([
      ENTERS,
      'message coven/Alertmanager groupchat "one"',
      'message coven/Alertmanager groupchat "two"',
    ]);
    await restarts();
    await posts("three");
    expect(lines(crone)).to.deep.equal(['message coven/Alertmanager groupchat "three"']);
  });

  it("cost nothing in a room without occupants, and are there when one enters", async () => {
    await play.begins();
    await play.roomOf(hag, "hag", PERSISTENT);
    await play.leaves(hag);
    await restarts();
    await posts("one");
    expect(stored()).to.equal(null);
    expect(play.link.written.filter(({ name }) => name !== "iq")).to.have.length(0);
    expect((await play.enters(crone, "crone")).map(lineOf)[0]).to.equal(ENTERS);
  });

  it("are changed or leave with the next message of anybody", async () => {
    await play.roomOf(hag, "hag", PERSISTENT);
    await restarts([{ ...ALERTS, presence: photo("new") }]);
    await play.says(hag, "hello");
    const [message, changed] = play.hears(hag);
    expect(message && lineOf(message)).to.equal('message coven/hag groupchat "hello"');
    expect(changed?.getChild("x", "vcard-temp:x:update")?.getChildText("photo")).to.equal("new");
    await restarts([{ ...ALERTS, title: "Alerts", presence: photo("new") }]);
    await play.says(hag, "and now");
    expect(lines(hag).slice(1)).to.deep.equal([
      "presence coven/Alertmanager unavailable none/participant 303",
      "presence coven/Alerts none/participant",
    ]);
    await restarts([]);
    await play.says(hag, "bye");
    expect(lines(hag).slice(1)).to.deep.equal(["presence coven/Alerts unavailable none/none"]);
  });

  it("have their names reserved, and yield to an occupant who was there before", async () => {
    await play.coven();
    await play.isRefused(wiccarocks, "ALERTMANAGER", "cancel/conflict by coven");
    await play.begins();
    await play.coven([wiccarocks, "alertmanager"]);
    await restarts();
    await posts("hello");
    expect(lines(crone)).to.deep.equal([
      "presence coven/ops none/participant",
      'message coven/ops groupchat "hello"',
    ]);
  });

  it("don't count towards the limit, and don't keep a room", async () => {
    await play.roomOf(hag, "hag", { "muc#roomconfig_maxusers": "2" });
    await play.enters(crone, "crone");
    play.hears(crone);
    await play.isRefused(wiccarocks, "wicca", "wait/service-unavailable by coven");
    await play.leaves(crone);
    await play.leaves(hag);
    expect(play.db.prepare("SELECT count(*) FROM rooms").pluck().get()).to.equal(0);
  });

  it("leave when they are banned, and their posts are refused", async () => {
    await play.coven();
    expect(errorOf(await play.gives(hag, "Alertmanager", "none"))).to.equal("cancel/not-allowed by coven");
    await play.administers(hag, `<item nick="Alertmanager" affiliation="outcast"/>`);
    expect(lines(crone)).to.include(LEAVES);
    await posts("still here?");
    expect(lines(crone)).to.deep.equal([]);
    expect(await play.affiliates(hag, OPS.text, "none")).to.have.nested.property("attrs.type", "result");
    expect(lines(crone)).to.include(ENTERS);
  });

  it("are hidden with their role, and may speak", async () => {
    await play.roomOf(hag, "hag", { "muc#roomconfig_presencebroadcast": "moderator" });
    await play.enters(crone, "crone");
    await posts("hello");
    expect(lines(crone)).to.deep.equal(['message coven/Alertmanager groupchat "hello"']);
  });

  it("invite absent members from their own address, also if the room hides addresses", async () => {
    await play.roomOf(hag, "hag", PERSISTENT);
    await play.affiliates(hag, CRONE, "member");
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    await posts("hello");
    expect(play.hears(CRONE).map(({ attrs }) => attrs.from)).to.deep.equal([OPS.text]);
  });

  it("get no invitations, and read no private messages", async () => {
    await play.roomOf(hag, "hag", PERSISTENT);
    await play.administers(hag, `<item affiliation="member" jid="${OPS.text}"/>`);
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    await play.says(hag, "hello");
    await play.invites(hag, OPS.text);
    expect(play.link.written.filter(({ attrs }) => attrs.to === OPS.text)).to.deep.equal([]);
    play.hears(hag);
    await play.sends(hag, `<message to="${ROOM}/Alertmanager" type="chat"><body>psst</body></message>`);
    expect(play.hears(hag).map(errorOf)).to.deep.equal(["cancel/service-unavailable"]);
  });
});
