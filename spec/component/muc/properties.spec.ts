/**
 * Invariants of a room: the announcements give each occupant a right view, disk and memory are equal, and each request
 * is answered once.
 */
import fc from "fast-check";
import { expect } from "chai";
import { Jid, type AccountJid } from "../../../component/addresses/address.js";
import { absentFrom } from "../../../component/muc/features/invitations/absent-members.js";
import { Clients } from "./clients.js";
import { ROOM } from "./play.js";
import { blocksIn } from "./script.js";
import { Stage } from "./stage.js";

const roomAddress = Jid.parse(ROOM) as AccountJid;

/** What takes the place of these words, by chance. */
const CHOICES = {
  SESSION: [
    "a@qtalk.test.org/1",
    "a@qtalk.test.org/2",
    "b@qtalk.test.org/1",
    "c@qtalk.test.org/1",
    "d@x.test/1",
  ],
  NICK: ["Ann", "ann", "Bob", "Eve", "测试"],
  JID: ["a@qtalk.test.org", "b@qtalk.test.org", "c@qtalk.test.org", "d@x.test", "x.test"],
  AFFILIATION: ["owner", "admin", "member", "none", "outcast"],
  ROLE: ["moderator", "participant", "visitor", "none"],
  FIELD: [
    ...["membersonly=1", "membersonly=0", "moderatedroom=1", "moderatedroom=0", "whois=anyone"],
    ...["whois=moderators", "persistentroom=1", "maxusers=2", "enablearchiving=0"],
  ],
};
const [OWNER = ""] = CHOICES.SESSION;
/** What people and programs do to a room, and how often. */
const step = fc.oneof(
  ...blocksIn(`
    6 SESSION enters as NICK
    2 SESSION appears as NICK <show>away</show>
    2 SESSION leaves
    3 SESSION says words
    1 SESSION posts <subject>s</subject>
    2 SESSION makes NICK ROLE = *
    4 SESSION makes JID AFFILIATION = *
    2 SESSION configures FIELD = *
    1 SESSION returns message coven/x gone
    1 SESSION destroys = *
    1 A calls create = *
    1 A calls add JID = *
    1 A calls del JID = *
    1 A calls clear host=none JID = *
    2 JID calls say call = *
  `).map((line) => {
    const [weight, ...words] = line.split(" ");
    const choices = words.map((word) =>
      fc.constantFrom(...(new Map(Object.entries(CHOICES)).get(word) ?? [word])),
    );
    return { weight: Number(weight), arbitrary: fc.tuple(...choices).map((chosen) => chosen.join(" ")) };
  }),
);

describe("any sequence of events in a room", () => {
  const ways: Readonly<Record<string, (play: Stage, steps: readonly string[]) => Promise<unknown>>> = {
    "one after another": (play, steps) => play.acts(steps.join("\n")),
    "at once": (play, steps) => Promise.all(steps.map((step) => play.acts(step))),
  };
  for (const [how, take] of Object.entries(ways)) {
    it(`${how}: keeps occupants' views right, disk and memory equal, and answers each request once`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const play = await new Stage({ rooms: { create: "anyone" } }).ready();
          try {
            // A room into which all may go: of a locked one, others would see nothing.
            await play.acts(`${OWNER} enters as Ann\n${OWNER} configures persistentroom=1`);
            await take(play, steps);
            checkAnswers(play);
            checkViews(play);
            const before = snapshot(play);
            play.service.rooms.sweep(Infinity);
            expect(snapshot(play)).to.deep.equal(before);
            expect(play.log.about("could not be", "error")).to.deep.equal([]);
          } finally {
            play.close();
            play.db.close();
          }
        }),
        { numRuns: 100 },
      );
    });
  }

  function checkAnswers(play: Stage): void {
    const ids = play.link.written.filter(({ name, attrs }) => name === "iq" && attrs.type !== "get");
    const answered = ids.map(({ attrs }) => attrs.id);
    expect(new Set(answered).size).to.equal(answered.length);
  }

  function checkViews(play: Stage): void {
    const inside = play.service.rooms.find(roomAddress);
    const { own, shown } = new Clients(play.link.written);
    const occupants = [...(inside?.occupants.values() ?? [])];
    const truth = occupants.map(
      (one) => [`${ROOM}/${one.nick.text}`, `${one.affiliation}/${one.role}`] as const,
    );
    for (const who of CHOICES.SESSION) {
      const isInside = own.get(who)?.startsWith("available") === true;
      expect(isInside, `${who} believes to be inside`).to.equal(inside?.sessions.has(who) === true);
      if (isInside) expect(shown.get(who), `what ${who} sees`).to.deep.equal(new Map(truth));
    }
  }

  function snapshot(play: Stage): unknown {
    const inside = play.service.rooms.find(roomAddress);
    if (inside === undefined) return undefined;
    const { options, subject, isLocked, affiliations } = inside;
    const occupants = [...inside.occupants.values()].map(
      ({ nick, affiliation, role, sessions, presence }) =>
        [nick.text, { affiliation, role, presence, sessions: new Set(sessions.keys()) }] as const,
    );
    return {
      ...{
        options,
        subject,
        isLocked,
        occupants: new Map(occupants),
        absentMembers: new Set(Object.values(absentFrom(inside, Infinity)).flat()),
      },
      members: new Map(Array.from(affiliations.all(), (member) => [member.jid, member] as const)),
    };
  }
});
