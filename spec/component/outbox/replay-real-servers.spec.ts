/** Confirmed stanzas are sent again to a real server only if its uptime shows that it has restarted. */
import { expect } from "chai";
import { onEachServer } from "../../support/servers.js";
import { Sender, until } from "../../support/sender.js";

const DOMAIN = "conference.qtalk.test.org";
/** How long a server must have run for its uptime, in whole seconds, to show that it kept running; in milliseconds. */
const KNOWN_MS = 4_000;

describe("A confirmed stanza", () => {
  onEachServer(
    (stage) => {
      let sender: Sender;
      afterEach(() => sender.stop());

      it("is sent again if the server was killed, but not if only the link broke", async () => {
        const began = Date.now();
        const { service } = stage.server.component(DOMAIN);
        const keep = { ms: 60_000, bytes: 1024 ** 2 };
        sender = new Sender({ service, domain: DOMAIN, secret: "SECRET", outbox: { keep } });
        await sender.ready();
        await until("the server has run for a while", () => Date.now() - began > KNOWN_MS);
        await sender.send("one");
        sender.link.abandon("to see");
        await until("the link is lost", () => !sender.outbox.isReady);
        await sender.ready();
        await sender.send("two");
        expect(await sender.count("qtalk_outbox_replayed_total")).to.equal(0);
        await stage.server.kill();
        await stage.server.restart();
        await sender.ready();
        await sender.drained();
        expect(await sender.count("qtalk_outbox_replayed_total", "restarted")).to.equal(2);
        expect(await sender.count("qtalk_outbox_replayed_total")).to.equal(2);
      });
    },
    { components: [{ domain: DOMAIN }] },
  );
});
