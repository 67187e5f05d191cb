import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { CRONE, crone, errorOf, HAG, hag, Play, ROOM, told, WICCA, wiccarocks } from "../play.js";

describe("who may do what to whom in a room", () => {
  let play: Play;
  beforeEach(async () => {
    play = await new Play().ready();
    await play.coven([wiccarocks, "wicca"]);
  });
  afterEach(() => play.close());

  const hush = (): void => {
    for (const who of [hag, crone, wiccarocks]) play.hears(who);
  };
  const outcome = async (from: string, items: string): Promise<string> => {
    const answer = await play.administers(from, items);
    return answer.attrs.type === "result" ? "result" : errorOf(answer);
  };
  const affiliate = (jid: string, affiliation: string): string =>
    `<item affiliation="${affiliation}" jid="${jid}"/>`;
  const invites = (from: string, ...invited: string[]): Promise<void> => {
    const all = invited.map((to) => `<invite to="${to}"/>`).join("");
    return play.sends(
      from,
      `<message to="${ROOM}"><x xmlns="http://jabber.org/protocol/muc#user">${all}</x></message>`,
    );
  };

  it("an administrator neither bans nor demotes a fellow administrator", async () => {
    await play.administers(hag, affiliate(CRONE, "admin") + affiliate(WICCA, "admin"));
    hush();
    for (const affiliation of ["outcast", "none", "member"]) {
      expect(await outcome(crone, affiliate(WICCA, affiliation)), affiliation).to.equal(
        "cancel/not-allowed by coven",
      );
    }
    expect(await outcome(crone, affiliate(HAG, "outcast"))).to.equal("cancel/not-allowed by coven");
    expect(play.hears(wiccarocks)).to.deep.equal([]);
  });

  it("an administrator makes members of others, and no administrators or owners", async () => {
    await play.administers(hag, affiliate(CRONE, "admin"));
    expect(await outcome(crone, affiliate(WICCA, "member"))).to.equal("result");
    expect(await outcome(crone, affiliate(WICCA, "none"))).to.equal("result");
    for (const affiliation of ["admin", "owner"])
      expect(await outcome(crone, affiliate(WICCA, affiliation))).to.equal("auth/forbidden by coven");
  });

  it("a moderator gives and takes voice, kicks, and leaves by kicking themselves", async () => {
    await play.administers(hag, `<item nick="crone" role="moderator"/>`);
    hush();
    expect(await outcome(crone, `<item nick="wicca" role="visitor"/>`)).to.equal("result");
    expect(await outcome(crone, `<item nick="wicca" role="visitor"/>`), "again").to.equal("result");
    expect(play.hears(wiccarocks).map(told)).to.deep.equal(["presence coven/wicca none/visitor 110"]);
    expect(await outcome(crone, `<item nick="wicca" role="participant"/>`)).to.equal("result");
    expect(await outcome(crone, `<item nick="crone" role="none"/>`)).to.equal("result");
    expect(play.hears(crone).map(told).at(-1)).to.equal("presence coven/crone unavailable none/none 307 110");
  });

  it("an owner may kick themselves, and keeps the room", async () => {
    await play.administers(hag, affiliate(CRONE, "owner"));
    expect(await outcome(hag, `<item nick="hag" role="none"/>`)).to.equal("result");
    expect(play.hears(hag).map(told).at(-1)).to.contain("unavailable owner/none 307 110");
    expect(play.service.rooms.count).to.equal(1);
  });

  it("others are told nothing of who is inside by what they may not change", async () => {
    for (const nick of ["wicca", "nobody"])
      expect(await outcome(crone, `<item nick="${nick}" role="none"/>`)).to.equal("auth/forbidden by coven");
  });

  it("a room with all the affiliations that it may have takes no more of them, and changes those it has", async () => {
    play.close();
    play = await new Play({ rooms: { max_members: 3 } }).ready();
    await play.roomOf(hag, "hag");
    expect(await outcome(hag, affiliate(CRONE, "member") + affiliate(WICCA, "member"))).to.equal("result");
    const more = await outcome(hag, affiliate("more@qtalk.test.org", "member"));
    expect(more).to.equal("wait/resource-constraint by coven");
    expect(await outcome(hag, affiliate("more@qtalk.test.org", "none"))).to.equal("result");
    expect(await outcome(hag, affiliate(CRONE, "admin") + affiliate(WICCA, "outcast"))).to.equal("result");
    expect(await outcome(hag, affiliate(WICCA, "none"))).to.equal("result");
    expect(await outcome(hag, affiliate("more@qtalk.test.org", "member"))).to.equal("result");
  });

  it("a room with more affiliations than it may have by now takes changes of those", async () => {
    await play.administers(hag, affiliate(CRONE, "member") + affiliate(WICCA, "member"));
    play.close();
    play = await new Play({ db: play.db, rooms: { max_members: 2 } }).ready();
    expect(await outcome(hag, affiliate(CRONE, "admin"))).to.equal("result");
    expect(await outcome(hag, affiliate("more@qtalk.test.org", "member"))).to.contain("resource-constraint");
  });

  it("an owner takes another owner's office, who keeps the nickname reserved for them", async () => {
    await play.administers(hag, `<item affiliation="owner" jid="${CRONE}" nick="third"/>`);
    expect(await outcome(hag, affiliate(CRONE, "member"))).to.equal("result");
    const kept = play.db.prepare("SELECT affiliation, nick FROM affiliations WHERE jid = ?").get(CRONE);
    expect(kept).to.deep.equal({ affiliation: "member", nick: "third" });
  });

  it("a temporary room goes with the last who is banned from it, and nobody is invited there any more", async () => {
    await play.administers(hag, affiliate(CRONE, "member") + affiliate(WICCA, "owner"));
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    await play.sends(hag, `<presence to="${ROOM}" type="unavailable"/>`);
    await play.sends(wiccarocks, `<presence to="${ROOM}" type="unavailable"/>`);
    hush();
    const items = affiliate(CRONE, "outcast") + affiliate("new@qtalk.test.org", "member");
    expect(await outcome(hag, items)).to.equal("result");
    expect(play.hears(crone).map(told)).to.deep.equal([
      "presence coven/crone unavailable outcast/none 301 110",
    ]);
    expect(play.service.rooms.count).to.equal(0);
    expect(play.hears("new@qtalk.test.org")).to.deep.equal([]);
    expect(play.db.prepare("SELECT count(*) FROM affiliations").pluck().get()).to.equal(0);
  });

  it("a list is asked for by one affiliation or one role, and is of no other thing", async () => {
    const list = async (attrs: string): Promise<string> => {
      const query = `<query xmlns="http://jabber.org/protocol/muc#admin">${attrs}</query>`;
      const answer = await play.asks(hag, "get", query);
      return answer.attrs.type === "result" ? "result" : errorOf(answer);
    };
    for (const good of [`affiliation="member"`, `role="participant"`])
      expect(await list(`<item ${good}/>`), good).to.equal("result");
    const bad = [`affiliation="none"`, `affiliation="friend"`, `role="none"`, `role="king"`, ""];
    for (const wrong of [...bad, `affiliation="member" role="visitor"`])
      expect(await list(`<item ${wrong}/>`), wrong).to.equal("modify/bad-request by coven");
    for (const wrong of ["", `<item role="visitor"/><item role="visitor"/>`])
      expect(await list(wrong), wrong).to.equal("modify/bad-request by coven");
  });

  it("a thousand changes can be made at once, and not one more; those that concern nobody inside are told to nobody", async () => {
    const many = (count: number, affiliation: string): string =>
      Array.from({ length: count }, (_, at) => affiliate(`m${at}@qtalk.test.org`, affiliation)).join("");
    const members = (): unknown =>
      play.db.prepare("SELECT count(*) FROM affiliations WHERE affiliation = 'member'").pluck().get();
    expect(await outcome(hag, many(1_001, "member"))).to.equal("modify/not-acceptable by coven");
    expect(members()).to.equal(0);
    expect(await outcome(hag, many(999, "member") + affiliate(CRONE, "member"))).to.equal("result");
    expect(members()).to.equal(1_000);
    expect(play.hears(hag).map(told)).to.deep.equal(["presence coven/crone member/participant"]);
    expect(await outcome(hag, many(1_000, "none"))).to.equal("result");
    expect(members()).to.equal(1);
    expect(play.hears(hag)).to.deep.equal([]);
    expect(await outcome(hag, many(100, "member"))).to.equal("result");
    expect(play.hears(hag), "of a hundred it is told").to.have.length(100);
  });

  it("a moderator doesn't take another's office; administrators do", async () => {
    await play.administers(hag, `<item nick="crone" role="moderator"/><item nick="wicca" role="moderator"/>`);
    hush();
    for (const role of ["participant", "visitor"]) {
      const item = `<item nick="wicca" role="${role}"/>`;
      expect(await outcome(crone, item), role).to.equal("auth/forbidden by coven");
    }
    expect(play.hears(wiccarocks)).to.deep.equal([]);
    expect(await outcome(hag, `<item nick="wicca" role="participant"/>`)).to.equal("result");
  });

  it("nobody takes voice or office from an administrator, not even an owner: they are always moderators", async () => {
    await play.administers(hag, affiliate(CRONE, "admin"));
    hush();
    for (const role of ["participant", "visitor"]) {
      const item = `<item nick="crone" role="${role}"/>`;
      expect(await outcome(hag, item), role).to.equal("cancel/not-allowed by coven");
    }
    expect(play.hears(crone)).to.deep.equal([]);
  });

  it("members of a room of members read its lists only where addresses are visible", async () => {
    await play.administers(hag, affiliate(CRONE, "member"));
    await play.configures(hag, { "muc#roomconfig_membersonly": "1" });
    const list = async (from: string, affiliation: string): Promise<string> => {
      const query = `<query xmlns="http://jabber.org/protocol/muc#admin"><item affiliation="${affiliation}"/></query>`;
      const answer = await play.asks(from, "get", query);
      return answer.attrs.type === "result" ? "result" : errorOf(answer);
    };
    for (const affiliation of ["owner", "admin", "member"]) {
      expect(await list(crone, affiliation), affiliation).to.equal("auth/forbidden by coven");
    }
    await play.configures(hag, { "muc#roomconfig_whois": "anyone" });
    expect(await list(crone, "owner")).to.equal("result");
  });

  it("a visitor invites nobody, and administrators do also where others may not", async () => {
    await play.administers(hag, `<item nick="crone" role="visitor"/>`);
    hush();
    await invites(crone, "new@qtalk.test.org");
    expect(play.hears(crone).map(errorOf)).to.deep.equal(["auth/forbidden by coven"]);
    await play.administers(hag, affiliate(CRONE, "admin"));
    await play.configures(hag, { "muc#roomconfig_allowinvites": "0" });
    hush();
    await invites(wiccarocks, "new@qtalk.test.org");
    expect(play.hears(wiccarocks).map(errorOf)).to.deep.equal(["auth/forbidden by coven"]);
    expect(play.hears("new@qtalk.test.org")).to.deep.equal([]);
    await invites(crone, "new@qtalk.test.org");
    expect(play.hears("new@qtalk.test.org")).to.have.length(1);
  });

  it("one message invites fifty people, and not fifty-one", async () => {
    const people = Array.from({ length: 51 }, (_, at) => `guest-${at}@qtalk.test.org`);
    await invites(crone, ...people);
    expect(play.hears(crone).map(errorOf)).to.deep.equal(["modify/not-acceptable by coven"]);
    for (const guest of people) expect(play.hears(guest)).to.deep.equal([]);
    await invites(crone, ...people.slice(0, 50));
    for (const guest of people.slice(0, 50)) expect(play.hears(guest)).to.have.length(1);
  });

  it("visitors whisper where everybody may, and not where only those with voice may", async () => {
    await play.administers(hag, `<item nick="crone" role="visitor"/>`);
    const whispers = async (): Promise<string[]> => {
      hush();
      await play.sends(crone, `<message to="${ROOM}/hag" type="chat"><body>psst</body></message>`);
      return [...play.hears(crone).map(errorOf), ...play.hears(hag).map(told)];
    };
    expect(await whispers()).to.deep.equal(['message coven/crone chat "psst"']);
    await play.configures(hag, {
      "muc#roomconfig_allowpm": "participants",
      "{xmpp:prosody.im}muc#allow_modpm": "0",
    });
    expect(await whispers()).to.deep.equal(["auth/forbidden by coven"]);
    await play.administers(hag, `<item nick="crone" role="participant"/>`);
    expect(await whispers()).to.deep.equal(['message coven/crone chat "psst"']);
  });

  it("nobody is told that somebody left whose presence wasn't told", async () => {
    await play.configures(hag, { "muc#roomconfig_presencebroadcast": ["moderator"] });
    hush();
    await play.sends(crone, `<presence to="${ROOM}" type="unavailable"/>`);
    expect(play.hears(crone).map(told)).to.deep.equal(["presence coven/crone unavailable none/none 110"]);
    for (const who of [hag, wiccarocks]) expect(play.hears(who)).to.deep.equal([]);
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

  it("what isn't to be stored is in no archive", async () => {
    const said = (hint: string): Promise<void> =>
      play.sends(
        crone,
        `<message to="${ROOM}" type="groupchat"><body>off</body><${hint} xmlns="urn:xmpp:hints"/></message>`,
      );
    for (const hint of ["no-store", "no-permanent-store", "no-permanent-storage"]) await said(hint);
    expect(play.db.prepare("SELECT count(*) FROM archive").pluck().get()).to.equal(0);
    await said("store");
    expect(play.db.prepare("SELECT count(*) FROM archive").pluck().get()).to.equal(1);
  });

  it("of two times from which history is wanted, the later counts", async () => {
    await play.says(crone, "one");
    const given = async (history: string): Promise<string[]> => {
      const heard: Element[] = await play.enters("new@qtalk.test.org/a", "new", history);
      await play.sends("new@qtalk.test.org/a", `<presence to="${ROOM}" type="unavailable"/>`);
      play.hears("new@qtalk.test.org/a");
      return heard.flatMap((stanza) => stanza.getChildText("body") ?? []);
    };
    const later = new Date(Date.now() + 60_000).toISOString();
    expect(await given(`<history seconds="3600" since="${later}"/>`)).to.deep.equal([]);
    expect(await given(`<history seconds="0" since="1970-01-01T00:00:00Z"/>`)).to.deep.equal([]);
    expect(await given(`<history seconds="3600" since="1970-01-01T00:00:00Z"/>`)).to.deep.equal(["one"]);
  });

  it("all who are inside are looked for after a reconnect, however many; errors of other things ask nothing", async () => {
    for (let at = 0; at < 45; at++) await play.enters(`guest-${at}@qtalk.test.org/a`, `guest-${at}`);
    play.link.emit("up");
    await play.until(() => {
      const all = play.link.written.filter((stanza) => stanza.name === "iq" && stanza.getChild("ping"));
      return new Set(all.map(({ attrs }) => attrs.to)).size === 48 || undefined;
    });
    play.hears(crone);
    const error = `<error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`;
    await play.sends(crone, `<iq to="${ROOM}" type="error" id="another">${error}</iq>`);
    expect(play.hears(crone)).to.deep.equal([]);
  });
});
