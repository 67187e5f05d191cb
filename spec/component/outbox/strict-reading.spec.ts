/** What lies in the database is read strictly before it is written, unless this process has put it there. */
import { expect } from "chai";
import { Metrics } from "../../../component/metrics.js";
import type { OutboxRow } from "../../../component/outbox/origin.js";
import { RowValidation, type RowValidationParts } from "../../../component/outbox/row-validation.js";
import { asStored, LEFT_FREE } from "../../../component/xml/wire-text.js";
import type { NewLetter } from "../../../storage/dead-letters.js";
import { bytesOf, type Row } from "../../../storage/outbox-row.js";
import { LogLines } from "../../support/log-lines.js";
import { row } from "./rows.js";

/** Rows from here on are this process's. */
const OURS = 100;
const STANZA_BYTES = 8_192;
const GOOD = '<message from="alice@h/desk" to="bob@h" id="m"/>';
const BAD = "<message><broken";

describe("Rows that come back from the disk", () => {
  let validation: RowValidation;
  let letters: NewLetter[] = [];
  let changed: OutboxRow[] = [];
  let removed: number[] = [];
  let freed: { stanzas: number; bytes: number }[] = [];
  let log: LogLines;
  let metrics: Metrics;
  let isDiskFull = false;

  /** A new process. */
  const begin = (): void => {
    [letters, changed, removed, freed, isDiskFull] = [[], [], [], [], false];
    [log, metrics] = [new LogLines(), new Metrics()];
    const parts = {
      ...{ log: log.logger, metrics, stanzaBytes: STANZA_BYTES },
      store: {
        next: () => OURS,
        replace: (rows: OutboxRow[]) => changed.push(...rows),
        remove: (seqs: number[]) => removed.push(...seqs),
      },
      deadLetters: {
        add: (some: NewLetter[], also: () => void) => {
          if (isDiskFull) throw new Error("full");
          also();
          letters.push(...some);
        },
      },
    };
    validation = new RowValidation(parts as unknown as RowValidationParts, (weight) => freed.push(weight));
  };
  beforeEach(begin);

  /** As an earlier release left it, which didn't say what rows hold. */
  const old = (seq: number, stanza: string, more: Partial<Row> = {}): Row => {
    const unsaid = { kind: undefined, sender: undefined, receiver: undefined };
    return { ...row(seq), stanza, ...unsaid, ...more };
  };
  const seqs = (rows: readonly Row[]): number[] => rows.map(({ seq }) => seq);
  const nothing = (): void => {
    expect([letters, changed, removed, freed]).to.deep.equal([[], [], [], []]);
  };

  it("are taken as they are where this process has accepted them, or has read them before", () => {
    const broken = (seq: number): OutboxRow => row(seq, { stanza: asStored(BAD) });
    isDiskFull = true;
    expect(seqs(validation.validate([broken(OURS), broken(OURS + 1)]))).to.deep.equal([OURS, OURS + 1]);
    nothing();
    expect(seqs(validation.validate([broken(OURS - 1)]))).to.deep.equal([OURS - 1]);
    nothing();
  });

  it("are read strictly where they came before this process, each once", () => {
    expect(seqs(validation.validate([row(1), row(2, { stanza: asStored(BAD) }), row(3)]))).to.deep.equal([
      1, 3,
    ]);
    expect([letters.length, removed, changed]).to.deep.equal([1, [2], []]);
    expect(seqs(validation.validate([row(2, { stanza: asStored(BAD) }), row(3)])), "never").to.deep.equal([
      2, 3,
    ]);
    expect(validation.validate([row(4, { stanza: asStored(BAD) })])).to.deep.equal([]);
    expect(validation.validate([])).to.deep.equal([]);
    expect(validation.validate([row(4, { stanza: asStored(BAD) })]), "known").to.have.length(1);
  });

  it("say what they hold from then on, and their stanzas are told apart", () => {
    const [known] = validation.validate([old(1, GOOD + GOOD, { stanzas: 2 })]);
    expect(known).to.deep.include({ kind: "message", sender: "alice@h", receiver: "bob@h", stanzas: 2 });
    expect(known?.stanza.split("\r")).to.deep.equal([GOOD, GOOD]);
    expect([changed, removed, letters]).to.deep.equal([[known], [], []]);
    expect(freed).to.deep.equal([{ stanzas: 0, bytes: -1 }]);
    const stanza = '<presence from="room@rooms.h/nick"/>';
    const [many] = validation.validate([old(2, stanza, { recipients: "a@h\nb@h", stanzas: 2 })]);
    expect(many).to.include({ kind: "presence", sender: "room@rooms.h", recipients: "a@h\nb@h", stanza });
    expect(changed).to.have.length(2);
  });

  it("are set aside whole where they hold nothing that could be written", async () => {
    const rows = [old(1, BAD), old(2, "<stream/>"), old(3, BAD, { recipients: "a@h\nb@h", stanzas: 2 })];
    expect(validation.validate(rows)).to.deep.equal([]);
    expect(letters.map(({ seq, stanza }) => [seq, stanza.slice(0, 12)])).to.deep.equal([
      ...[
        [1, "<message><br"],
        [2, "<stream/>"],
        [3, "<message to="],
        [3, "<message to="],
      ],
    ]);
    expect(letters.every(({ reason }) => reason.startsWith("not written: "))).to.equal(true);
    expect(letters[1]?.reason).to.contain("it is no stanza");
    expect([removed, changed]).to.deep.equal([[1, 2, 3], []]);
    expect(freed).to.deep.equal([{ stanzas: 4, bytes: rows.reduce((sum, one) => sum + bytesOf(one), 0) }]);
    expect(log.about("4 stanzas of the queue can't be written", "error")).to.have.length(1);
    expect((await metrics.deadLetters.get()).values[0]?.value).to.equal(4);
  });

  it("are written anew by the one serialiser", () => {
    const [one, many] = ["<message from='alice@h' to='bob@h'/>", "<message from='alice@h'/>"].map(
      (text, at) => (at === 0 ? old(1, text) : old(2, text, { recipients: "a@h" })),
    );
    const read = validation.validate([one!, many!]).map(({ stanza }) => stanza);
    expect(read).to.deep.equal(['<message from="alice@h" to="bob@h"/>', '<message from="alice@h"/>']);
  });

  it("are changed on the disk where something of them was set aside, though they said what they hold", () => {
    const [left] = validation.validate([row(1, { stanza: asStored(GOOD + BAD), stanzas: 2 })]);
    expect([left?.stanza, changed]).to.deep.equal([GOOD, [left]]);
  });

  it("lose what can't be written alone; what of them is routed is left as it is", () => {
    const [known] = validation.validate([old(1, `${GOOD}<iq/>${BAD}`, { stanzas: 3, done: 1 })]);
    expect(known?.stanza.split("\r")).to.deep.equal([GOOD, "<iq/>"]);
    expect(known).to.include({ stanzas: 2, done: 1 });
    expect(letters.map(({ stanza }) => stanza)).to.deep.equal([BAD]);
    expect(freed[0]).to.deep.include({ stanzas: 1 });
    expect(log.about("A stanza of the queue can't be written", "error")).to.have.length(1);
    const rest = old(2, BAD, { stanzas: 1, done: 1 });
    expect(validation.validate([rest]), "all of it is routed").to.deep.equal([]);
    expect([letters.length, removed]).to.deep.equal([1, [2]]);
    expect(freed[1]).to.deep.equal({ stanzas: 0, bytes: bytesOf(rest) });
  });

  it("lose the receivers that can't be written to, and not those who have had it", () => {
    const recipients = "\u0001@h\na@h\n\u0002@h";
    const [known] = validation.validate([
      old(1, "<message from='alice@h'/>", { recipients, stanzas: 3, done: 1 }),
    ]);
    expect(known).to.include({ recipients: "\u0001@h\na@h", stanzas: 2, sender: "alice@h" });
    expect(letters.map(({ stanza }) => stanza.includes("\u0002"))).to.deep.equal([true]);
    expect(freed).to.deep.equal([{ stanzas: 1, bytes: 4 }]);
  });

  it("are of the first stanza's sender and receiver, and of what they say where they do", () => {
    const other = '<presence from="carol@h" to="dan@h"/>';
    expect(validation.validate([old(1, GOOD + other, { stanzas: 2 })])[0]).to.include({ sender: "alice@h" });
    const said = { ...row(2, { stanza: asStored(GOOD), sender: "said@h" }), receiver: "to@h" };
    expect(validation.validate([said])[0]).to.include({ sender: "said@h", receiver: "to@h" });
    const many = row(3, {
      stanza: asStored("<message from='alice@h'/>"),
      sender: "said@h",
      recipients: "a@h",
    });
    expect(validation.validate([{ ...many, receiver: undefined }])[0]).to.include({ sender: "said@h" });
    expect(changed.map(({ seq }) => seq)).to.deep.equal([1]);
  });

  it("say a receiver where they have one: a release before did not", () => {
    const [known] = validation.validate([row(1, { stanza: asStored(GOOD), receiver: undefined })]);
    expect(known?.receiver).to.equal("bob@h");
    expect(changed).to.have.length(1);
  });

  it("may be as large as the server takes with what is put around a message", () => {
    const sized = (name: string, bytes: number): string => {
      const around = `<${name} from="alice@h" to="bob@h"><body></body></${name}>`;
      return around.replace("<body>", `<body>${"x".repeat(bytes - around.length)}`);
    };
    const isKept = (stanza: string): boolean => validation.validate([old(1, stanza)]).length === 1;
    const most = STANZA_BYTES - LEFT_FREE.complete;
    for (const [name, bytes] of [
      ["message", most],
      ["presence", STANZA_BYTES],
    ] as const) {
      const fresh = (size: number): boolean => {
        const before = letters.length;
        return isKept(sized(name, size)) && letters.length === before;
      };
      expect([fresh(bytes), fresh(bytes + 1)], name).to.deep.equal([true, false]);
      begin();
    }
  });

  it("may be as large with the longest of their receivers' addresses", () => {
    const most = STANZA_BYTES - LEFT_FREE.complete;
    const around = '<message from="alice@h"><body></body></message>';
    const body = (bytes: number): string =>
      around.replace("<body>", `<body>${"x".repeat(bytes - around.length)}`);
    const [short, long] = ["a@h", `${"a".repeat(200)}@h`];
    const many = old(1, body(most - 100), { recipients: `${short}\n${long}`, stanzas: 2 });
    expect(validation.validate([many])[0]?.recipients).to.equal(short);
    expect(letters.map(({ reason }) => reason).join()).to.contain(`more than the ${most} allowed`);
    // With what stands around it, one of 92 is the longest that fits.
    const lengths = [94, 95].map((length) => `${"a".repeat(length - 2)}@h`);
    const close = old(2, body(most - 100), { recipients: lengths.join("\n"), stanzas: 2 });
    expect(validation.validate([close])[0]?.recipients).to.equal(lengths[0]);
  });

  it("are left as they are where the disk doesn't take what has to be changed", () => {
    isDiskFull = true;
    expect(() => validation.validate([old(1, BAD)])).to.throw("full");
    expect(freed).to.deep.equal([]);
    isDiskFull = false;
    expect(validation.validate([old(1, BAD)])).to.deep.equal([]);
    expect(letters).to.have.length(1);
  });
});
