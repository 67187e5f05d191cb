/** Delivery to real servers: stanzas that close their streams, and handshakes that they refuse. */
import { expect } from "chai";
import { onEachServer, type TestServer } from "../../support/servers.js";
import { ids, message, Sender, until, type SenderOptions } from "../../support/sender.js";

const RECEIVERS = "receivers.test.org";
const DIRECT = "conference.qtalk.test.org";
const NOT_DIRECT = "honest.test.org";

describe("The outbox", () => {
  const components = [{ domain: DIRECT }, { domain: NOT_DIRECT, sendsAsUsers: false }, { domain: RECEIVERS }];

  onEachServer(
    (stage) => {
      let sender: Sender;
      afterEach(() => sender.stop());

      const to = `bob@${RECEIVERS}`;
      const rejected: Record<string, string> = {
        "isn't well-formed": `<message to="${to}" from="alice@qtalk.test.org" id="bad"><a></b></message>`,
        "contains a character that XML forbids": `<message to="${to}" from="alice@qtalk.test.org" id="bad"><body>\u0001</body></message>`,
        "has an element name that expat rejects": `<message to="${to}" from="alice@qtalk.test.org" id="bad"><\u{10000}/></message>`,
      };
      for (const [what, stanza] of Object.entries(rejected)) {
        it(`makes a stanza that ${what} a dead letter, and sends all others in order`, async () => {
          const receiver = await stage.component(RECEIVERS);
          sender = connect(stage, DIRECT);
          const rows = ids("m", 300).map((id) => message(id, { to }));
          await sender.accept(...rows.slice(0, 170), { stanza, acceptedAt: Date.now() }, ...rows.slice(170));
          sender.start();
          await sender.drained();
          await receiver.waitForAck();
          const received = receiver.received
            .map(({ attrs }) => attrs.id)
            .filter((id) => id?.startsWith("m-"));
          expect([...new Set(received)]).to.deep.equal(ids("m", 300));
          expect(sender.deadLetters.list().map((letter) => letter.stanza)).to.deep.equal([stanza]);
        });
      }

      /** Accepts a hundred rejected stanzas, each followed by a message of another sender. @returns a list of what arrives */
      const mixed = async (): Promise<() => string[]> => {
        const receiver = await stage.component(RECEIVERS);
        const bad = Object.values(rejected);
        for (const [at, id] of ids("m", 100).entries()) {
          const stanza = bad[at % bad.length]!.replace('id="bad"', `id="bad-${at}"`);
          await sender.accept({ stanza, acceptedAt: Date.now() });
          await sender.accept(message(id, { to, from: `user-${at % 10}@qtalk.test.org` }));
        }
        const known = new Set(ids("m", 100));
        return () =>
          [...new Set(receiver.received.map(({ attrs }) => attrs.id ?? ""))].filter((id) => known.has(id));
      };

      it("makes a hundred rejected stanzas dead letters, each with its reason, and no other stanza", async () => {
        sender = connect(stage, DIRECT);
        const arrived = await mixed();
        sender.start();
        // On an idle machine, this takes half a minute.
        await sender.drained();
        await until("the other messages", () => arrived().length === 100);
        const dead = sender.deadLetters.list();
        const named = dead.map(({ stanza }) => /id="(bad-\d+)"/.exec(stanza)?.[1]);
        expect(named.sort()).to.deep.equal(ids("bad", 100).sort());
        for (const { reason } of dead) expect(reason).to.match(/not-well-formed|invalid-xml|closed/);
      });

      it("logs what to change if the server forbids direct mode, and keeps its stanzas", async () => {
        sender = connect(stage, NOT_DIRECT);
        await sender.send("m-0");
        sender.start();
        await until("the log line", () => sender.log.about("send as its users", "error").length === 1);
        expect(sender.link.state.kind).to.equal("refused");
        expect(sender.waiting).to.equal(1);
        expect(sender.deadLetters.count).to.equal(0);
      });

      it("logs what to change if the secret is wrong", async () => {
        sender = connect(stage, DIRECT, { secret: "wrong" });
        sender.start();
        await until("the log line", () => sender.log.about("xmpp.password", "error").length === 1);
      });

      it("logs what to change if the server doesn't know the component", async () => {
        const { service } = stage.server.component(DIRECT);
        sender = new Sender({ service, domain: "unknown.test.org", secret: "SECRET" });
        const words = ["doesn't know the component", "or the server has no such component"];
        await until("the log line", () => words.some((word) => sender.log.about(word, "error").length === 1));
      });
    },
    { components },
  );
});

function connect(stage: TestServer, domain: string, options: Partial<SenderOptions> = {}): Sender {
  const { service } = stage.server.component(domain);
  return new Sender({ service, domain, secret: "SECRET", isWaiting: true, ...options });
}
