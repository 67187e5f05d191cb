/** Delivery as real servers have it: what closes their streams, and what they refuse. */
import { expect } from "chai";
import { onEachServer, type Stage } from "../../support/servers.js";
import { ids, message, Sender, until } from "../../support/sender.js";

const RECEIVERS = "receivers.test.org";
const FORGING = "conference.qtalk.test.org";
const NOT_FORGING = "honest.test.org";

describe("The outbox", () => {
  const components = [{ domain: FORGING }, { domain: NOT_FORGING, forging: false }, { domain: RECEIVERS }];

  onEachServer(
    (stage) => {
      let sender: Sender;
      afterEach(() => sender.stop());

      const to = `bob@${RECEIVERS}`;
      const poisons: Record<string, string> = {
        "isn't well-formed": `<message to="${to}" from="alice@qtalk.test.org" id="bad"><a></b></message>`,
        "holds a character that XML forbids": `<message to="${to}" from="alice@qtalk.test.org" id="bad"><body>\u0001</body></message>`,
        "has a name that no expat knows": `<message to="${to}" from="alice@qtalk.test.org" id="bad"><\u{10000}/></message>`,
      };
      for (const [what, stanza] of Object.entries(poisons)) {
        it(`sets aside a stanza that ${what}, and sends all others in order`, async () => {
          const receiver = await stage.component(RECEIVERS);
          sender = connect(stage, FORGING);
          const rows = ids("m", 300).map((id) => message(id, { to }));
          await sender.accept(...rows.slice(0, 170), { stanza, acceptedAt: Date.now() }, ...rows.slice(170));
          sender.start();
          await sender.drained();
          await receiver.barrier();
          const received = receiver.received
            .map(({ attrs }) => attrs.id)
            .filter((id) => id?.startsWith("m-"));
          expect([...new Set(received)]).to.deep.equal(ids("m", 300));
          expect(sender.letters.list().map((letter) => letter.stanza)).to.deep.equal([stanza]);
        });
      }

      it("says what to change where the server doesn't let it send as users, and keeps what it has", async () => {
        sender = connect(stage, NOT_FORGING);
        await sender.send("m-0");
        sender.start();
        await until("it says so", () => sender.log.about("check_from: false", "error").length === 1);
        expect(sender.link.state.kind).to.equal("refused");
        expect(sender.outbox.load.stanzas).to.equal(1);
        expect(sender.letters.isEmpty).to.equal(true);
      });

      it("says what to change where the secret is wrong", async () => {
        sender = connect(stage, FORGING, "wrong");
        sender.start();
        await until("it says so", () => sender.log.about("xmpp.password", "error").length === 1);
      });

      it("says what to change where the server doesn't know the component", async () => {
        const { service } = stage.server.component(FORGING);
        sender = new Sender({ service, domain: "unknown.test.org", secret: "SECRET" });
        const words = ["doesn't know the component", "refuses the component's secret"];
        await until("it says so", () => words.some((word) => sender.log.about(word, "error").length === 1));
      });
    },
    { components },
  );
});

function connect(stage: Stage, domain: string, secret = "SECRET"): Sender {
  return new Sender({ service: stage.server.component(domain).service, domain, secret, isWaiting: true });
}
