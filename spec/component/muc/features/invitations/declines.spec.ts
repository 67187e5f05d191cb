/** Declining an invitation (XEP-0045 §7.8.2). */
import { expect } from "chai";
import { CRONE, crone, DOMAIN, HAG, hag, onStage, ROOM, stranger, WICCA, wiccarocks } from "../../play.js";

const USER = "http://jabber.org/protocol/muc#user";

describe("declining an invitation", () => {
  const play = onStage({}, (play) => play.coven());

  const declines = (from: string, to: string, inside = "", room = ROOM): Promise<void> =>
    play.sends(
      from,
      `<message to="${room}"><x xmlns="${USER}"><decline to="${to}">${inside}</decline></x></message>`,
    );
  /** The sender and the content. */
  const heard = (who: string): string[] =>
    play
      .hears(who)
      .flatMap((message) => message.getChild("x", USER)?.getChild("decline") ?? [])
      .map(({ attrs, children }) => `${attrs.from}: ${children.join("")}`);

  it("reaches the inviter once, with the reason, by the nickname of that time", async () => {
    await play.invites(hag, WICCA);
    await play.appears(hag, "oldhag");
    for (let times = 0; times < 2; times++)
      await declines(wiccarocks, `${ROOM}/hag`, "<reason>Sorry</reason>");
    expect(heard(hag)).to.deep.equal([`${WICCA}: <reason>Sorry</reason>`]);
    expect(heard(wiccarocks)).to.deep.equal([]);
  });

  it("reaches the inviter by their real address, without a reason if there is none", async () => {
    await play.invites(hag, WICCA);
    await declines(wiccarocks, HAG);
    expect(heard(hag)).to.deep.equal([`${WICCA}: `]);
  });

  it("reaches an inviter who has left, by the real address if the room shows addresses", async () => {
    await play.configures(hag, { "muc#roomconfig_whois": "anyone" });
    await play.invites(crone, WICCA);
    await play.leaves(crone);
    await declines(wiccarocks, CRONE);
    expect(heard(CRONE)).to.have.length(1);
  });

  it("reaches the inviter before the invitation is on disk, and after a restart", async () => {
    await Promise.all([play.invites(hag, WICCA), declines(wiccarocks, `${ROOM}/hag`)]);
    expect(heard(hag)).to.have.length(1);
    await play.invites(hag, WICCA);
    await play.restarts();
    await declines(wiccarocks, `${ROOM}/hag`);
    expect(heard(hag)).to.have.length(1);
  });

  it("reaches nobody else, and nobody if there was no invitation, without an answer", async () => {
    await play.invites(hag, WICCA);
    play.hush();
    const others = [`${ROOM}/crone`, CRONE, crone, "anybody@elsewhere.test", "@", ""];
    for (const to of others) await declines(wiccarocks, to);
    for (const to of [...others, `${ROOM}/hag`, hag]) await declines(stranger, to);
    await declines(stranger, hag, "", `nowhere@${DOMAIN}`);
    for (const who of [stranger, wiccarocks]) play.receives(who);
    for (const who of [hag, crone, CRONE, "anybody@elsewhere.test"])
      expect(heard(who), who).to.deep.equal([]);
  });

  it("reaches nobody after a ban", async () => {
    await play.invites(hag, WICCA);
    await play.affiliates(hag, WICCA, "outcast");
    await declines(wiccarocks, `${ROOM}/hag`);
    expect(heard(hag)).to.deep.equal([]);
  });

  it("is possible for the newest thousand invitations of a room, which are deleted with it", async () => {
    await play.invites(hag, WICCA);
    const put = play.db.prepare("INSERT INTO invitations VALUES (1, ?, 'a@b', 'a@b', ?)");
    for (let at = 0; at < 1001; at++) put.run(`${at}@b`, at);
    await play.invites(crone, WICCA);
    expect(play.count("invitations")).to.equal(1000);
    await declines(wiccarocks, `${ROOM}/hag`);
    expect(heard(hag)).to.have.length(1);
    await play.destroys(hag);
    expect(play.count("invitations")).to.equal(0);
  });
});
