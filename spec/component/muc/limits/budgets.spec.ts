/** The limits of one user's requests, each of which is answered. */
import { expect } from "chai";
import { crone, DOMAIN, errorOf, hag, onStage, Play, ROOM, lineOf, wiccarocks } from "../play.js";

const MAM = "urn:xmpp:mam:2";
const LIST = `<query xmlns="http://jabber.org/protocol/muc#admin"><item affiliation="member"/></query>`;
const VCARD = `<vCard xmlns="vcard-temp"/>`;
const INFO = `<query xmlns="http://jabber.org/protocol/disco#info"/>`;

describe("what one user requests from rooms", () => {
  const play = onStage();
  const begin = async (rooms: ConstructorParameters<typeof Play>[0] = {}): Promise<void> => {
    await play.begins(rooms);
    await play.roomOf(hag, "hag");
  };

  const reenters = (inside = ""): Promise<string[]> =>
    play.enters(crone, "crone", inside).then((heard) => heard.map(lineOf));

  it("is answered completely if a client enters 150 rooms at login, with archives and pictures", async () => {
    await begin();
    for (let i = 0; i < 30; i++) await play.says(hag, `${i} ${"x".repeat(500)}`);
    const rooms = [ROOM, ...Array.from({ length: 149 }, (_, i) => `room${i}@${DOMAIN}`)];
    const answers: Promise<{ attrs: Record<string, string | undefined> }>[] = [];
    const entries: string[] = [];
    for (const room of rooms) {
      const heard = await play.enters(crone, "crone", `<history maxstanzas="0"/>`, room);
      entries.push(...heard.map(lineOf).filter((line) => line.includes("error")));
      const query = `<query xmlns="${MAM}"><set xmlns="http://jabber.org/protocol/rsm"><max>100</max><before/></set></query>`;
      answers.push(play.asks(crone, "get", INFO, room), play.asks(crone, "set", query, room));
      answers.push(play.asks(crone, "get", INFO, room), play.asks(crone, "get", VCARD, room));
    }
    expect(entries).to.deep.equal([]);
    const refused = (await Promise.all(answers)).filter(
      (answer) => errorOf(answer as never) === "wait/resource-constraint",
    );
    expect(refused).to.have.length(0);
    // The pictures of those inside: five of each room.
    const questions = Array.from({ length: 750 }, () =>
      play.sends(crone, `<iq type="get" to="${ROOM}/hag" id="v">${VCARD}</iq>`),
    );
    await play.says(crone, "and I can still speak");
    expect(play.lines(hag)).to.include('message coven/crone groupchat "and I can still speak"');
    expect(play.link.written.filter(({ attrs }) => attrs.to === "hag66@qtalk.test.org")).to.have.length(750);
    play.link.isUp = false;
    play.link.emit("down", { cause: "closed", text: "the play is over" });
    await Promise.all(questions);
  });

  it("leaves room for others' requests if nobody answers one user's", async () => {
    await begin({ rooms: { questions_per_second: 1e6 } });
    for (const who of [crone, wiccarocks]) await play.enters(who, who.slice(0, 5));
    const asks = (who: string): Promise<void> =>
      play.sends(who, `<iq type="get" to="${ROOM}/hag" id="v">${VCARD}</iq>`);
    const all = Array.from({ length: 6000 }, () => asks(crone));
    const asked = (): number =>
      play.link.written.filter(({ attrs }) => attrs.to === "hag66@qtalk.test.org").length;
    const first = asked();
    expect(first).to.equal(2500);
    all.push(asks(wiccarocks));
    expect(asked()).to.equal(first + 1);
    play.link.isUp = false;
    play.link.emit("down", { cause: "closed", text: "the play is over" });
    await Promise.all(all);
  });

  it("is refused if it is too much for other occupants", async () => {
    await begin({ rooms: { questions_per_second: 0.1 } });
    await reenters();
    const asks = (): ReturnType<Play["asks"]> =>
      play.asks(crone, "get", `<query xmlns="jabber:iq:version"/>`, `${ROOM}/hag`);
    const pending = Array.from({ length: 5 }, asks);
    expect(errorOf(await asks())).to.equal("wait/resource-constraint by coven");
    const questions = play.link.written.filter(
      ({ attrs }) => attrs.from === `${ROOM}/crone` && attrs.to === hag,
    );
    for (const { attrs } of questions.filter(({ name }) => name === "iq"))
      await play.sends(hag, `<iq to="${ROOM}/crone" type="result" id="${attrs.id}"/>`);
    expect((await Promise.all(pending)).map(({ attrs }) => attrs.type)).to.deep.equal(
      Array(5).fill("result"),
    );
  });

  it("is refused if one user reads too many bytes, which affects nobody else", async () => {
    await begin({ rooms: { read_bytes_per_second: 4096 } });
    for (let i = 0; i < 20; i++) await play.says(hag, "x".repeat(2000));
    await play.enters(crone, "crone", `<history maxstanzas="0"/>`);
    const query = `<query xmlns="${MAM}"/>`;
    expect((await play.asks(crone, "set", query)).attrs.type).to.equal("result");
    const written = play.link.written.length;
    for (const [type, payload] of [
      ["set", query],
      ["get", INFO],
      ["get", VCARD],
    ] as const) {
      expect(errorOf(await play.asks(crone, type, payload))).to.equal("wait/resource-constraint by coven");
    }
    expect(play.link.written.length - written, "nothing but the refusals").to.equal(3);
    expect((await play.asks(wiccarocks, "set", query)).attrs.type).to.equal("result");
    await play.says(crone, "who reads too much may still speak");
    expect(play.lines(hag)).to.include('message coven/crone groupchat "who reads too much may still speak"');
  });

  it("is answered a few at a time if there are very many requests, within the user's budget", async () => {
    await begin({ rooms: { read_bytes_per_second: 256 * 1024 } });
    const members = Array.from(
      { length: 990 },
      (_, i) => `<item affiliation="member" jid="w${i}@qtalk.test.org"/>`,
    );
    await play.administers(hag, members.join(""));
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 400 }, () => play.asks(hag, "get", LIST)));
    const seconds = (performance.now() - began) / 1000;
    const given = answers.filter(({ attrs }) => attrs.type === "result");
    const bytes = given.reduce((sum, answer) => sum + answer.toString().length, 0);
    expect(given.length).to.be.greaterThan(1);
    // A full budget, what it gains meanwhile, and the answer that used it up.
    expect(bytes).to.be.below(256 * 1024 * (8 + seconds) + 256 * 1024);
    expect(new Set(answers.filter((answer) => !given.includes(answer)).map(errorOf))).to.deep.equal(
      new Set(["wait/resource-constraint by coven"]),
    );
  });

  it("is refused if one user enters too many rooms", async () => {
    await begin({ rooms: { presences_per_second: 0.1 } });
    const entering = (name: string) => play.entry(crone, "crone", "", `${name}@${DOMAIN}`);
    expect(await entering("first")).to.include("presence first/crone owner/moderator 201 110");
    await entering("second");
    expect(await entering("third")).to.deep.equal([
      "presence third/crone error wait/resource-constraint by third",
    ]);
  });

  describe("by entering again", () => {
    it("returns no more history than the user may read", async () => {
      await begin({ rooms: { read_bytes_per_second: 1024 } });
      for (let i = 0; i < 10; i++) await play.says(hag, "x".repeat(2000));
      const first = await reenters();
      const again = await reenters();
      expect(first.filter((line) => line.includes("xx"))).to.have.length(10);
      expect(again.filter((line) => line.includes("xx"))).to.have.length(0);
      expect(again).to.include("presence coven/crone none/participant 110");
      expect(again.at(-1)).to.equal('message coven groupchat ""');
    });

    it("is answered once for many that come too fast", async () => {
      await begin({ rooms: { presences_per_second: 2 } });
      await reenters();
      const before = play.link.written.length;
      const all = Array.from({ length: 500 }, () => play.enters(crone, "crone"));
      await Promise.all(all);
      const own = play.link.written
        .slice(before)
        .filter(({ attrs }) => attrs.to === crone && attrs.from === `${ROOM}/crone`);
      expect(own.length).to.be.within(20, 42);
      expect(own.map(({ attrs }) => attrs.type)).not.to.include("error");
    });
  });

  it("is answered for a client that enters again if later presence replaces it", async () => {
    for (const to of [`${ROOM}/crone`, ROOM]) {
      // So little that a slow machine doesn't give time for it.
      await begin({ rooms: { presences_per_second: 0.5 } });
      await reenters();
      for (let i = 0; i < 9; i++) await play.appears(crone, "crone");
      play.hears(crone);
      const enters = play.enters(crone, "crone");
      await Promise.all([enters, play.sends(crone, `<presence to="${to}"><show>away</show></presence>`)]);
      const heard = [...(await enters), ...play.hears(crone)];
      expect(heard.map(lineOf), to).to.include("presence coven/hag owner/moderator");
      expect(lineOf(heard.at(-1)!), to).to.equal('message coven groupchat ""');
      expect(play.hears(hag).at(-1)?.getChildText("show"), to).to.equal("away");
      if (to !== ROOM) play.close();
    }
  });

  it("reaches others in its last form if presence changes too fast", async () => {
    await begin({ rooms: { presences_per_second: 1 } });
    await reenters();
    const update = (status: string): Promise<void> =>
      play.appears(crone, "crone", `<status>${status}</status>`);
    play.hears(hag);
    await Promise.all([...Array.from({ length: 100 }, (_, i) => update(`no ${i}`)), update("the last")]);
    const heard = play.hears(hag).map((stanza) => stanza.getChildText("status"));
    expect(heard.length).to.be.below(25);
    expect(heard.at(-1)).to.equal("the last");
  });

  it("isn't done after the user leaves, if it had to wait", async () => {
    await begin({ rooms: { presences_per_second: 1 } });
    const all = Array.from({ length: 50 }, () => play.enters(crone, "crone"));
    all.push(play.leaves(crone).then(() => []));
    await Promise.all(all);
    const own = play.link.written.filter(({ attrs }) => attrs.to === crone && attrs.from === `${ROOM}/crone`);
    expect(own.at(-1)?.attrs.type).to.equal("unavailable");
    await play.says(hag, "are you there?");
    expect(play.lines(crone)).not.to.include('message coven/hag groupchat "are you there?"');
  });

  it("is dropped if the user leaves and comes back meanwhile", async () => {
    await begin({ rooms: { presences_per_second: 1 } });
    await reenters();
    const isSlow = async (): Promise<boolean> => {
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      return true;
    };
    const update = (): Promise<void> => play.appears(crone, "crone", "<status>late</status>");
    let waiting = update();
    while (!(await Promise.race([waiting.then(() => false), isSlow()]))) waiting = update();
    play.hush();
    await play.leaves(crone);
    while (!(await reenters()).some((line) => line.endsWith("participant 110")));
    await waiting;
    expect(play.hears(hag).map((stanza) => stanza.getChildText("status"))).not.to.include("late");
  });

  it("costs in proportion to what the component writes", async () => {
    await begin({ rooms: { messages_per_second: 1 }, messageBytes: 110_000 });
    for (let i = 0; i < 8; i++) await play.enters(`guest${i}@qtalk.test.org/pda`, `guest ${i}`);
    for (let i = 0; i < 2; i++) await play.says(hag, "x".repeat(100_000));
    play.hears(hag);
    await play.says(hag, "small");
    play.receives(hag, "message coven error wait/resource-constraint by coven");
  });
});

describe("while the server accepts nothing", () => {
  it("a user who sends on and on is refused, and others' messages and calls are accepted", async () => {
    const play = await new Play({ rooms: { messages_per_second: 1e6 }, outbox: { maxStanzas: 900 } }).ready();
    await play.roomOf(hag, "hag");
    for (const who of [crone, wiccarocks]) await play.enters(who, who.slice(0, 5));
    play.link.confirms = false;
    const all: Promise<void>[] = [];
    for (let i = 0; i < 300; i++) all.push(play.says(crone, `${i}`));
    await play.until(() => (errors(crone).length > 0 ? true : undefined));
    all.push(play.says(wiccarocks, "I have something to say"));
    await play.until(() => (play.outbox.states.waiting.stanzas > 100 ? true : undefined));
    expect(errors(crone)[0]).to.equal("wait/resource-constraint by coven");
    expect(errors(wiccarocks)).to.deep.equal([]);
    expect(play.outbox.states.waiting.stanzas).to.be.below(150);
    play.link.confirms = true;
    play.link.giveBack();
    await Promise.all(all);
    expect(play.lines(hag)).to.include('message coven/wicca groupchat "I have something to say"');
    expect(play.log.about("read from the disk again")).to.deep.equal([]);
    play.close();

    function errors(who: string): string[] {
      return play.link.written.filter(({ attrs }) => attrs.to === who && attrs.type === "error").map(errorOf);
    }
  });

  it("long answers are refused briefly", async () => {
    const play = await new Play().ready();
    await play.roomOf(hag, "hag");
    await play.configures(hag, { "muc#roomconfig_roomdesc": "x".repeat(1000) });
    const members = Array.from(
      { length: 200 },
      (_, i) => `<item affiliation="member" jid="w${i}@qtalk.test.org"/>`,
    );
    await play.administers(hag, members.join(""));
    play.link.buffered = 9 * 1024 * 1024;
    expect(errorOf(await play.asks(hag, "get", LIST))).to.equal("wait/resource-constraint by coven");
    play.link.buffered = 0;
    expect((await play.asks(hag, "get", LIST)).attrs.type).to.equal("result");
    play.close();
  });
});

describe("while memory is short", () => {
  it("rooms refuse to let users enter, speak and read, and let them leave", async () => {
    const play = await new Play().ready();
    await play.roomOf(hag, "hag");
    await play.enters(crone, "crone");
    play.memory.isShort = true;
    const short = "wait/resource-constraint by coven";
    expect((await play.enters(wiccarocks, "wicca")).map(errorOf)).to.deep.equal([short]);
    await play.says(crone, "hello");
    play.refused(crone, short);
    expect(errorOf(await play.asks(hag, "get", LIST))).to.equal(short);
    await play.leaves(crone);
    play.receives(crone, "presence coven/crone unavailable none/none 110");
    play.memory.isShort = false;
    expect(await play.entry(wiccarocks, "wicca")).to.include("presence coven/wicca none/participant 110");
    play.close();
  });
});
