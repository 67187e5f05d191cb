/** The limits of one user's requests, each of which is answered. */
import { expect } from "chai";
import { ROOM, type PlayOptions } from "../play.js";
import { onStage } from "../stage.js";
import { component, coven, everybody } from "../../../plays/component.js";
import { time } from "../../../plays/time.js";
import { HAG, crone, hag, person, wicca } from "../../../plays/people.js";
import { forEach, meanwhile, type Steps } from "../../../plays/steps.js";
import type { RoomStage } from "../../../plays/rooms.js";

const SHORT = "wait/resource-constraint by coven";
const OVER = { cause: "closed", text: "the play is over" } as const;
const MANY = Array.from({ length: 990 }, (_, i) => `W${i} member`).join("; ");
const LIST = `<query xmlns="admin"><item affiliation="member"/></query>`;

describe("what one user requests from rooms", () => {
  const play = onStage();
  const begin = async (
    rooms: NonNullable<PlayOptions["rooms"]>,
    scene: Steps<RoomStage> = [],
    more: PlayOptions = {},
  ): Promise<void> => {
    await play.begins({ rooms, ...more });
    await play.acts([hag.opens(), scene]);
  };
  /** Nobody answers what the play still waits for. */
  const ends = async (all: readonly Promise<unknown>[]): Promise<void> => {
    play.link.isUp = false;
    play.link.emit("down", OVER);
    await Promise.allSettled(all);
  };
  const asksForPicture = (who: string): Promise<void> =>
    play.sends(who, `<iq type="get" to="${ROOM}/hag" id="v"><vCard xmlns="vcard-temp"/></iq>`);
  const asked = (): number => play.link.written.filter(({ attrs }) => attrs.to === HAG.address).length;

  play.scenes({
    "is refused if it is too much for other occupants": [
      component.begins`{"rooms":{"questions_per_second":0.1}}`,
      time.stops(),
      hag.opens(),
      crone.enters(),
      ...Array.from({ length: 5 }, () => meanwhile(crone.asks`coven/hag version`)),
      crone.asks`coven/hag version = ${SHORT}`,
      forEach([1, 2, 3, 4, 5], () => [
        hag.isAsked`query | <this id="$id"/>`,
        hag.sends`<iq to="coven/crone" type="result" id="$id"/>`,
      ]),
    ],

    "is refused if one user reads too many bytes, which affects nobody else": [
      component.begins`{"rooms":{"read_bytes_per_second":4096}}`,
      time.stops(),
      hag.opens(),
      ...Array.from({ length: 20 }, () => hag.says`${"x".repeat(2_000)}`),
      crone.enters`<history maxstanzas="0"/>`,
      crone.sets`archive`,
      crone.sets`archive = ${SHORT}`,
      crone.asks`info = ${SHORT}`,
      crone.asks`vcard = ${SHORT}`,
      component.wrote`4 = iq crone, iq crone, iq crone, iq crone`,
      wicca.sets`archive`,
      crone.says`I may speak`,
      hag.notices`I may speak`,
    ],

    "is refused if one user enters too many rooms": [
      component.begins`{"rooms":{"presences_per_second":0.1}}`,
      time.stops(),
      crone.enters`first`,
      crone.notices`presence first/crone owner/moderator 201 110`,
      crone.enters`second`,
      everybody.hush(),
      crone.enters`third`,
      crone.hears`presence third/crone error wait/resource-constraint by third`,
    ],

    "by entering again returns no more history than the user may read": [
      component.begins`{"rooms":{"read_bytes_per_second":1024}}`,
      time.stops(),
      hag.opens(),
      ...Array.from({ length: 20 }, () => hag.says`${"x".repeat(2_000)}`),
      crone.enters(),
      crone.hears`23 stanzas`,
      crone.enters(),
      crone.hears`presence coven/hag owner/moderator
          < presence coven/crone none/participant 110
          < message coven groupchat ""`,
    ],

    "costs in proportion to what the component writes": [
      component.begins`{"rooms":{"messages_per_second":1},"messageBytes":110000}`,
      time.stops(),
      hag.opens(),
      forEach([1, 2, 3, 4, 5, 6, 7, 8], (n) => [person(`guest${n}`).enters()]),
      hag.says`${"x".repeat(100_000)}`,
      hag.says`${"x".repeat(100_000)}`,
      everybody.hush(),
      hag.says`small`,
      hag.hears`message coven error ${SHORT}`,
    ],
  });

  it("is answered completely if a client enters 150 rooms at login, with archives and pictures", async () => {
    await begin({});
    for (let i = 0; i < 30; i++) await play.says(hag.address, `${i} ${"x".repeat(500)}`);
    const answers: Promise<void>[] = [];
    for (const room of ["coven", ...Array.from({ length: 149 }, (_, i) => `room${i}`)]) {
      await play.acts([crone.enters`${room} <history maxstanzas="0"/>`, crone.misses`error`]);
      const page = `<query xmlns="mam"><set xmlns="rsm"><max>100</max><before/></set></query>`;
      for (const request of [
        crone.asks`${room} info`,
        crone.sets`${room} ${page}`,
        crone.asks`${room} info`,
        crone.asks`${room} vcard`,
      ])
        answers.push(play.acts([request]));
    }
    await Promise.all(answers);
    // The pictures of those inside: five of each room.
    const questions = Array.from({ length: 750 }, () => asksForPicture(crone.address));
    await play.acts([
      crone.says`and I can still speak`,
      hag.notices`message coven/crone groupchat "and I can still speak"`,
    ]);
    expect(asked()).to.equal(750);
    await ends(questions);
  });

  it("leaves room for others' requests if nobody answers one user's", async () => {
    await begin({ questions_per_second: 1e6 }, [crone.enters(), wicca.enters(), time.stops()]);
    const all = Array.from({ length: 6000 }, () => asksForPicture(crone.address));
    expect(asked()).to.equal(2500);
    all.push(asksForPicture(wicca.address));
    expect(asked()).to.equal(2501);
    await ends(all);
  });

  it("is answered a few at a time if there are very many requests, within the user's budget", async () => {
    const BUDGET = 256 * 1024;
    await begin({ read_bytes_per_second: BUDGET }, [hag.makes`${MANY}`]);
    const began = performance.now();
    const { length } = play.link.written;
    const few = 400 - (await play.refuses(400, () => [hag.asks`${LIST}`]));
    const seconds = (performance.now() - began) / 1000;
    const given = play.link.written.slice(length).filter(({ attrs }) => attrs.type === "result");
    expect(given.length).to.equal(few).and.be.greaterThan(1);
    // A full budget, what it gains meanwhile, and the answer that used it up.
    expect(given.join("").length).to.be.below(BUDGET * (8 + seconds) + BUDGET);
  });

  it("by entering again is answered once for many that come too fast", async () => {
    await begin({ presences_per_second: 2 }, [crone.enters(), everybody.hush()]);
    await play.refuses(500, () => [crone.enters()]);
    const own = play.hears(crone.address).filter(({ attrs }) => attrs.from === `${ROOM}/crone`);
    expect(own.length).to.be.within(20, 42);
    expect(own.map(({ attrs }) => attrs.type)).not.to.include("error");
  });

  for (const to of ["coven/crone", "coven"]) {
    it(`is answered for a client that enters again if later presence to ${to} replaces it`, async () => {
      // So little that a slow machine doesn't give time for it.
      await begin({ presences_per_second: 0.5 }, [
        crone.enters(),
        ...Array.from({ length: 9 }, () => crone.appears()),
        everybody.hush(),
        meanwhile(crone.enters()),
        crone.sends`<presence to="${to}"><show>away</show></presence>`,
        hag.notices`presence coven/crone none/participant | <show>away</show>`,
      ]);
      const heard = play.lines(crone.address);
      expect(heard).to.include("presence coven/hag owner/moderator");
      expect(heard.at(-1)).to.equal('message coven groupchat ""');
    });
  }

  it("reaches others in its last form if presence changes too fast", async () => {
    await begin({ presences_per_second: 1 }, [crone.enters(), everybody.hush()]);
    await play.refuses(101, (i) => [crone.appears`<status>no ${i}</status>`]);
    const heard = play.hears(hag.address).map((stanza) => stanza.getChildText("status"));
    expect(heard.length).to.be.below(25);
    expect(heard.at(-1)).to.equal("no 100");
  });

  it("isn't done after the user leaves, if it had to wait", async () => {
    await begin({ presences_per_second: 1 });
    await play.acts([...Array.from({ length: 50 }, () => meanwhile(crone.enters())), crone.leaves()]);
    const own = play.hears(crone.address).filter(({ attrs }) => attrs.from === `${ROOM}/crone`);
    expect(own.at(-1)?.attrs.type).to.equal("unavailable");
    await play.acts([hag.says`are you there?`, crone.hears`nothing`]);
  });

  it("is dropped if the user leaves and comes back meanwhile", async () => {
    await begin({ presences_per_second: 1 }, [crone.enters()]);
    const isSlow = async (): Promise<boolean> => {
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      return true;
    };
    const update = (): Promise<void> => play.acts([crone.appears`<status>late</status>`]);
    let waiting = update();
    while (!(await Promise.race([waiting.then(() => false), isSlow()]))) waiting = update();
    play.hush();
    await play.leaves(crone.address);
    do await play.acts([crone.enters()]);
    while (!play.lines(crone.address).some((line) => line.endsWith("participant 110")));
    await waiting;
    expect(play.hears(hag.address).map((stanza) => stanza.getChildText("status"))).not.to.include("late");
  });

  it("a user who sends on and on is refused while the server accepts nothing, and others' messages aren't", async () => {
    await begin({ messages_per_second: 1e6 }, [crone.enters(), wicca.enters(), everybody.hush()], {
      outbox: { maxStanzas: 900 },
    });
    play.link.confirms = false;
    const all = [play.refuses(300, (i) => [crone.says`${i}`])];
    await play.acts([crone.waits()]);
    all.push(play.refuses(1, () => [wicca.says`I have something to say`]));
    await play.until(() => (play.outbox.states.waiting.stanzas > 100 ? true : undefined));
    await play.acts([crone.notices`message coven error ${SHORT}`, wicca.misses`error`]);
    expect(play.outbox.states.waiting.stanzas).to.be.below(150);
    play.link.confirms = true;
    play.link.giveBack();
    await Promise.all(all);
    await play.acts([hag.notices`message coven/wicca groupchat "I have something to say"`]);
    expect(play.log.about("read from the disk again")).to.deep.equal([]);
  });

  it("long answers are refused briefly while the server accepts nothing", async () => {
    await begin({}, [hag.makes`${MANY}`]);
    play.link.buffered = 9 * 1024 * 1024;
    await play.acts([hag.asks`${LIST} = ${SHORT}`]);
    play.link.buffered = 0;
    await play.acts([hag.asks`${LIST}`]);
  });
});

describe("while memory is short", () => {
  onStage({}, [coven.meets()]).scenes({
    "rooms refuse to let users enter, speak and read, and let them leave": [
      component.lacksMemory(),
      wicca.enters(),
      wicca.hears`presence coven/wicca error ${SHORT}`,
      crone.says`hello`,
      crone.hears`message coven error ${SHORT}`,
      hag.asks`${LIST} = ${SHORT}`,
      crone.leaves(),
      crone.hears`presence coven/crone unavailable none/none 110`,
      component.hasMemory(),
      wicca.enters(),
      wicca.notices`presence coven/wicca none/participant 110`,
    ],
  });
});
