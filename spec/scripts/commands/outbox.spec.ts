import { expect } from "chai";
import { openDatabase } from "../../../storage/database.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { CommandLine } from "../../support/command-line.js";

const REASON = "policy-violation: too odd";

describe("The commands for the outbox", () => {
  let line: CommandLine;
  beforeEach(() => {
    line = new CommandLine();
    inDatabase(({ letters }) => {
      for (const id of ["one", "two"]) {
        const stanza = `<message to="b@x.test" id="${id}"/>`;
        letters.add([{ acceptedAt: 0, diedAt: 60_000, stanza, reason: REASON }], () => undefined);
      }
    });
  });
  afterEach(() => line.remove());

  const inDatabase = <T>(look: (stores: { letters: DeadLetters; outbox: OutboxStore }) => T): T => {
    const db = openDatabase(line.database);
    try {
      return look({ letters: new DeadLetters(db), outbox: new OutboxStore(db) });
    } finally {
      db.close();
    }
  };
  const state = (): { setAside: number[]; waiting: number } =>
    inDatabase(({ letters, outbox }) => ({
      setAside: letters.list().map(({ id }) => id),
      waiting: outbox.backlog().stanzas,
    }));

  it("list what waits, and what was set aside and why", async () => {
    const { code, stdout } = await line.run("outbox", "list");
    expect(stdout.split("\n").map((text) => text.trimEnd())).to.deep.equal([
      "0 stanzas (0 bytes) waiting, 2 set aside",
      "ID  ACCEPTED             SET ASIDE            WHY                        STANZA",
      `1   1970-01-01 00:00:00  1970-01-01 00:01:00  ${REASON}  <message to="b@x.test" id="one"/>`,
      `2   1970-01-01 00:00:00  1970-01-01 00:01:00  ${REASON}  <message to="b@x.test" id="two"/>`,
      "",
    ]);
    expect(code).to.equal(0);
  });

  it("put one back, or all", async () => {
    expect((await line.run("outbox", "retry", "2")).stdout).to.equal("1 stanza put back into the queue\n");
    expect(state()).to.deep.equal({ setAside: [1], waiting: 1 });
    expect((await line.run("outbox", "retry", "--all")).stdout).to.equal(
      "1 stanza put back into the queue\n",
    );
    expect(state()).to.deep.equal({ setAside: [], waiting: 2 });
  });

  it("delete one, or all", async () => {
    expect((await line.run("outbox", "drop", "1")).stdout).to.equal("1 stanza deleted\n");
    expect(state()).to.deep.equal({ setAside: [2], waiting: 0 });
    expect((await line.run("outbox", "drop", "--all")).stdout).to.equal("1 stanza deleted\n");
    expect(state()).to.deep.equal({ setAside: [], waiting: 0 });
  });

  it("do nothing where it isn't clear what is meant", async () => {
    for (const args of [[], ["1", "--all"], ["x"]]) {
      const { code, stderr } = await line.run("outbox", "drop", ...args);
      expect(stderr, args.join(" ")).to.equal(
        "Name the id of one stanza, as outbox list shows it, or --all.\n",
      );
      expect(code).to.equal(64);
    }
    const unknown = await line.run("outbox", "retry", "7");
    expect(unknown.stderr).to.equal("No stanza with the id 7 is set aside: see outbox list.\n");
    expect(unknown.code).to.equal(65);
    expect(state()).to.deep.equal({ setAside: [1, 2], waiting: 0 });
  });

  it("make no database where there is none", async () => {
    const { code, stderr } = await line.run("outbox", "list", "--storage.path", "none.db");
    expect(stderr).to.match(/^There is no database none\.db: /);
    expect(code).to.equal(66);
  });
});
