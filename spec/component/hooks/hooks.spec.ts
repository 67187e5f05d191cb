/** What incoming webhooks decide without a server: their rates, what became of posts, and reads of their bots. */
import { expect } from "chai";
import { botHandlers } from "../../../component/hooks/bot-handlers.js";
import { HookFault } from "../../../component/hooks/fault.js";
import { KnownBots } from "../../../component/hooks/known-bots.js";
import { answerOf, outcomeOf } from "../../../component/hooks/outcome.js";
import { HookRates } from "../../../component/hooks/post-rates.js";
import { looksOf } from "../../../component/addresses/lookalikes.js";
import { Metrics } from "../../../component/metrics.js";
import { Router } from "../../../component/inbound/router.js";
import type { BotsStore, StoredBot } from "../../../storage/bots-store.js";
import type { DecidedOutcome } from "../../../storage/hook-messages.js";
import { crone, Play, read, wiccarocks } from "../muc/play.js";

describe("The rate of a hook", () => {
  const hook = (id: string, rate?: number): Parameters<HookRates["refuse"]>[0] => ({
    id,
    name: id,
    limits: { rate, bodyBytes: undefined },
  });
  const taken = (rates: HookRates, of: ReturnType<typeof hook>): number =>
    Array.from({ length: 20 }, () => rates.refuse(of)).filter((fault) => fault === undefined).length;

  it("is the configuration's, or the hook's own", () => {
    const rates = new HookRates({ rate: 3 });
    const hooks = [hook("a"), hook("b", 5), hook("c", 0.5), hook("d", 7)];
    expect(hooks.map((each) => taken(rates, each))).to.deep.equal([3, 5, 1, 7]);
    expect(rates.refuse(hook("a"))?.message).to.contain("the hook a accepts 3 posts per second (hooks.rate)");
    const fault = rates.refuse(hook("c", 0.5));
    expect([fault?.kind, fault?.retryAfter]).to.deep.equal(["fast", 2]);
    expect(fault?.message).to.contain("0.5 posts per second (hook set)");
  });

  it("counts large and slow posts more", () => {
    const rates = new HookRates({ rate: 10 });
    rates.charge(hook("small"), { bytes: 40_000, ms: 3 });
    rates.charge(hook("large"), { bytes: 320 * 1024 });
    rates.charge(hook("slow"), { ms: 100 });
    const left = ["small", "large", "slow"].map((name) => taken(rates, hook(name)));
    expect(left).to.deep.equal([10, 5, 0]);
    expect(rates.refuse(hook("slow"))?.retryAfter).to.equal(1);
  });
});

describe("A post's outcome", () => {
  const outbox = { isWaiting: (call: number) => call === 1 };
  for (const [call, outcome, condition, answer] of [
    // Until the server acknowledges it, or its room of another service answers.
    [1, undefined, "", "queued"],
    [2, undefined, "", "confirmed"],
    [undefined, undefined, "", "queued"],
    // Whatever the server acknowledged.
    [2, "stored", "", "stored"],
    [undefined, "confirmed", "", "confirmed"],
    [2, "bounced", "gone", "gone"],
    [2, "dead letter", "", "payload"],
    [undefined, "refused", "forbidden", "forbidden"],
    [undefined, "refused", "item-not-found", "missing"],
    [undefined, "refused", "remote-server-timeout", "undelivered"],
    [undefined, "refused", "__proto__", "undelivered"],
    [undefined, "refused", "constructor", "undelivered"],
  ] satisfies [number | undefined, DecidedOutcome | undefined, string, string][])
    it(`is ${answer} if it is ${outcome ?? "undecided"} ${condition} in call ${call ?? "none"}`, () => {
      const given = answerOf("m1", outcomeOf({ call, outcome, condition, reason: undefined }, outbox));
      const isFault = given instanceof HookFault;
      expect(isFault ? [given.kind, given.messageId] : [given, "m1"]).to.deep.equal([answer, "m1"]);
    });
});

describe("The service's name", () => {
  it("is reserved for the service in all rooms", () => {
    const bots = botsOf([], "Group chat");
    expect(bots.reserver("coven@rooms.test", looksOf("group chаt"))).to.equal("rooms.test");
  });
});

describe("A bot's picture", () => {
  it("counts against the requester's read budget", async () => {
    const play = await new Play({ rooms: { read_bytes_per_second: 1024 } }).ready();
    const picture = { type: "image/png", bytes: Buffer.alloc(48 * 1024) };
    const bots = botsOf([{ name: "deploys", title: "Deploys", picture }]);
    const write = (text: Parameters<typeof play.link.write>[0]): boolean => play.link.write(text);
    const isBot = (): boolean => true;
    const [log, metrics] = [play.log.logger, new Metrics()];
    const router = new Router({ domain: "rooms.test", isBot, write, stanzaBytes: 262_144, log, metrics });
    router.register(
      ...botHandlers({
        bots,
        version: "1",
        reading: play.service.context.reading,
        unqueued: { write },
        bounces: { ofBot: () => undefined },
        listener: { heard: () => Promise.resolve(false) },
        alerts: { heardBy: () => Promise.resolve(false), bounced: () => undefined },
        remote: { presence: () => undefined, message: () => false },
        reactionsTo: () => undefined,
      }),
    );
    const types = async (from: string, count: number): Promise<(string | undefined)[]> => {
      const before = play.link.written.length;
      const question = `<iq type="get" from="${from}" to="deploys@rooms.test"><vCard xmlns="vcard-temp"/></iq>`;
      for (let times = 0; times < count; times++) await router.route(read(question));
      return play.link.written.slice(before).map(({ attrs }) => attrs.type);
    };
    expect((await types(crone, 20)).slice(-10)).to.deep.equal(Array(10).fill("error"));
    expect(await types(wiccarocks, 1)).to.deep.equal(["result"]);
    play.close();
  });
});

function botsOf(all: readonly StoredBot[], serviceName?: string): KnownBots {
  const store = { version: 1, all: () => all, places: () => [] } as unknown as BotsStore;
  const named = serviceName === undefined ? {} : { serviceName };
  return new KnownBots(store, { domain: "rooms.test", nickLength: 64, ...named });
}
