/** What may go out while the disk is still busy with it, and what may not. */
import { expect } from "chai";
import type { DeliveryStatus } from "../../../component/outbox/outbox.js";
import type { Refusal } from "../../../component/refusal.js";
import type { Disk } from "../../../storage/group-commit.js";
import { FaultServer } from "../../support/fault-server.js";
import { message, Sender, until } from "../../support/sender.js";

/** A disk that takes what it is given when it is told to. */
class SlowDisk implements Disk {
  #waiting: (() => void)[] = [];
  isFast = false;

  get isBusy(): boolean {
    return this.#waiting.length > 0;
  }

  sync(): Promise<void> {
    return this.isFast ? Promise.resolve() : new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** It has what it was given until now. */
  finishSync(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  end(): void {
    this.finishSync();
  }
}

describe("While the disk is slow", () => {
  let server: FaultServer;
  let disk: SlowDisk;
  let sender: Sender;
  const answers: string[] = [];

  beforeEach(async () => {
    answers.length = 0;
    server = await FaultServer.start();
    disk = new SlowDisk();
    sender = new Sender({ service: server.service, disk });
    await sender.ready();
  });
  afterEach(async () => {
    disk.isFast = true;
    disk.finishSync();
    await sender.stop();
    await server.hideAway();
  });

  const ask = (name: string, asked: Promise<DeliveryStatus | Refusal>): void =>
    void asked.then((answer) => answers.push("delivery" in answer ? `${name} ${answer.delivery}` : name));
  /** As a room's turn does: what it says, and its state. */
  const say = (id: string): Promise<DeliveryStatus | Refusal> =>
    sender.outbox.accept([message(id)], () => undefined);

  /** Settles when the server has had all that could have been written by now, and told so. */
  const somethingElseArrives = async (): Promise<void> => {
    for (const id of ["mark-1", "mark-2"]) {
      const { length } = server.routed;
      sender.link.write(message(id).stanza);
      await server.until("the mark", () => server.ids.slice(length).includes(id));
    }
  };
  const arrived = (): string[] => server.ids.filter((id) => !id.startsWith("mark-"));

  it("a message is on its way already, and its call is answered when both are done", async () => {
    ask("m", sender.send("m"));
    await server.routedIds(1);
    const { barriers } = server.connection;
    await until("its barrier is back", () => sender.outbox.backlog.stanzas === 0);
    expect(barriers).to.be.greaterThan(0);
    expect(answers).to.deep.equal([]);
    disk.finishSync();
    await until("it is answered", () => answers.length === 1);
    expect(answers).to.deep.equal(["m confirmed"]);
  });

  it("what tells of a change waits for the disk, and what comes later waits behind it", async () => {
    ask("before", sender.send("before"));
    await server.routedIds(1);
    ask("change", say("change"));
    await new Promise(setImmediate);
    ask("after", sender.send("after"));
    await until("the disk is asked", () => disk.isBusy);
    await somethingElseArrives();
    expect(arrived()).to.deep.equal(["before"]);
    // The first two syncs: of the message before, and of the others, that came while it was on.
    disk.finishSync();
    await until("the disk is asked again", () => disk.isBusy);
    await somethingElseArrives();
    expect(arrived()).to.deep.equal(["before"]);
    disk.isFast = true;
    disk.finishSync();
    await until("all are there", () => arrived().length === 3);
    expect(arrived()).to.deep.equal(["before", "change", "after"]);
    await until("all are answered", () => answers.length === 3);
    expect(answers).to.deep.equal(["before confirmed", "change confirmed", "after confirmed"]);
  });

  it("nothing is said to be routed that only waits for the disk", async () => {
    ask("change", say("change"));
    await until("the disk is asked", () => disk.isBusy);
    ask("empty", sender.outbox.accept([]));
    disk.finishSync();
    await until("the disk is asked again", () => disk.isBusy);
    disk.isFast = true;
    disk.finishSync();
    await until("both are answered", () => answers.length === 2);
    expect(server.ids).to.deep.equal(["change"]);
  });

  it("a new link doesn't let out what waits for the disk", async () => {
    ask("change", say("change"));
    await until("the disk is asked", () => disk.isBusy);
    sender.link.abandon("for a new one");
    await until("the link is gone", () => !sender.outbox.isReady);
    await sender.ready();
    await somethingElseArrives();
    expect(arrived()).to.deep.equal([]);
    disk.isFast = true;
    disk.finishSync();
    await until("it is there", () => arrived().length > 0);
    expect(arrived()).to.deep.equal(["change"]);
  });

  it("what changes something and says nothing is answered as soon as the disk has it", async () => {
    ask(
      "silent",
      sender.outbox.accept([], () => undefined),
    );
    await until("the disk is asked", () => disk.isBusy);
    expect(answers).to.deep.equal([]);
    disk.finishSync();
    await until("it is answered", () => answers.length === 1, 2_000);
    expect(answers).to.deep.equal(["silent confirmed"]);
  });

  it("a stop waits for it", async () => {
    ask("change", say("change"));
    await until("the disk is asked", () => disk.isBusy);
    let isOver = false;
    const flushed = sender.outbox.flush(5_000).finally(() => (isOver = true));
    await somethingElseArrives();
    expect(isOver).to.equal(false);
    disk.isFast = true;
    disk.finishSync();
    expect(await flushed).to.equal(true);
    expect(arrived()).to.deep.equal(["change"]);
  });
});
