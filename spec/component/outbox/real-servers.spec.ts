/** Delivery to real servers: stanzas that close their streams, and servers that restart. */
import { expect } from "chai";
import { onEachServer } from "../../support/servers.js";
import { ids, message, Sender, until, type SenderOptions } from "../../support/sender.js";

const RECEIVERS = "receivers.test.org";
const DOMAIN = "conference.qtalk.test.org";
/** How long a server must have run for its uptime, in whole seconds, to show that it kept running; in milliseconds. */
const KNOWN_MS = 4_000;

describe("The outbox", () => {
  onEachServer(
    (stage) => {
      let sender: Sender;
      afterEach(() => sender.stop());

      const connect = (options: Partial<SenderOptions>): void => {
        const { service } = stage.server.component(DOMAIN);
        sender = new Sender({ service, domain: DOMAIN, secret: "SECRET", ...options });
      };
      const to = `bob@${RECEIVERS}`;
      /** Not well-formed; a character that XML forbids; an element name that expat rejects. */
      const rejected = ["<a></b>", "<body>\u0001</body>", "<\u{10000}/>"];

      it("makes a hundred rejected stanzas dead letters, each with its reason, and sends all others in order", async () => {
        const receiver = await stage.component(RECEIVERS);
        connect({ isWaiting: true });
        const senders = ids("user", 10);
        for (const [at, id] of ids("m", 100).entries()) {
          const stanza = `<message to="${to}" from="alice@qtalk.test.org" id="bad-${at}">${rejected[at % 3]}</message>`;
          await sender.accept({ stanza, acceptedAt: Date.now() });
          await sender.accept(message(id, { to, from: `${senders[at % 10]}@qtalk.test.org` }));
        }
        sender.start();
        // On an idle machine, this takes half a minute.
        await sender.drained();
        const arrived = (): string[] => [
          ...new Set(
            receiver.received.flatMap(({ attrs: { id = "" } }) => (id.startsWith("m-") ? [id] : [])),
          ),
        ];
        await until("the other messages", () => arrived().length === 100);
        for (let user = 0; user < 10; user += 1)
          expect(arrived().filter((id) => id.endsWith(String(user)))).to.deep.equal(
            ids("m", 100).filter((id) => id.endsWith(String(user))),
          );
        const dead = sender.deadLetters.list();
        const named = dead.map(({ stanza }) => /id="(bad-\d+)"/.exec(stanza)?.[1]);
        expect(named.sort()).to.deep.equal(ids("bad", 100).sort());
        for (const { reason } of dead) expect(reason).to.match(/not-well-formed|invalid-xml|closed/);
      });

      it("sends confirmed stanzas again if the server was killed, but not if only the link broke", async () => {
        const began = Date.now();
        connect({ outbox: { keep: { ms: 60_000, bytes: 1024 ** 2 } } });
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
    { components: [{ domain: DOMAIN }, { domain: RECEIVERS }] },
  );
});
