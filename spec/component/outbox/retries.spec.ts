/** Callers that got no answer repeat their calls. */
import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { Jid } from "../../../component/addresses/address.js";
import { compose, parseMessage } from "../../../component/composing/message.js";
import { limitsConfig } from "../../../component/config.js";
import { messageRows } from "../../../component/operations/send-thirdmessage.js";
import type { Element } from "../../../component/xml/builder.js";
import { FaultServer } from "../../support/fault-server.js";
import { Folder } from "../../support/folder.js";
import { ids, message, Sender, until } from "../../support/sender.js";
import { DIRECT } from "../../support/send-modes.js";

const MINUTE = 60_000;

describe("A repeated call", () => {
  const folder = new Folder();
  const path = folder.at("retries.db");
  let server: FaultServer;
  let sender: Sender;

  const start = async (): Promise<void> => {
    sender = new Sender({ service: server.service, path });
    await sender.ready();
  };

  before(async () => (server = await FaultServer.start()));
  beforeEach(async () => {
    server.routed.length = 0;
    await start();
  });
  afterEach(() => sender.stop());
  after(async () => {
    await server.hideAway();
    folder.remove();
  });

  it("is answered like the first, and sent once, if its id and bytes are the same", async () => {
    const row = message("once", { fingerprint: randomBytes(16) });
    expect(await sender.accept(row)).to.deep.equal({ delivery: "confirmed" });
    expect(await sender.accept(row)).to.deep.equal({ delivery: "confirmed" });
    await sender.send("after");
    expect(server.ids).to.deep.equal(["once", "after"]);
    expect(await sender.count("qtalk_outbox_repeats_total")).to.equal(1);
    await sender.drained();
    expect(sender.outbox.states.waiting).to.deep.equal({ stanzas: 0, bytes: 0 });
  });

  it("is confirmed together with the first call if that is still waiting", async () => {
    server.faults.messagesToSelf = "hold";
    const row = message("slow", { fingerprint: randomBytes(16) });
    const answers: string[] = [];
    const first = sender.accept(row).then(() => answers.push("first"));
    await server.routedIds(1);
    const second = sender.accept(row).then(() => answers.push("second"));
    await server.until("an ack request", () => server.connection.ackRequests > 2);
    expect(answers).to.deep.equal([]);
    server.release();
    server.heal();
    await Promise.all([first, second]);
    expect(server.ids).to.deep.equal(["slow"]);
  });

  it("is confirmed if a stanza of another call, accepted in between, becomes a dead letter", async () => {
    server.faults.rejection = ({ attrs }) =>
      attrs.id === "bad" ? { condition: "policy-violation" } : undefined;
    const [a, b] = ["a", "b"].map((id) => message(id, { fingerprint: randomBytes(16) }));
    const first = [sender.accept(a!), sender.send("bad"), sender.accept(b!)];
    const repeated = sender.accept(a!, b!);
    const answers = await Promise.all(first);
    expect(answers[1]).to.deep.include({ errcode: 1 });
    expect([answers[0], answers[2], await repeated]).to.deep.equal(Array(3).fill({ delivery: "confirmed" }));
    server.heal();
  });

  it("is recognised in the same tick, and if a part of the call is new", async () => {
    const [a, b, c] = ["a", "b", "c"].map((id) => message(id, { fingerprint: randomBytes(16) }));
    await Promise.all([sender.accept(a!, b!), sender.accept(a!, b!)]);
    await sender.accept({ ...b!, isCopied: true }, { ...c!, isCopied: true });
    expect(server.ids, "and c's copy").to.deep.equal(["a", "b", "c", ""]);
  });

  it("is queued if the database can't be read then, and other calls are answered", async () => {
    const row = message("first", { fingerprint: randomBytes(16) });
    await sender.accept(row);
    sender.db.exec("ALTER TABLE dead_letters RENAME TO away");
    const answers = await Promise.all([sender.send("before"), sender.accept(row), sender.send("after")]);
    expect(answers.map((answer) => "delivery" in answer && answer.delivery)).to.deep.equal([
      "confirmed",
      "queued",
      "confirmed",
    ]);
    sender.db.exec("ALTER TABLE away RENAME TO dead_letters");
    expect(await sender.accept(row)).to.deep.equal({ delivery: "confirmed" });
  });

  it("takes no space in the queue, and isn't refused if the queue is full", async () => {
    await sender.stop();
    sender = new Sender({ service: server.service, path, isWaiting: true, outbox: { maxStanzas: 2 } });
    const row = message("first", { fingerprint: randomBytes(16), isCopied: true });
    for (let calls = 0; calls < 3; calls += 1)
      expect(await sender.accept(row)).to.deep.equal({ delivery: "queued" });
    expect(await sender.send("new")).to.deep.equal({ delivery: "queued" });
    const another = message("another", { fingerprint: randomBytes(16) });
    expect(await sender.accept(another)).to.deep.include({ errcode: 5 });
    expect(await sender.accept(row)).to.deep.equal({ delivery: "queued" });
    expect(await sender.accept(row, another)).to.deep.include({ errcode: 5 });
    sender.start();
    await sender.drained();
    expect(server.ids, "and its copy").to.deep.equal(["first", "", "new"]);
  });

  it("is a new message after ten minutes, or ten minutes before if the clock was set back", async () => {
    const fingerprint = randomBytes(16);
    const now = Date.now();
    const [late, early] = [10 * MINUTE + 1, -10 * MINUTE - 1];
    for (const [ms, sent] of [
      [0, 1],
      [late - 1, 1],
      [early + 1, 1],
      [late, 2],
      [15 * MINUTE, 2],
      [early, 3],
    ] as const) {
      await sender.accept(message("x", { fingerprint, acceptedAt: now + ms }));
      expect(server.ids, `${ms} ms`).to.have.length(sent);
    }
  });

  it("leaves no fingerprints older than ten minutes on the disk", async () => {
    sender.db.exec("DELETE FROM accepted");
    const acceptedAt = Date.now() - 11 * MINUTE;
    const rows = ids("m", 5000).map((id) => message(id, { fingerprint: randomBytes(16), acceptedAt }));
    await sender.accept(...rows);
    const old = sender.db.prepare("SELECT count(*) FROM accepted WHERE accepted_at <= ?").pluck();
    await until("they are deleted", () => old.get(acceptedAt) === 0);
  });

  it("is recognised by sender, receiver, id and bytes", () => {
    const text = '<message id="1"><body>hello</body></message>';
    const other = '<message id="1"><body>hello!</body></message>';
    const print = (from: string, to: string, source: string): string | undefined => {
      const element = parseMessage(source, 1000) as Element;
      const composed = compose(element, Jid.parse(from)!, Jid.parse(to)!);
      const unreachable = { sent: () => undefined };
      const context = { carbons: false, limits: limitsConfig.parse({}), modes: DIRECT, unreachable };
      const made = messageRows(context, composed, "message", source);
      return "rows" in made ? made.rows[0]?.fingerprint?.toString("hex") : undefined;
    };
    const reference = print("a@x", "b@x", text);
    expect(print("a@x", "b@x", text)).to.equal(reference);
    const others = [print("c@x", "b@x", text), print("a@x", "c@x", text), print("a@x", "b@x", other)];
    expect(new Set([reference, ...others]).size).to.equal(4);
    expect(print("a@x", "b@x", "<message><body>hello</body></message>")).to.equal(undefined);
  });
});
