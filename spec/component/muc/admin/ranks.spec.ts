import { expect } from "chai";
import {
  CRONE,
  crone,
  errorOf,
  HAG,
  hag,
  onStage,
  ROOM,
  told,
  WICCA,
  wiccarocks,
  errorXml,
} from "../play.js";

describe("who may do what to whom in a room", () => {
  const play = onStage({}, (play) => play.coven([wiccarocks, "wicca"]));

  const affiliate = (jid: string, affiliation: string): string =>
    `<item affiliation="${affiliation}" jid="${jid}"/>`;
  it("an administrator neither bans nor demotes a fellow administrator", async () => {
    await play.administers(hag, affiliate(CRONE, "admin") + affiliate(WICCA, "admin"));
    play.hush();
    for (const affiliation of ["outcast", "none", "member"]) {
      expect(await play.outcome(crone, affiliate(WICCA, affiliation)), affiliation).to.equal(
        "cancel/not-allowed by coven",
      );
    }
    expect(await play.outcome(crone, affiliate(HAG, "outcast"))).to.equal("cancel/not-allowed by coven");
    play.told(wiccarocks);
  });

  it("a moderator gives and takes voice, kicks, and leaves by kicking themselves", async () => {
    await play.gives(hag, "crone", "moderator");
    play.hush();
    expect(await play.outcome(crone, `<item nick="wicca" role="visitor"/>`)).to.equal("result");
    expect(await play.outcome(crone, `<item nick="wicca" role="visitor"/>`), "again").to.equal("result");
    play.told(wiccarocks, "presence coven/wicca none/visitor 110");
    expect(await play.outcome(crone, `<item nick="wicca" role="participant"/>`)).to.equal("result");
    expect(await play.outcome(crone, `<item nick="crone" role="none"/>`)).to.equal("result");
    expect(play.lines(crone).at(-1)).to.equal("presence coven/crone unavailable none/none 307 110");
  });

  it("an owner may kick themselves, and keeps the room", async () => {
    await play.affiliates(hag, CRONE, "owner");
    expect(await play.outcome(hag, `<item nick="hag" role="none"/>`)).to.equal("result");
    expect(play.lines(hag).at(-1)).to.contain("unavailable owner/none 307 110");
    expect(play.service.rooms.count).to.equal(1);
  });

  it("a room with all the affiliations that it may have takes no more of them, and changes those it has", async () => {
    await play.begins({ rooms: { max_members: 3 } });
    await play.roomOf(hag, "hag");
    expect(await play.outcome(hag, affiliate(CRONE, "member") + affiliate(WICCA, "member"))).to.equal(
      "result",
    );
    const more = await play.outcome(hag, affiliate("more@qtalk.test.org", "member"));
    expect(more).to.equal("wait/resource-constraint by coven");
    expect(await play.outcome(hag, affiliate("more@qtalk.test.org", "none"))).to.equal("result");
    expect(await play.outcome(hag, affiliate(CRONE, "admin") + affiliate(WICCA, "outcast"))).to.equal(
      "result",
    );
    expect(await play.outcome(hag, affiliate(WICCA, "none"))).to.equal("result");
    expect(await play.outcome(hag, affiliate("more@qtalk.test.org", "member"))).to.equal("result");
  });

  it("a room with more affiliations than it may have by now takes changes of those", async () => {
    await play.administers(hag, affiliate(CRONE, "member") + affiliate(WICCA, "member"));
    await play.restarts({ rooms: { max_members: 2 } });
    expect(await play.outcome(hag, affiliate(CRONE, "admin"))).to.equal("result");
    expect(await play.outcome(hag, affiliate("more@qtalk.test.org", "member"))).to.contain(
      "resource-constraint",
    );
  });

  it("an owner takes another owner's office, who keeps the nickname reserved for them", async () => {
    await play.administers(hag, `<item affiliation="owner" jid="${CRONE}" nick="third"/>`);
    expect(await play.outcome(hag, affiliate(CRONE, "member"))).to.equal("result");
    const kept = play.db.prepare("SELECT affiliation, nick FROM affiliations WHERE jid = ?").get(CRONE);
    expect(kept).to.deep.equal({ affiliation: "member", nick: "third" });
  });

  it("a temporary room goes with the last who is banned from it, and nobody is invited there any more", async () => {
    await play.administers(hag, affiliate(CRONE, "member") + affiliate(WICCA, "owner"));
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    await play.leaves(hag);
    await play.leaves(wiccarocks);
    play.hush();
    const items = affiliate(CRONE, "outcast") + affiliate("new@qtalk.test.org", "member");
    expect(await play.outcome(hag, items)).to.equal("result");
    play.told(crone, "presence coven/crone unavailable outcast/none 301 110");
    expect(play.service.rooms.count).to.equal(0);
    play.told("new@qtalk.test.org");
    expect(play.count("affiliations")).to.equal(0);
  });

  it("a list is asked for by one affiliation or one role, and is of no other thing", async () => {
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

  it("a thousand changes can be made at once, and not one more; those that concern nobody inside are told to nobody", async () => {
    const many = (count: number, affiliation: string): string =>
      Array.from({ length: count }, (_, at) => affiliate(`m${at}@qtalk.test.org`, affiliation)).join("");
    const members = (): unknown => play.count("affiliations WHERE affiliation = 'member'");
    expect(await play.outcome(hag, many(1_001, "member"))).to.equal("modify/not-acceptable by coven");
    expect(members()).to.equal(0);
    expect(await play.outcome(hag, many(999, "member") + affiliate(CRONE, "member"))).to.equal("result");
    expect(members()).to.equal(1_000);
    play.told(hag, "presence coven/crone member/participant");
    expect(await play.outcome(hag, many(1_000, "none"))).to.equal("result");
    expect(members()).to.equal(1);
    play.told(hag);
    expect(await play.outcome(hag, many(100, "member"))).to.equal("result");
    expect(play.hears(hag), "of a hundred it is told").to.have.length(100);
  });

  it("nobody takes voice or office from another moderator but administrators, and from these nobody does", async () => {
    await play.administers(hag, `<item nick="crone" role="moderator"/><item nick="wicca" role="moderator"/>`);
    play.hush();
    for (const role of ["participant", "visitor"])
      expect(await play.outcome(crone, `<item nick="wicca" role="${role}"/>`), role).to.equal(
        "auth/forbidden by coven",
      );
    play.told(wiccarocks);
    expect(await play.outcome(hag, `<item nick="wicca" role="participant"/>`)).to.equal("result");
    await play.affiliates(hag, CRONE, "admin");
    play.hush();
    for (const role of ["participant", "visitor"])
      expect(await play.outcome(hag, `<item nick="crone" role="${role}"/>`), role).to.equal(
        "cancel/not-allowed by coven",
      );
    play.told(crone);
  });

  it("a visitor invites nobody, and administrators do also where others may not", async () => {
    await play.gives(hag, "crone", "visitor");
    play.hush();
    await play.invites(crone, "new@qtalk.test.org");
    play.refused(crone, "auth/forbidden by coven");
    await play.affiliates(hag, CRONE, "admin");
    await play.configures(hag, { "muc#roomconfig_allowinvites": "0" });
    play.hush();
    await play.invites(wiccarocks, "new@qtalk.test.org");
    play.refused(wiccarocks, "auth/forbidden by coven");
    play.told("new@qtalk.test.org");
    await play.invites(crone, "new@qtalk.test.org");
    expect(play.hears("new@qtalk.test.org")).to.have.length(1);
  });

  it("one message invites fifty people, and not fifty-one", async () => {
    const people = Array.from({ length: 51 }, (_, at) => `guest-${at}@qtalk.test.org`);
    await play.invites(crone, ...people);
    play.refused(crone, "modify/not-acceptable by coven");
    for (const guest of people) play.told(guest);
    await play.invites(crone, ...people.slice(0, 50));
    for (const guest of people.slice(0, 50)) expect(play.hears(guest)).to.have.length(1);
  });

  it("a full room takes another session of somebody inside, and nobody else", async () => {
    await play.configures(hag, { "muc#roomconfig_maxusers": "10" });
    for (let at = 3; at < 10; at++) await play.enters(`guest-${at}@qtalk.test.org/a`, `guest-${at}`);
    expect((await play.enters("late@qtalk.test.org/a", "late")).map(errorOf)).to.deep.equal([
      "wait/service-unavailable by coven",
    ]);
    const heard = await play.enters("crone1@qtalk.test.org/phone", "crone");
    expect(heard.map(told).join()).to.contain("presence coven/crone none/participant 110");
  });

  it("all who are inside are looked for after a reconnect, however many; errors of other things ask nothing", async () => {
    for (let at = 0; at < 45; at++) await play.enters(`guest-${at}@qtalk.test.org/a`, `guest-${at}`);
    play.link.emit("up");
    await play.until(() => {
      const all = play.link.written.filter((stanza) => stanza.name === "iq" && stanza.getChild("ping"));
      return new Set(all.map(({ attrs }) => attrs.to)).size === 48 || undefined;
    });
    play.hears(crone);
    const error = errorXml("service-unavailable");
    await play.sends(crone, `<iq to="${ROOM}" type="error" id="another">${error}</iq>`);
    play.told(crone);
  });
});
