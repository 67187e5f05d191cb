/** How many bookmarks wait to be set, and what becomes of those beyond. */
import { expect } from "chai";
import { Jid, type AccountJid } from "../../../../../component/addresses/address.js";
import type { IqAnswer } from "../../../../../component/inbound/iq-requests.js";
import { Bookmarks } from "../../../../../component/muc/features/invitations/bookmarks.js";
import type { Room } from "../../../../../component/muc/room/room.js";
import type { Watched } from "../../../../../component/muc/room/room-rules.js";
import { settled } from "../../../../../component/settled.js";
import type { MadeBookmarks } from "../../../../../storage/made-bookmarks.js";
import { LogLines } from "../../../../support/log-lines.js";
import { ROOM } from "../../play.js";

const MEMBERS = ["a", "b", "c", "d", "e"].map((name) => `${name}@x.test`);

describe("Bookmarks that wait", () => {
  const room = {
    ...{ jid: Jid.parse(ROOM) as AccountJid, isLocked: false, isInside: () => false },
    options: { persistent: true, name: "", password: "" },
    affiliations: { storedAffiliationOf: () => "member", get: () => undefined },
  } as unknown as Room;

  /** The server answers the requests when the test wants. */
  function begun() {
    const asked: { readonly what: string; readonly answer: (answer: IqAnswer) => void }[] = [];
    const results: string[] = [];
    const bookmarks = new Bookmarks({
      ...{ rooms: { find: () => room }, directory: { namesOf: () => [] }, config: { nick_length: 64 } },
      permissions: { mayGet: () => true, maySet: () => true },
      requests: {
        ask: ({ type, to }) =>
          settled(
            () => new Promise<IqAnswer>((answer) => asked.push({ what: `${type} ${to.text}`, answer })),
            () => ({ kind: "silence" }),
          ),
      },
      metrics: { bookmarks: { inc: ({ result }: { result: string }) => results.push(result) } as never },
      log: new LogLines().logger,
      made: { put: () => undefined, remove: () => undefined } as unknown as MadeBookmarks,
      commit: { run: (work) => Promise.resolve(work()) },
      bounds: { atOnce: 1, waiting: 2 },
    });
    const adds = (...members: readonly string[]): void => {
      const whenDone: (() => void)[] = [];
      bookmarks.added({ transaction: { whenDone }, room } as unknown as Watched, members);
      for (const done of whenDone) done();
    };
    /** Answers the oldest request that is waiting: there is no bookmark yet, or it is set. */
    const answers = async (): Promise<void> => {
      while (asked.length === 0) await new Promise(setImmediate);
      const { what, answer } = asked.shift()!;
      heard.push(what);
      answer(
        what.startsWith("get")
          ? { kind: "error", condition: "item-not-found" }
          : { kind: "result", payload: undefined },
      );
    };
    const heard: string[] = [];
    return { adds, answers, results, asked, heard };
  }

  it("are bounded: those beyond are counted and not asked for, and those that wait are set in order", async () => {
    const { adds, answers, results, asked, heard } = begun();
    adds(...MEMBERS);
    expect(results).to.deep.equal(["dropped", "dropped", "dropped"]);
    for (let n = 0; n < 4; n++) await answers();
    while (results.length < 5) await new Promise(setImmediate);
    expect(heard).to.deep.equal(["get a@x.test", "set a@x.test", "get b@x.test", "set b@x.test"]);
    expect([results.slice(3), asked]).to.deep.equal([["set", "set"], []]);
  });

  it("have place again as soon as earlier ones are being set", async () => {
    const { adds, answers, results, heard } = begun();
    adds("a@x.test", "b@x.test");
    await answers();
    adds("c@x.test", "d@x.test");
    expect(results, "a is being set, b and c wait").to.deep.equal(["dropped"]);
    for (let n = 0; n < 5; n++) await answers();
    while (results.length < 4) await new Promise(setImmediate);
    expect(heard.filter((what) => what.startsWith("set"))).to.deep.equal([
      "set a@x.test",
      "set b@x.test",
      "set c@x.test",
    ]);
  });
});
