/** The cost of bots' pictures. */
import { expect } from "chai";
import { botHandlers } from "../../../component/hooks/bot-handlers.js";
import { KnownBots } from "../../../component/hooks/known-bots.js";
import { looksOf } from "../../../component/addresses/lookalikes.js";
import { Metrics } from "../../../component/metrics.js";
import { Router } from "../../../component/inbound/router.js";
import type { BotsStore, StoredBot } from "../../../storage/bots-store.js";
import { crone, Play, read, wiccarocks } from "../muc/play.js";

const BOT: StoredBot = { name: "deploys", title: "Deploys", picture: undefined };

describe("The service's name", () => {
  it("is reserved for the service in all rooms", () => {
    const store = { version: 1, all: () => [], places: () => [] } as unknown as BotsStore;
    const bots = new KnownBots(store, { domain: "rooms.test", serviceName: "Group chat", nickLength: 64 });
    expect(bots.reserver("coven@rooms.test", looksOf("group chаt"))).to.equal("rooms.test");
  });
});

describe("A bot's picture", () => {
  it("counts against the requester's read budget", async () => {
    const play = await new Play({ rooms: { read_bytes_per_second: 1024 } }).ready();
    const picture = { type: "image/png", bytes: Buffer.alloc(48 * 1024) };
    const store = { version: 1, all: () => [{ ...BOT, picture }], places: () => [] } as unknown as BotsStore;
    const bots = new KnownBots(store, { domain: "rooms.test", nickLength: 64 });
    const write = (text: Parameters<typeof play.link.write>[0]): boolean => play.link.write(text);
    const router = new Router({
      domain: "rooms.test",
      isBot: (local) => bots.has(local),
      write,
      stanzaBytes: 262_144,
      log: play.log.logger,
      metrics: new Metrics(),
    });
    router.register(
      ...botHandlers({
        bots,
        version: "1",
        reading: play.service.context.reading,
        unqueued: { write },
        bounced: () => undefined,
        listener: { heard: () => Promise.resolve(false) },
        remote: { presence: () => undefined, message: () => false },
      }),
    );
    const types = async (from: string, count: number): Promise<(string | undefined)[]> => {
      const before = play.link.written.length;
      const question = `<iq type="get" from="${from}" to="deploys@rooms.test"><vCard xmlns="vcard-temp"/></iq>`;
      for (let times = 0; times < count; times++) await router.route(read(question));
      return play.link.written.slice(before).map(({ attrs }) => attrs.type);
    };
    expect((await types(crone, 20)).slice(-10)).to.deep.equal(Array.from({ length: 10 }, () => "error"));
    expect(await types(wiccarocks, 1)).to.deep.equal(["result"]);
    play.close();
  });
});
