import { expect } from "chai";
import { CRONE, crone, errorOf, HAG, hag, item, onStage, WICCA, wiccarocks } from "../play.js";

describe("permissions and limits in a room", () => {
  const play = onStage({}, (play) => play.coven([wiccarocks, "wicca"]));

  it("an administrator can't ban or demote another administrator", async () => {
    await play.administers(hag, item(CRONE, "admin") + item(WICCA, "admin"));
    play.hush();
    for (const affiliation of ["outcast", "none", "member"]) {
      expect(await play.outcome(crone, item(WICCA, affiliation)), affiliation).to.equal(
        "cancel/not-allowed by coven",
      );
    }
    expect(await play.outcome(crone, item(HAG, "outcast"))).to.equal("cancel/not-allowed by coven");
    play.receives(wiccarocks);
  });

  it("a moderator grants and revokes voice, and can kick themselves", async () => {
    await play.gives(hag, "crone", "moderator");
    play.hush();
    expect(await play.outcome(crone, `<item nick="wicca" role="visitor"/>`)).to.equal("result");
    expect(await play.outcome(crone, `<item nick="wicca" role="visitor"/>`), "again").to.equal("result");
    play.receives(wiccarocks, "presence coven/wicca none/visitor 110");
    expect(await play.outcome(crone, `<item nick="wicca" role="participant"/>`)).to.equal("result");
    expect(await play.outcome(crone, `<item nick="crone" role="none"/>`)).to.equal("result");
    expect(play.lines(crone).at(-1)).to.equal("presence coven/crone unavailable none/none 307 110");
  });

  it("an owner can kick themselves, and the room stays", async () => {
    await play.affiliates(hag, CRONE, "owner");
    expect(await play.outcome(hag, `<item nick="hag" role="none"/>`)).to.equal("result");
    expect(play.lines(hag).at(-1)).to.contain("unavailable owner/none 307 110");
    expect(play.service.rooms.count).to.equal(1);
  });

  it("a room with max_members affiliations accepts no more, but changes existing ones", async () => {
    await play.begins({ rooms: { max_members: 3 } });
    await play.roomOf(hag, "hag");
    expect(await play.outcome(hag, item(CRONE, "member") + item(WICCA, "member"))).to.equal("result");
    const more = await play.outcome(hag, item("more@qtalk.test.org", "member"));
    expect(more).to.equal("wait/resource-constraint by coven");
    expect(await play.outcome(hag, item("more@qtalk.test.org", "none"))).to.equal("result");
    expect(await play.outcome(hag, item(CRONE, "admin") + item(WICCA, "outcast"))).to.equal("result");
    expect(await play.outcome(hag, item(WICCA, "none"))).to.equal("result");
    expect(await play.outcome(hag, item("more@qtalk.test.org", "member"))).to.equal("result");
  });

  it("a room with more than max_members affiliations accepts changes of existing ones", async () => {
    await play.administers(hag, item(CRONE, "member") + item(WICCA, "member"));
    await play.restarts({ rooms: { max_members: 2 } });
    expect(await play.outcome(hag, item(CRONE, "admin"))).to.equal("result");
    expect(await play.outcome(hag, item("more@qtalk.test.org", "member"))).to.contain("resource-constraint");
  });

  it("an owner can demote another owner, whose reserved nickname stays", async () => {
    await play.administers(hag, `<item affiliation="owner" jid="${CRONE}" nick="third"/>`);
    expect(await play.outcome(hag, item(CRONE, "member"))).to.equal("result");
    expect(play.stored(CRONE)).to.include({ affiliation: "member", nick: "third" });
  });

  it("a temporary room ends with the ban of its last occupant, and invites nobody any more", async () => {
    await play.administers(hag, item(CRONE, "member") + item(WICCA, "owner"));
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    await play.leaves(hag);
    await play.leaves(wiccarocks);
    play.hush();
    const items = item(CRONE, "outcast") + item("new@qtalk.test.org", "member");
    expect(await play.outcome(hag, items)).to.equal("result");
    play.receives(crone, "presence coven/crone unavailable outcast/none 301 110");
    expect(play.service.rooms.count).to.equal(0);
    play.receives("new@qtalk.test.org");
    expect(play.count("affiliations")).to.equal(0);
  });

  it("a list is requested by exactly one affiliation or role", async () => {
    expect([
      await play.list(hag, `affiliation="member"`),
      await play.list(hag, `role="participant"`),
    ]).to.deep.equal(["", "crone wicca"]);
    for (const wrong of [
      ...[`affiliation="none"`, `affiliation="friend"`, `role="none"`, `role="king"`, ""],
      ...[`affiliation="member" role="visitor"`, `role="visitor"/><item role="visitor"`],
    ])
      expect(await play.list(hag, wrong), wrong).to.equal("modify/bad-request by coven");
    const none = `<query xmlns="http://jabber.org/protocol/muc#admin"/>`;
    expect(errorOf(await play.asks(hag, "get", none))).to.equal("modify/bad-request by coven");
  });

  it("one request makes a thousand changes, and not one more", async () => {
    const many = (count: number, affiliation: string): string =>
      Array.from({ length: count }, (_, at) => item(`m${at}@qtalk.test.org`, affiliation)).join("");
    const members = (): unknown => play.count("affiliations WHERE affiliation = 'member'");
    expect(await play.outcome(hag, many(1_001, "member"))).to.equal("modify/not-acceptable by coven");
    expect(members()).to.equal(0);
    expect(await play.outcome(hag, many(999, "member") + item(CRONE, "member"))).to.equal("result");
    expect(members()).to.equal(1_000);
    play.receives(hag, "presence coven/crone member/participant");
    expect(await play.outcome(hag, many(1_000, "none"))).to.equal("result");
    expect(members()).to.equal(1);
    play.receives(hag);
    expect(await play.outcome(hag, many(100, "member"))).to.equal("result");
    expect(play.hears(hag), "of a hundred it is told").to.have.length(100);
  });

  it("only administrators can revoke a moderator's role, and nobody an administrator's", async () => {
    await play.administers(hag, `<item nick="crone" role="moderator"/><item nick="wicca" role="moderator"/>`);
    play.hush();
    for (const role of ["participant", "visitor"])
      expect(await play.outcome(crone, `<item nick="wicca" role="${role}"/>`), role).to.equal(
        "auth/forbidden by coven",
      );
    play.receives(wiccarocks);
    expect(await play.outcome(hag, `<item nick="wicca" role="participant"/>`)).to.equal("result");
    await play.affiliates(hag, CRONE, "admin");
    play.hush();
    for (const role of ["participant", "visitor"])
      expect(await play.outcome(hag, `<item nick="crone" role="${role}"/>`), role).to.equal(
        "cancel/not-allowed by coven",
      );
    play.receives(crone);
  });

  it("a visitor can't invite; administrators can if allowinvites is off", async () => {
    await play.gives(hag, "crone", "visitor");
    play.hush();
    await play.invites(crone, "new@qtalk.test.org");
    play.refused(crone, "auth/forbidden by coven");
    await play.affiliates(hag, CRONE, "admin");
    await play.configures(hag, { "muc#roomconfig_allowinvites": "0" });
    play.hush();
    await play.invites(wiccarocks, "new@qtalk.test.org");
    play.refused(wiccarocks, "auth/forbidden by coven");
    play.receives("new@qtalk.test.org");
    await play.invites(crone, "new@qtalk.test.org");
    expect(play.hears("new@qtalk.test.org")).to.have.length(1);
  });

  it("one message invites fifty users, and not fifty-one", async () => {
    const people = Array.from({ length: 51 }, (_, at) => `guest-${at}@qtalk.test.org`);
    await play.invites(crone, ...people);
    play.refused(crone, "modify/not-acceptable by coven");
    for (const guest of people) play.receives(guest);
    await play.invites(crone, ...people.slice(0, 50));
    for (const guest of people.slice(0, 50)) expect(play.hears(guest)).to.have.length(1);
  });

  it("a full room admits another session of an occupant, and nobody else", async () => {
    await play.configures(hag, { "muc#roomconfig_maxusers": "10" });
    for (let at = 3; at < 10; at++) await play.enters(`guest-${at}@qtalk.test.org/a`, `guest-${at}`);
    await play.isRefused("late@qtalk.test.org/a", "late", "wait/service-unavailable by coven");
    expect(await play.entry(`${CRONE}/phone`, "crone")).to.include(
      "presence coven/crone none/participant 110",
    );
  });

  it("all occupants are pinged after a reconnect", async () => {
    for (let at = 0; at < 45; at++) await play.enters(`guest-${at}@qtalk.test.org/a`, `guest-${at}`);
    play.link.emit("up");
    await play.until(() => new Set(play.pings.map(({ attrs }) => attrs.to)).size === 48 || undefined);
  });
});
