/** Rejected stanzas, because of which the server closes the stream, become dead letters; no other stanza does. */
import { randomBytes } from "node:crypto";
import { expect } from "chai";
import type { Ending } from "../../support/faults.js";
import { ids, message, Refusal, until, type SenderOptions } from "../../support/sender.js";
import { connect, onFaultServer, sender, server } from "./fault-stage.js";

describe("A rejected stanza", () => {
  onFaultServer();

  /** Makes the server close the stream for stanzas with any of these ids or receivers. */
  const reject = (ending: Ending, ...what: string[]): void => {
    server.faults.rejection = ({ attrs }) =>
      what.includes(attrs.id ?? "") || what.includes(attrs.to ?? "") ? ending : undefined;
  };
  const start = (options: Partial<SenderOptions> = {}): unknown => connect({ isWaiting: true, ...options });
  const run = async (): Promise<void> => {
    sender.start();
    await sender.drained();
  };

  it("is found among a thousand stanzas; all others arrive in order", async () => {
    reject({ condition: "policy-violation", text: "stanza too big" }, "m-617");
    start();
    await sender.send(...ids("m", 1000));
    await run();
    expect(server.firstIds).to.deep.equal(ids("m", 1000).filter((id) => id !== "m-617"));
    const [letter, ...others] = sender.deadLetters.list();
    expect(others).to.deep.equal([]);
    expect(letter?.stanza).to.equal(message("m-617").stanza);
    expect(letter?.reason).to.contain("policy-violation").and.to.contain("stanza too big");
    expect(server.connections.length).to.be.at.most(14);
    expect(await sender.count("qtalk_outbox_dead_letters_total")).to.equal(1);
    expect(sender.log.about("dead letter", "error")).to.have.length(1);
  });

  it("causes its call to be refused with the reason, and other calls to be confirmed", async () => {
    reject({ condition: "policy-violation" }, "bad");
    start({ outbox: { confirmTimeout: 60_000 } });
    sender.start();
    await sender.ready();
    const sent = [...ids("a", 40), "bad", ...ids("b", 40)];
    const statuses = new Map<string, unknown>();
    await Promise.all(
      sent.map(async (id) => {
        statuses.set(id, await sender.send(id));
      }),
    );
    await sender.drained();
    expect(statuses.get("bad")).to.deep.include({ errcode: 1 });
    for (const id of sent.filter((one) => one !== "bad"))
      expect(statuses.get(id), id).to.deep.equal({ delivery: "confirmed" });
    expect(server.firstIds).to.deep.equal(sent.filter((id) => id !== "bad"));
  });

  it("leaves its call queued if another stanza of the call arrives, or other writes were stored with the call", async () => {
    reject({ condition: "policy-violation" }, "bad", "worse", "bad@qtalk.test.org");
    start({ outbox: { confirmTimeout: 60_000 } });
    sender.start();
    await sender.ready();
    const stanza = '<message from="alice@qtalk.test.org" id="n"><body>hi</body></message>';
    const recipients = ["good@qtalk.test.org", "bad@qtalk.test.org"];
    const answers = await Promise.all([
      sender.send("good", "bad"),
      sender.accept({ stanza, recipients, acceptedAt: Date.now() }),
      sender.outbox.accept({ rows: [message("bad")], writes: () => undefined }),
    ]);
    expect(answers).to.deep.equal(Array(3).fill({ delivery: "queued" }));
    expect(sender.deadLetters.list()).to.have.length(3);
    // The third stanza becomes a dead letter only along with the others.
    expect(await sender.send("bad", "worse", "good")).to.deep.equal({ delivery: "queued" });
    expect(sender.deadLetters.list()).to.have.length(6);
    // The call is answered before the confirm timeout, although no stanza follows.
    const began = performance.now();
    expect(await sender.send("good", "bad")).to.deep.equal({ delivery: "queued" });
    expect(performance.now() - began).to.be.below(40_000);
  });

  it("is sent again if an operator retries it, and becomes a dead letter again if it is rejected again", async () => {
    reject({ condition: "policy-violation" }, "bad");
    start({ outbox: { times: { keepAlive: 50 } } });
    await sender.send("bad");
    sender.start();
    await until("it is a dead letter", () => sender.deadLetters.list().length === 1);
    const [letter] = sender.deadLetters.list();
    expect(await sender.retry(letter!.id)).to.equal(true);
    expect(sender.deadLetters.list()).to.deep.equal([]);
    await until("it is a dead letter again", () => sender.deadLetters.list().length === 1);
    server.heal();
    expect(await sender.retry(sender.deadLetters.list()[0]!.id)).to.equal(true);
    await server.routedIds(1);
    expect(server.ids).to.deep.equal(["bad"]);
    expect(await sender.retry(letter!.id)).to.equal(false);
  });

  it("causes a repeated call to be refused with the reason, and repeats of other calls to be confirmed", async () => {
    reject({ condition: "policy-violation" }, "bad");
    start();
    const [bad, good] = ["bad", "good"].map((id) => message(id, { fingerprint: randomBytes(16) }));
    await sender.accept(bad!);
    await sender.accept(good!);
    await run();
    expect(await sender.accept(good!)).to.deep.equal({ delivery: "confirmed" });
    const refusal = await sender.accept(bad!);
    expect(refusal).to.deep.include({ errcode: 1 });
    expect((refusal as Refusal).message)
      .to.contain("policy-violation")
      .and.to.contain("dead letter 1");
    server.heal();
    await sender.retry(1);
    await until("it is sent", () => server.ids.includes("bad"));
    await sender.drained();
    expect(await sender.accept(bad!)).to.deep.equal({ delivery: "confirmed" });
    expect(server.ids.filter((id) => id === "bad")).to.have.length(1);
  });

  it("can be sent anew after its dead letter was dropped", async () => {
    reject({ condition: "policy-violation" }, "bad");
    start();
    const row = message("bad", { fingerprint: randomBytes(16) });
    await sender.accept(row);
    await run();
    server.heal();
    expect(sender.deadLetters.drop(1)).to.equal(true);
    expect(await sender.accept(row)).to.deep.equal({ delivery: "confirmed" });
    expect(server.ids).to.deep.equal(["bad"]);
  });

  it("isn't assumed if the server closes every stream: the component reconnects ever more slowly", async () => {
    server.faults.rejection = () => ({ condition: "policy-violation" });
    start({ backoff: { first: 2, longest: 60_000, refused: 60_000, unreachable: 2 } });
    for (const id of ids("m", 200)) await sender.send(id);
    sender.start();
    await until("the log line", () => sender.log.about("whatever it is sent", "error").length === 1);
    expect(server.connections.length).to.be.at.least(100);
    const { length } = sender.deadLetters.list();
    await server.until("five more attempts", () => server.connections.length >= 106);
    expect(sender.deadLetters.list()).to.have.length(length);
    const { log } = sender;
    expect(log.about("whatever it is sent", "error")).to.have.length(1);
    server.heal();
    await sender.drained();
    expect(server.firstIds.length + sender.deadLetters.list().length).to.equal(200);
  });
});
