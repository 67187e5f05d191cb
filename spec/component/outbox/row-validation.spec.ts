/** What lies in a database that another process filled, nearly as large as a stanza may be. */
import { expect } from "chai";
import { Envelopes } from "../../../component/outbox/envelopes.js";
import { RowValidation } from "../../../component/outbox/row-validation.js";
import { Metrics } from "../../../component/metrics.js";
import { asStored, LEFT_FREE } from "../../../component/xml/wire-text.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { openDatabase } from "../../../storage/database.js";
import type { Weight } from "../../../storage/outbox-row.js";
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

interface Stored {
  readonly recipients?: string;
  readonly stanzas?: number;
  readonly done?: number;
  readonly copied?: 0 | 1;
}

/** What is left of such a row after it was read, and what was set aside. */
function read(stanza: string, { recipients, stanzas = 1, done = 0, copied = 0 }: Stored = {}) {
  const db = openDatabase(":memory:");
  const insert = db.prepare(
    "INSERT INTO outbox (accepted_at, stanza, recipients, stanzas, done, copied) VALUES (0, ?, ?, ?, ?, ?)",
  );
  insert.run(stanza, recipients ?? null, stanzas, done, copied);
  // It came before this process.
  const store = new OutboxStore(db);
  const parts = {
    deadLetters: new DeadLetters(db),
    store,
    log: new LogLines().logger,
    metrics: new Metrics(),
  };
  let freed = 0;
  const note = ({ stanzas }: Weight): void => void (freed += stanzas);
  const validation = new RowValidation({ ...parts, stanzaBytes: STANZA_BYTES }, note);
  const [row] = validation.validate(store.from(0, 10, 10 * STANZA_BYTES));
  return { row, letters: parts.deadLetters.list(), freed, left: store.from(0, 10, 10 * STANZA_BYTES) };
}

describe("A message that an earlier process accepted, nearly as large as a stanza may be", () => {
  const most = STANZA_BYTES - LEFT_FREE.complete;

  it("is set aside where an envelope (XEP-0356) or a delay would make it too large to be written", () => {
    const alone = read(sized(STANZA_BYTES - 50, RECEIVER));
    expect(alone.row).to.equal(undefined);
    expect(alone.letters.map(({ reason }) => reason).join()).to.contain(`more than the ${most} allowed`);
    const template = sized(STANZA_BYTES - 50, "");
    const forMany = read(template.replace(' to=""', ""), { recipients: RECEIVER });
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

describe("A message with a copy that an earlier process accepted", () => {
  const copied = { stanzas: 2, copied: 1 } as const;

  it("is still copied, also where it was routed itself", () => {
    for (const done of [0, 1]) {
      const { row, letters, freed, left } = read(sized(200, RECEIVER), { ...copied, done });
      expect([row?.isCopied, row?.stanzas, row?.done, letters, freed]).to.deep.equal([true, 2, done, [], 0]);
      expect(left[0]).to.deep.include({ isCopied: true, stanzas: 2 });
    }
  });

  it("isn't copied where it can't be written itself, nor where it was routed", () => {
    for (const done of [0, 1]) {
      const { row, letters, freed, left } = read("<message><broken></message>", { ...copied, done });
      expect([row, letters.length, freed, left]).to.deep.equal([undefined, 1, 2 - done, []]);
    }
  });
});
