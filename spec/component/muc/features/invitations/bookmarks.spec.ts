/** Bookmarks that the component sets for members, where their server permits it. */
import { expect } from "chai";
import { xml } from "../../../../../component/xml/builder.js";
import { Pep } from "../../pep.js";
import { DOMAIN, ROOM } from "../../play.js";
import { onStage } from "../../stage.js";
import { component, disk, everybody, link } from "../../../../plays/component.js";
import { time } from "../../../../plays/time.js";
import { CRONE, HAG, NEWCOMER, WICCA, crone, each, hag, newcomer, wicca } from "../../../../plays/people.js";

const NS = "urn:xmpp:bookmarks:1";
const OWN = xml("conference", { xmlns: NS, name: "My coven", autojoin: "false" }, xml("nick", {}, "w"));
const LINK = `xmpp:${ROOM}?join`;

describe("Bookmarks of members", () => {
  const pep = new Pep();
  beforeEach(() => pep.reset());
  const stage = onStage({ pep, names: { [WICCA.address]: ["威卡"] } }, [
    hag.opens`persistentroom=1 roomname=研发群`,
    everybody.hush(),
  ]);

  /** Waits until the component has counted what became of so many bookmarks. */
  const counted = async (result: string, count = 1): Promise<void> => {
    const isCounted = async (): Promise<boolean> => {
      const { values } = await stage.metrics.bookmarks.get();
      return values.some(({ labels, value }) => labels.result === result && value === count);
    };
    while (!(await isCounted())) await new Promise(setImmediate);
  };

  it("are set when they are made members: with the room's name, to enter by itself, for their eyes only", async () => {
    await stage.acts([hag.makes`CRONE member; WICCA admin`]);
    await counted("set", 2);
    for (const user of [CRONE.address, WICCA.address])
      expect(String(pep.bookmark(user, ROOM))).to.equal(
        user === CRONE.address
          ? `<conference xmlns="${NS}" name="研发群" autojoin="true"/>`
          : `<conference xmlns="${NS}" name="研发群" autojoin="true"><nick>威卡</nick></conference>`,
      );
    expect(pep.options).to.deep.equal({
      FORM_TYPE: "http://jabber.org/protocol/pubsub#publish-options",
      "pubsub#persist_items": "true",
      "pubsub#max_items": "max",
      "pubsub#send_last_published_item": "never",
      "pubsub#access_model": "whitelist",
    });
  });

  it("have the reserved nickname and the password that entering needs", async () => {
    await stage.acts([
      hag.configures`passwordprotectedroom=1 roomsecret=cauldron`,
      hag.makes`CRONE member nick=third`,
    ]);
    await counted("set");
    expect(String(pep.bookmark(CRONE.address, ROOM)))
      .to.contain("<nick>third</nick>")
      .and.contain("<password>cauldron</password>");
    await stage.acts([hag.makes`WICCA member`]);
    await counted("set", 2);
    expect(pep.bookmark(WICCA.address, ROOM)?.getChildText("nick"), "from the directory").to.equal("威卡");
  });

  it("are set by calls, too, and only once while somebody is a member", async () => {
    await stage.acts([HAG.calls`add CRONE`]);
    await counted("set");
    await stage.acts([hag.makes`CRONE admin`, HAG.calls`add CRONE`]);
    expect(pep.asked).to.deep.equal([`get ${CRONE.address}`, `set ${CRONE.address}`]);
  });

  it("stay as the user has them, whatever they say", async () => {
    pep.keeps(WICCA.address, ROOM, OWN);
    await stage.acts([hag.makes`WICCA member`]);
    await counted("kept");
    expect(pep.bookmark(WICCA.address, ROOM)).to.equal(OWN);
    expect(pep.asked).to.deep.equal([`get ${WICCA.address}`]);
  });

  it("aren't set for those inside, temporary rooms, other servers, domains, bots, and who was removed at once", async () => {
    await stage.acts([
      hag.configures`membersonly=0`,
      crone.enters(),
      hag.makes`CRONE member`,
      hag.configures`persistentroom=0`,
      hag.makes`WICCA member`,
      hag.makes`juliet@elsewhere.test member; ops@${DOMAIN} member; bad.test outcast`,
    ]);
    expect(pep.bookmark(CRONE.address, ROOM)).to.equal(undefined);
    expect(pep.bookmark(WICCA.address, ROOM)).to.equal(undefined);
    expect(pep.asked.filter((one) => !one.endsWith(WICCA.address))).to.deep.equal([]);
  });

  it("aren't set if the members could not be stored", async () => {
    await stage.acts([
      disk.refuses`INSERT ON affiliations`,
      hag.makes`CRONE member = wait/resource-constraint`,
      disk.recovers(),
      hag.makes`WICCA member`,
    ]);
    await counted("set");
    expect(pep.asked.filter((one) => one.endsWith(CRONE.address))).to.deep.equal([]);
  });

  it("aren't asked for without permission, and not again where the server sends requests back, until the next stream", async () => {
    pep.isPermitted = false;
    await stage.acts([hag.makes`CRONE member`]);
    expect(pep.asked).to.deep.equal([]);
    Object.assign(pep, { isPermitted: true, manner: "echoes" });
    await stage.acts([hag.makes`WICCA member`]);
    await counted("refused");
    await stage.acts([hag.makes`NEW member`, component.logs`"doesn't carry the requests out" = 1`]);
    expect(pep.asked).to.deep.equal([`get ${WICCA.address}`]);
    pep.manner = "works";
    await stage.acts([link.breaks()]);
    stage.link.isUp = stage.link.confirms = true;
    await stage.acts([link.returns()]);
    await stage.until(() => stage.outbox.isReady || undefined);
    await stage.acts([hag.makes`OTHER member`]);
    await counted("set");
  });

  /** Waits until so many of the component's bookmarks are noted. */
  const noted = async (count: number): Promise<void> => {
    const counting = stage.db.prepare<[], number>("SELECT count(*) FROM bookmarks_made").pluck();
    while (counting.get() !== count) await new Promise(setImmediate);
  };

  it("are taken back from who is no member any more: put out, banned, or the room is destroyed", async () => {
    await stage.acts([hag.makes`CRONE member; WICCA admin; NEW member`]);
    await counted("set", 3);
    await stage.acts([hag.makes`CRONE none`]);
    await noted(2);
    expect([
      pep.bookmark(CRONE.address, ROOM),
      pep.bookmark(WICCA.address, ROOM) !== undefined,
    ]).to.deep.equal([undefined, true]);
    await stage.acts([hag.makes`WICCA outcast`]);
    await noted(1);
    expect(pep.bookmark(WICCA.address, ROOM)).to.equal(undefined);
    await stage.acts([hag.destroys()]);
    await noted(0);
    expect(pep.asked.filter((one) => one.startsWith("set"))).to.have.length(6);
  });

  it("stay if the user has changed them, as those that the user made", async () => {
    pep.keeps(WICCA.address, ROOM, OWN);
    await stage.acts([hag.makes`CRONE member; WICCA member`]);
    await counted("set");
    pep.keeps(CRONE.address, ROOM, OWN);
    await stage.acts([hag.makes`CRONE none; WICCA none`]);
    await noted(0);
    expect([pep.bookmark(CRONE.address, ROOM), pep.bookmark(WICCA.address, ROOM)]).to.deep.equal([OWN, OWN]);
  });

  it("are taken back later if the server doesn't answer, and are left there after a month", async () => {
    await stage.acts([hag.makes`CRONE member; WICCA member`]);
    await counted("set", 2);
    pep.manner = "refuses";
    await stage.acts([hag.makes`CRONE none; WICCA none`]);
    const unwanted = stage.db
      .prepare<[], number>("SELECT count(*) FROM bookmarks_made WHERE unwanted_at > 0")
      .pluck();
    while (unwanted.get() !== 2) await new Promise(setImmediate);
    stage.db.exec(
      `UPDATE bookmarks_made SET unwanted_at = unwanted_at - 31 * 86400000 WHERE jid = '${WICCA.address}'`,
    );
    pep.manner = "works";
    stage.service.lookForBookmarks();
    await noted(0);
    expect([
      pep.bookmark(CRONE.address, ROOM),
      pep.bookmark(WICCA.address, ROOM) !== undefined,
    ]).to.deep.equal([undefined, true]);
  });

  it("that the server refuses are counted, and tried once", async () => {
    pep.manner = "refuses";
    await stage.acts([hag.makes`CRONE member; WICCA member`]);
    await counted("refused", 2);
    expect(pep.asked).to.have.length(2);
  });

  it("let members who are away for long come by themselves: only those without one are invited again", async () => {
    await stage.acts([hag.configures`membersonly=1`, hag.makes`CRONE member; WICCA member`]);
    await counted("set", 2);
    pep.keeps("new@qtalk.test.org", "cave@x.test", OWN);
    await stage.acts([
      hag.makes`NEW member`,
      crone.enters(),
      wicca.enters(),
      newcomer.enters(),
      crone.leaves(),
      wicca.leaves(),
      newcomer.leaves(),
      everybody.hush(),
    ]);
    await counted("set", 3);
    pep.forgets();
    pep.keeps(WICCA.address, ROOM, OWN);
    await stage.acts([time.passes`1441 minutes`, hag.says`hello`]);
    await stage.acts([CRONE.waits(), NEWCOMER.waits()]);
    await stage.until(() => (pep.asked.length >= 9 ? true : undefined));
    await stage.acts([
      CRONE.hears`message ${DOMAIN} "研发群 ${LINK}\\nhag: hello" | <x xmlns="conference" jid="coven" reason="hag: hello"/>`,
      NEWCOMER.hears`1 stanza`,
      WICCA.hears`nothing`,
      hag.says`again`,
      time.passes`3000 minutes`,
      hag.says`and again`,
      each(CRONE, NEWCOMER, WICCA).hears`nothing`,
    ]);
  });

  it("that aren't known don't keep anybody from being invited again", async () => {
    await stage.acts([
      hag.configures`membersonly=1`,
      hag.makes`CRONE member; WICCA member`,
      crone.enters(),
      wicca.enters(),
      crone.leaves(),
      wicca.leaves(),
      everybody.hush(),
    ]);
    await counted("set", 2);
    pep.manner = "refuses";
    const before = pep.asked.length;
    await stage.acts([time.passes`1441 minutes`, hag.says`hello`]);
    await stage.until(() => (pep.asked.length > before ? true : undefined));
    await stage.acts([CRONE.waits(), WICCA.waits(), each(CRONE, WICCA).hears`1 stanza`]);
    expect(pep.asked.length).to.equal(before + 1);
  });
});
