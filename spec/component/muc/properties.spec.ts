/**
 * Invariants of a room: the announcements give each occupant a right view, disk and memory are equal, and each request
 * is answered once.
 */
import fc from "fast-check";
import { expect } from "chai";
import { Jid, type AccountJid } from "../../../component/addresses/address.js";
import type { Element } from "../../../component/xml/builder.js";
import { itemOf, Play, ROOM } from "./play.js";
import { SESSIONS, step } from "./random-steps.js";

const roomAddress = Jid.parse(ROOM) as AccountJid;

type Steps = readonly ((play: Play) => Promise<unknown>)[];
const done: Promise<unknown> = Promise.resolve();

/** A client's idea of who is inside: nickname → affiliation/role; undefined while it isn't inside itself. */
type View = Map<string, string> | undefined;

function follow(view: View, pending: Map<string, string>, presence: Element): View {
  const nickname = presence.attrs.from?.slice(ROOM.length + 1) ?? "";
  const { affiliation: is, role: does } = itemOf(presence);
  const codes =
    presence
      .getChild("x")
      ?.getChildren("status")
      .map(({ attrs }) => attrs.code) ?? [];
  const isSelf = codes.includes("110");
  if (presence.attrs.type === "error") return view;
  if (presence.attrs.type === "unavailable") {
    if (isSelf && !codes.includes("303")) {
      pending.clear();
      return undefined;
    }
    view?.delete(nickname);
    return view;
  }
  const target = view ?? pending;
  target.set(nickname, `${is ?? ""}/${does ?? ""}`);
  if (view === undefined && isSelf) {
    const entered = new Map(pending);
    pending.clear();
    return entered;
  }
  return view;
}

describe("any sequence of events in a room", () => {
  for (const [how, take] of [
    [
      "one after another",
      (play: Play, steps: Steps) => steps.reduce((last, step) => last.then(() => step(play)), done),
    ],
    ["at once", (play: Play, steps: Steps) => Promise.all(steps.map((step) => step(play)))],
  ] as const) {
    it(`${how}: keeps occupants' views right, disk and memory equal, and answers each request once`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
          const play = await new Play({ rooms: { create: "anyone" } }).ready();
          try {
            await take(play, steps);
            checkAnswers(play);
            expectViews(new Map(SESSIONS.map((who) => [who, viewOf(play, who)])), play);
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

  function checkAnswers(play: Play): void {
    const ids = play.link.written.filter(({ name, attrs }) => name === "iq" && attrs.type !== "get");
    const answered = ids.map(({ attrs }) => attrs.id);
    expect(new Set(answered).size).to.equal(answered.length);
  }

  function viewOf(play: Play, who: string): View {
    let view: View;
    const pending = new Map<string, string>();
    for (const stanza of play.hears(who)) {
      if (stanza.name === "presence") view = follow(view, pending, stanza);
    }
    return view;
  }

  function expectViews(views: ReadonlyMap<string, View>, play: Play): void {
    const inside = play.service.rooms.find(roomAddress);
    for (const [who, view] of views) {
      const isInside = inside?.sessions.has(who) === true;
      expect(view !== undefined, `${who} believes to be inside`).to.equal(isInside);
      if (view === undefined || inside === undefined) continue;
      const truth = [...inside.occupants.values()].map((one) => [
        one.nick.text,
        `${one.affiliation}/${one.role}`,
      ]);
      expect(Object.fromEntries(view), `what ${who} sees`).to.deep.equal(Object.fromEntries(truth));
    }
  }

  function snapshot(play: Play): unknown {
    const inside = play.service.rooms.find(roomAddress);
    if (inside === undefined) return undefined;
    return {
      options: inside.options,
      subject: inside.subject,
      locked: inside.isLocked,
      members: [...inside.affiliations.all()].sort((one, other) => one.jid.localeCompare(other.jid)),
      occupants: [...inside.occupants.values()]
        .map(({ nick: { text }, affiliation: is, role: does, sessions, presence }) => ({
          text,
          is,
          does,
          presence,
          sessions: [...sessions.keys()].sort(),
        }))
        .sort((one, other) => one.text.localeCompare(other.text)),
      absentMembers: [...inside.absentMembers].sort(),
    };
  }
});
