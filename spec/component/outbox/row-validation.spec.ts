/** What lies in a database that another process filled, nearly as large as a stanza may be. */
import { expect } from "chai";
import { Envelopes } from "../../../component/outbox/envelopes.js";
import { RowValidation } from "../../../component/outbox/row-validation.js";
import { Metrics } from "../../../component/metrics.js";
import { asStored, LEFT_FREE } from "../../../component/xml/wire-text.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { openDatabase } from "../../../storage/database.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { LogLines } from "../../support/log-lines.js";

const DOMAIN = "conference.qtalk.test.org";
const SENDER = "alice@qtalk.test.org";
const STANZA_BYTES = 128 * 1024;
const RECEIVER = "鲍勃@qtalk.test.org";

/** A message with exactly so many bytes once it has its receiver. */
function sized(bytes: number, to: string): string {
  const around = (body: string): string =>
    `<message from="${SENDER}" to="${to}"><body>${body}</body></message>`;
  return around("x".repeat(bytes - Buffer.byteLength(around(""))));
}

/** What is left of such a row after it was read, and what was set aside. */
function read(stanza: string, recipients?: string) {
  const db = openDatabase(":memory:");
  const insert = db.prepare("INSERT INTO outbox (accepted_at, stanza, recipients) VALUES (0, ?, ?)");
  insert.run(stanza, recipients ?? null);
  // It came before this process.
  const store = new OutboxStore(db);
  const parts = {
    deadLetters: new DeadLetters(db),
    store,
    log: new LogLines().logger,
    metrics: new Metrics(),
  };
  const validation = new RowValidation({ ...parts, stanzaBytes: STANZA_BYTES }, () => undefined);
  const [row] = validation.validate(store.from(0, 10, 10 * STANZA_BYTES));
  return { row, letters: parts.deadLetters.list() };
}

describe("A message that an earlier process accepted, nearly as large as a stanza may be", () => {
  const most = STANZA_BYTES - LEFT_FREE.complete;

  it("is set aside where an envelope (XEP-0356) or a delay would make it too large to be written", () => {
    const alone = read(sized(STANZA_BYTES - 50, RECEIVER));
    expect(alone.row).to.equal(undefined);
    expect(alone.letters.map(({ reason }) => reason).join()).to.contain(`more than the ${most} allowed`);
    const template = sized(STANZA_BYTES - 50, "");
    const forMany = read(template.replace(' to=""', ""), RECEIVER);
    expect(forMany.row).to.equal(undefined);
    expect(forMany.letters).to.have.length(1);
  });

  it("fits into its envelope where it is kept", () => {
    const { row, letters } = read(sized(most, RECEIVER));
    expect(letters).to.deep.equal([]);
    const inside = row?.stanza ?? asStored("");
    const place = { seq: Number.MAX_SAFE_INTEGER, done: Number.MAX_SAFE_INTEGER };
    const around = new Envelopes(`${"c".repeat(63)}.${DOMAIN}`).of(inside, SENDER, place);
    expect(Buffer.byteLength(around)).to.be.within(most, STANZA_BYTES);
  });
});
