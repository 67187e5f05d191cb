import { expect } from "chai";
import { localTimeText } from "../../../scripts/local-time.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { CallLogStore } from "../../../storage/call-log.js";
import { CommandLine, printed, refusal } from "../../support/command-line.js";
import { addDeadLetter } from "../../support/dead-letter.js";

const REASON = "policy-violation: too odd";

describe("The commands for the outbox", () => {
  let line: CommandLine;
  beforeEach(() => {
    line = new CommandLine();
    inDatabase(({ db }) => {
      for (const id of ["one", "two"]) {
        const stanza = `<message to="b@x.test" id="${id}"/>`;
        addDeadLetter(db, { acceptedAt: 0, diedAt: 60_000, stanza, reason: REASON });
      }
    });
  });
  afterEach(() => line.remove());

  const inDatabase = (look: (stores: { db: Database; calls: CallLogStore }) => void): void => {
    const db = openDatabase(line.database);
    try {
      look({ db, calls: new CallLogStore(db, 1_000) });
    } finally {
      db.close();
    }
  };
  it("list what waits, and the dead letters with their reasons", async () => {
    const stdout = await printed(line.run("outbox", "list"));
    expect(stdout.split("\n").map((text) => text.trimEnd())).to.deep.equal([
      "0 stanzas (0 bytes) waiting, 0 stanzas (0 bytes) parked, 2 dead letters",
      "ID  ACCEPTED                   REJECTED                   BYTES  STANZAS  REASON                     STANZA",
      `1   ${localTimeText(0)}  ${localTimeText(60_000)}  33     1        ${REASON}  <message to="b@x.test" id="one"/>`,
      `2   ${localTimeText(0)}  ${localTimeText(60_000)}  33     1        ${REASON}  <message to="b@x.test" id="two"/>`,
      "",
    ]);
  });

  it("cut a large dead letter in the list, and show it whole if asked for", async () => {
    const stanza = `<message><body>${"很长".repeat(20_000)}</body></message>`;
    inDatabase(({ db }) => addDeadLetter(db, { acceptedAt: 0, stanza, reason: REASON }));
    const lines = (await line.run("outbox", "list")).stdout.split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).to.be.below(400);
    expect(lines[4]).to.match(/ <message><body>(很长)+很?…$/);
    const { letters } = JSON.parse((await line.run("outbox", "list", "--json")).stdout) as {
      letters: { stanza: string }[];
    };
    expect(letters.at(-1)?.stanza).to.equal(stanza);
    expect((await line.run("outbox", "show", "3")).stdout)
      .to.include(stanza)
      .and.to.include(REASON);
    expect(await refusal(65, line.run("outbox", "show", "9"))).to.include("there is no dead letter 9");
  });

  it("show a call's events by its request id, and the request of each dead letter", async () => {
    const at = Date.UTC(2026, 0, 1);
    inDatabase(({ db, calls }) => {
      const call = { request: "r-1", caller: "caller hr", acceptedAt: at, stanzas: 3 };
      const id = calls.add({ ...call, rows: { first: 7, last: 9 } });
      calls.rewritten({ at: at + 1, first: 1, last: 8, reason: "the link was lost (reset)" });
      const bounce = { condition: "gone", receiver: "b@x.test" };
      for (const later of [3, 4]) calls.bounced({ ...bounce, call: id, at: at + later });
      calls.acked({ from: 1, to: 10, at: at + 2 });
      addDeadLetter(db, {
        acceptedAt: at,
        diedAt: at + 1_000,
        stanza: "<message/>",
        reason: REASON,
        rowId: 8,
      });
      calls.add({ ...call, request: "r-2", rows: undefined });
    });
    const told = await line.run("outbox", "trace", "r-1");
    expect(told.stdout.split("\n").slice(1)).to.deep.equal([
      "2026-01-01 05:30:00.000+05:30  accepted from caller hr: 3 stanzas",
      "2026-01-01 05:30:00.001+05:30  to be sent again: the link was lost (reset)",
      "2026-01-01 05:30:00.002+05:30  acknowledged by the server, except the dead letters",
      "2026-01-01 05:30:00.003+05:30  bounced: gone from b@x.test and 1 more",
      `2026-01-01 05:30:01.000+05:30  dead letter 3: ${REASON}`,
      "",
    ]);
    expect((await line.run("outbox", "list")).stdout).to.match(/^3 .* r-1 .*<message\/>$/m);
    expect((await line.run("outbox", "trace", "r-2")).stdout).to.contain("nothing to send, or a duplicate");
    const unknown = await line.run("outbox", "trace", "r-3");
    expect(unknown).to.include({ code: 65, stdout: "" });
    expect(unknown.stderr).to.contain("no call with the request id r-3 is recorded");
  });

  it("show what became of a call's dead letters after they were dropped or retried", async () => {
    const at = Date.UTC(2026, 0, 1);
    inDatabase(({ db, calls }) => {
      const call = { caller: "caller hr", acceptedAt: at, stanzas: 3 };
      calls.add({ ...call, request: "r-1", rows: { first: 7, last: 9 } });
      calls.acked({ from: 1, to: 10, at: at + 2 });
      for (const rowId of [8, 9, 10])
        addDeadLetter(db, { acceptedAt: at, diedAt: at + 1, stanza: "<message/>", reason: REASON, rowId });
      calls.add({ ...call, request: "r-2", rows: { first: 10, last: 10 } });
      db.exec("UPDATE sqlite_sequence SET seq = 10 WHERE name = 'outbox'");
    });
    await line.run("outbox", "drop", "3", "--yes");
    await line.run("outbox", "retry", "4");
    const texts = (await line.run("outbox", "trace", "r-1")).stdout.split("\n").map((text) => text.slice(31));
    expect(texts.slice(1)).to.deep.equal([
      "accepted from caller hr: 3 stanzas",
      `dead letter 3: ${REASON}`,
      `dead letter 4: ${REASON}`,
      "acknowledged by the server, except the dead letters",
      "dead letter 3 deleted: it will not be sent",
      "dead letter 4 put back into the queue",
      "accepted from outbox retry: 1 stanza",
      "1 stanza waiting to be acknowledged",
      "",
    ]);
    expect((await line.run("outbox", "trace", "r-2")).stdout).not.to.contain("dead letter 3");
  });

  it("create no database if there is none", async () => {
    const stderr = await refusal(66, line.run("outbox", "list", "--storage.path", "none.db"));
    expect(stderr).to.match(/^There is no database none\.db: the component makes it at its first start\. /);
  });
});
