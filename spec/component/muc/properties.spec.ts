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
import { Stage } from "./stage.js";
import { crone, person, Person } from "../../plays/people.js";
import { type RoomStep } from "../../plays/rooms.js";

const roomAddress = Jid.parse(ROOM) as AccountJid;

const people = [
  ...["a@qtalk.test.org/1", "a@qtalk.test.org/2", "b@qtalk.test.org/1", "c@qtalk.test.org/1", "d@x.test/1"],
].map((address) => new Person(address));
const [owner = crone] = people;
const ADDRESSES = ["a@qtalk.test.org", "b@qtalk.test.org", "c@qtalk.test.org", "d@x.test", "x.test"];

const anybody = fc.constantFrom(...people);
const caller = fc.constantFrom(...ADDRESSES.filter((one) => one.includes("@")).map((one) => new Person(one)));
const address = fc.constantFrom(...ADDRESSES);
const nick = fc.constantFrom("Ann", "ann", "Bob", "Eve", "测试");
const affiliation = fc.constantFrom("owner", "admin", "member", "none", "outcast");
const role = fc.constantFrom("moderator", "participant", "visitor", "none");
const field = fc.constantFrom(
  ...["membersonly=1", "membersonly=0", "moderatedroom=1", "moderatedroom=0", "whois=anyone"],
  ...["whois=moderators", "persistentroom=1", "maxusers=2", "enablearchiving=0"],
);

/** How often a step comes, who takes it, what it varies in, and the step. */
const often = <T extends readonly unknown[]>(
  weight: number,
  who: fc.Arbitrary<Person>,
  given: { readonly [K in keyof T]: fc.Arbitrary<T[K]> },
  step: (who: Person, ...given: T) => RoomStep,
): fc.WeightedArbitrary<RoomStep> => ({
  weight,
  arbitrary: fc.tuple(who, fc.tuple(...given)).map(([one, all]) => step(one, ...(all as unknown as T))),
});
const A = fc.constant(person("A"));

/** What people and programs do to a room, and how often. */
const step = fc.oneof(
  often(6, anybody, [nick], (who, name) => who.enters`as ${name}`),
  often(2, anybody, [nick], (who, name) => who.appears`as ${name} <show>away</show>`),
  often(2, anybody, [], (who) => who.leaves()),
  often(3, anybody, [], (who) => who.says`words`),
  often(1, anybody, [], (who) => who.posts`<subject>s</subject>`),
  often(2, anybody, [nick, role], (who, name, as) => who.makes`${name} ${as} = *`),
  often(4, anybody, [address, affiliation], (who, jid, as) => who.makes`${jid} ${as} = *`),
  often(2, anybody, [field], (who, value) => who.configures`${value} = *`),
  often(1, anybody, [], (who) => who.returns`message coven/x gone`),
  often(1, anybody, [], (who) => who.destroys`= *`),
  often(1, A, [], (who) => who.calls`create = *`),
  often(1, A, [address], (who, jid) => who.calls`add ${jid} = *`),
  often(1, A, [address], (who, jid) => who.calls`del ${jid} = *`),
  often(1, A, [address], (who, jid) => who.calls`clear host=none ${jid} = *`),
  often(2, caller, [], (who) => who.calls`say call = *`),
);

describe("any sequence of events in a room", () => {
  const ways: Readonly<Record<string, (play: Stage, steps: readonly RoomStep[]) => Promise<unknown>>> = {
    "one after another": (play, steps) => play.acts(steps),
    "at once": (play, steps) => Promise.all(steps.map((one) => play.acts([one]))),
  };
  for (const [how, take] of Object.entries(ways)) {
    it(`${how}: keeps occupants' views right, disk and memory equal, and answers each request once`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const play = await new Stage({ rooms: { create: "anyone" } }).ready();
          try {
            // A room into which all may go: of a locked one, others would see nothing.
            await play.acts([owner.enters`as Ann`, owner.configures`persistentroom=1`]);
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
    for (const { address: who } of people) {
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
