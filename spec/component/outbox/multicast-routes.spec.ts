import { expect } from "chai";
import type { MulticastService, MulticastServices } from "../../../component/outbox/multicast-services.js";
import { MulticastRoutes } from "../../../component/outbox/multicast-routes.js";
import type { Outgoing } from "../../../component/outbox/routes.js";
import { xml } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import { addressable } from "../../../component/xml/splice.js";
import { stanzasOf } from "../../../component/xml/stored.js";
import { LEFT_FREE, type WireText } from "../../../component/xml/wire-text.js";

const DOMAIN = "rooms.x.test";
const STANZA_BYTES = 256 * 1024;

describe("The route of what a room tells", () => {
  const ROOM = `room@${DOMAIN}`;
  const origin = { kind: "message", sender: ROOM } as const;
  const stanza = (size: number): WireText =>
    serialise(xml("message", { from: `${ROOM}/nick` }, xml("body", {}, "x".repeat(size))));
  const people = (count: number, host = "h"): string[] =>
    Array.from({ length: count }, (_, n) => `u${n}@${host}/r`);
  /** What services were told of lost streams: whether they had fallen silent. */
  const lost: boolean[] = [];
  let isInUse = true;
  let ended = 0;
  let routes: MulticastRoutes;

  beforeEach(() => {
    lost.length = 0;
    [isInUse, ended] = [true, 0];
    const service = (jid: string, message: number, presence: number): MulticastService => ({
      jid,
      most: { message, presence },
    });
    const byHost = new Map([
      ["h", service("m.h", 20, 6)],
      ["i", service("m.i", Infinity, Infinity)],
    ]);
    routes = new MulticastRoutes(DOMAIN, {
      get isInUse() {
        return isInUse;
      },
      serviceFor: (host: string) => byHost.get(host),
      end: () => (ended += 1),
      lost: (isSilent: boolean) => lost.push(isSilent),
    } as unknown as MulticastServices);
  });

  const many = (recipients: readonly string[], at = 0, more: object = {}, size = 1) =>
    routes.many({ parts: addressable(stanza(size)), recipients, origin: { ...origin, ...more } }, at);
  const one = (receiver: string | undefined, sender = ROOM): number | undefined =>
    routes.one(stanza(1), { sender, receiver })?.count;
  /** How many go where. */
  const shape = ({ count, multicasts }: Outgoing) => [
    count,
    ...multicasts.map(({ service, receivers }) => `${receivers.length} by ${service}`),
  ];

  it("is a service's for four or more, as many at a time as that takes of the kind", () => {
    expect(shape(many(people(3)))).to.deep.equal([1]);
    expect(shape(many(people(4)))).to.deep.equal([4, "4 by m.h"]);
    expect(shape(many(people(50)))).to.deep.equal([20, "20 by m.h"]);
    expect(shape(many(people(50), 45))).to.deep.equal([5, "5 by m.h"]);
    expect(shape(many(people(50), 0, { kind: "presence" }))).to.deep.equal([6, "6 by m.h"]);
  });

  it("is the stream for those whose host has no service, and each service's for its own, in one go", () => {
    const mixed = [...people(2), ...people(2, "elsewhere"), ...people(3, "i")];
    const outgoing = many(mixed);
    expect(shape(outgoing)).to.deep.equal([7, "2 by m.h", "3 by m.i"]);
    const told = stanzasOf(outgoing.text).map((text) => / to="([^"]*)"/.exec(text)?.[1]);
    expect(told).to.deep.equal(["u0@elsewhere/r", "u1@elsewhere/r", "m.h", "m.i"]);
    for (const who of mixed) expect(outgoing.text).to.contain(`"${who}"`);
  });

  it("is the stream where no service is in use, and for all but rooms", () => {
    expect(shape(many(people(9), 0, { sender: "alice@h" }))).to.deep.equal([1]);
    expect(shape(many(people(9), 0, { sender: DOMAIN }))).to.deep.equal([1]);
    isInUse = false;
    expect(shape(many(people(9)))).to.deep.equal([1]);
  });

  it("takes five hundred at most, and so many bytes of addresses: fewer beside a long text", () => {
    expect(shape(many(people(900, "i")))).to.deep.equal([500, "500 by m.i"]);
    const long = people(500, "i").map((who) => who + "x".repeat(968));
    const taken = many(long).count;
    expect(taken).to.be.within(39, 41);
    expect(many(long, 0, {}, 70_000).count).to.be.within(11, 12);
    expect(many(long, 0, {}, 60_000).count).to.equal(taken);
    const huge = people(4, "i").map((who) => who + "x".repeat(50_000));
    expect(many(huge).count, "one at least").to.equal(1);
  });

  it("keeps what it tells one alone behind what a service has yet to send on to them", () => {
    expect(one("u1@h/r")).to.equal(1);
    const [first, second] = [many(people(5)), many(people(6).slice(4))];
    expect(shape(second), "a few, too").to.deep.equal([2, "2 by m.h"]);
    expect([one("u1@h/r"), one("u5@h/r"), one("late@h/r"), one(undefined)]).to.deep.equal([
      undefined,
      undefined,
      1,
      1,
    ]);
    expect(one("u1@h/r", `other@${DOMAIN}`)).to.equal(1);
    for (let times = 0; times < 2; times++) routes.acknowledged(first.multicasts);
    expect([one("u1@h/r"), one("u4@h/r"), one("u5@h/r")]).to.deep.equal([1, undefined, undefined]);
    routes.acknowledged([...first.multicasts, ...second.multicasts]);
    expect([one("u4@h/r"), one("u5@h/r"), shape(many(people(2)))]).to.deep.equal([1, 1, [1]]);
    many(people(5));
    routes.clear();
    expect(one("u1@h/r")).to.equal(1);
  });

  it("is asked for anew on each stream; services hear of what was lost with them alone", () => {
    expect(routes.lost("blamed", false)).to.equal(false);
    many(people(4, "elsewhere"));
    expect(routes.lost("blamed", false), "nothing was a service's").to.equal(false);
    expect([lost, ended]).to.deep.equal([[], 2]);
    const cases = [
      ["blamed", false, [false]],
      ["unsaid", true, [false]],
      ["cleared", true, []],
      ["slow", false, []],
      ["slow", true, [true]],
    ] as const;
    for (const [blame, isAwaited, said] of cases) {
      many(people(5));
      expect(routes.lost(blame, isAwaited)).to.equal(true);
      expect(lost.splice(0), `${blame} ${isAwaited ? "awaited" : ""}`).to.deep.equal(said);
      expect(one("u1@h/r")).to.equal(1);
    }
  });
});

describe("What a service sends on to many", () => {
  for (const size of [100, STANZA_BYTES - LEFT_FREE.kept - 200]) {
    it(`is, with its addresses, no larger than the server takes: ${size} bytes of text`, () => {
      const most = { message: Infinity, presence: Infinity };
      const services = { isInUse: true, serviceFor: () => ({ jid: "multicast.x.test", most }) };
      const way = new MulticastRoutes(DOMAIN, services as unknown as MulticastServices);
      const body = xml("body", {}, "x".repeat(size));
      const parts = addressable(serialise(xml("message", { from: `room@${DOMAIN}/nick`, id: "1" }, body)));
      const origin = { kind: "message", sender: `room@${DOMAIN}` } as const;
      const recipients = Array.from(
        { length: 400 },
        (_, n) => `${"用户".repeat(30)}${n}@x.test/${"'".repeat(200)}`,
      );
      let done = 0;
      while (done < recipients.length) {
        const { text, count } = way.many({ parts, recipients, origin }, done);
        for (const one of stanzasOf(text)) expect(Buffer.byteLength(one)).to.be.at.most(STANZA_BYTES);
        expect(count).to.be.above(0);
        done += count;
      }
    });
  }
});
