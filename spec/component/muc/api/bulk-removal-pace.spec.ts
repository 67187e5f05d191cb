/** People who leave very many rooms: a little at a time, and what becomes of it where rooms can't be changed. */
import { mock } from "node:test";
import { expect } from "chai";
import { Jid, type BareJid } from "../../../../component/address.js";
import { BulkRemoval } from "../../../../component/muc/api/bulk-removal.js";
import { Errcode, Refusal } from "../../../../component/refusal.js";
import { LogLines } from "../../../support/log-lines.js";

type Parts = ConstructorParameters<typeof BulkRemoval>[0];

const CONFIRMED = { delivery: "confirmed" };
const QUEUED = { delivery: "queued" };
const FULL = new Refusal(Errcode.unavailable, "the queue is full");
/** So many rooms are read at a time. */
const SLICE = 20;
const account = (name: string): BareJid => Jid.parse(`${name}@h.test`) as BareJid;

/** Rooms of which somebody is a member each, as far as bulk removal sees them. */
class Stage {
  readonly log = new LogLines();
  /** Who is in which room, by its id. */
  readonly members = new Map<number, string>();
  /** The rooms that were to be changed, in order. */
  readonly tried: number[] = [];
  isRefused: (room: number) => boolean = () => false;
  isBroken = false;
  receipt: unknown = CONFIRMED;
  commits = 0;
  looks = 0;
  onTouch = (): void => undefined;
  readonly removal: BulkRemoval;

  constructor(confirmTimeout = 10_000) {
    let now = 1;
    const rooms = {
      settleFirst: undefined as ((room: unknown) => boolean) | undefined,
      holds: () => false,
      drop: () => undefined,
      find: ({ local }: { readonly local: string }): unknown => {
        const id = Number(local.slice(1));
        const room = { id, isGone: false, touchedAt: 0, members: this.#membersOf(id) };
        this.onTouch();
        rooms.settleFirst?.(room);
        return room;
      },
    };
    const transactions = {
      begin: () => ({ nextStanzaId: () => ++now }),
      run: () => [{}],
      commit: () => Promise.resolve(this.#change(this.tried.at(-1) ?? 0)),
    };
    const bulkRemoval = {
      all: () => [],
      put: () => undefined,
      end: () => true,
      roomsLeft: ({ jid }: { readonly jid: string }, after: number, limit: number) => {
        this.looks += 1;
        if (this.isBroken) throw new Error("disk full");
        const left = [...this.members].filter(([id, member]) => member === jid && id > after);
        return left.slice(0, limit).map(([id]) => ({ id, name: `r${id}` }));
      },
    };
    const context = { rooms, transactions, stores: { bulkRemoval }, domain: "r.test", log: this.log.logger };
    const commit = {
      run: (work: () => unknown): Promise<unknown> => {
        this.commits += 1;
        return Promise.resolve(work());
      },
    };
    const outbox = { accept: () => Promise.resolve(this.receipt) };
    this.removal = new BulkRemoval({ context, commit, outbox, confirmTimeout } as unknown as Parts);
  }

  /** Somebody is in so many more rooms. */
  joins(name: string, count: number): void {
    for (let more = 0; more < count; more++) this.members.set(this.members.size + 1, account(name).text);
  }

  remove(...names: string[]): Promise<unknown> {
    return this.removal.remove(names.map(account), () => undefined);
  }

  /** So many turns of the event loop; the most rooms that were tried in one of them. */
  async turns(count: number): Promise<number> {
    let most = 0;
    for (let turn = 0; turn < count; turn++) {
      const before = this.tried.length;
      await new Promise(setImmediate);
      most = Math.max(most, this.tried.length - before);
    }
    return most;
  }

  #membersOf(id: number): unknown {
    const jid = this.members.get(id);
    const member = jid === undefined ? undefined : { jid, affiliation: "member", since: 0 };
    if (member !== undefined) this.tried.push(id);
    return {
      size: member === undefined ? 0 : 1,
      all: () => [member].flatMap((one) => one ?? []),
      get: (name: string) => (name === jid ? member : undefined),
    };
  }

  #change(id: number): unknown {
    if (this.isRefused(id)) return FULL;
    this.members.delete(id);
    return CONFIRMED;
  }
}

describe("people who leave very many rooms", () => {
  let stage: Stage;
  let now: number;
  beforeEach(() => {
    now = 0;
    mock.method(performance, "now", () => now);
    stage = new Stage();
  });
  afterEach(() => {
    stage.removal.stop();
    mock.restoreAll();
  });

  it("leave some of them in each turn, also where others leave theirs at the same time", async () => {
    stage.joins("hag", 100);
    const all = Promise.all([stage.remove("hag"), stage.remove("crone"), stage.remove("hag")]);
    expect(await stage.turns(40)).to.equal(SLICE);
    expect(await all).to.deep.equal([CONFIRMED, CONFIRMED, CONFIRMED]);
    expect([stage.members.size, stage.tried.length]).to.deep.equal([0, 100]);
  });

  it("leave one room in each turn where that takes long", async () => {
    stage.onTouch = () => void (now += 10);
    for (const name of ["hag", "crone", "wicca"]) stage.joins(name, 3);
    const all = stage.remove("hag", "crone", "wicca");
    expect(await stage.turns(60)).to.equal(1);
    expect(await all).to.deep.equal(CONFIRMED);
  });

  it("don't wait for one room that can't be changed, but where nothing else is left", async () => {
    stage.joins("hag", 100);
    stage.isRefused = (room) => room === 3;
    void stage.remove("hag");
    await stage.turns(40);
    expect([...stage.members.keys()]).to.deep.equal([3]);
    const tries = stage.tried.length;
    await stage.turns(40);
    expect(stage.tried).to.have.length(tries);
  });

  for (const [when, works] of [
    ["can be changed at all", 0],
    ["can be changed any more", 2 * SLICE],
  ] as const) {
    it(`wait a moment where no room ${when}`, async () => {
      stage.joins("hag", 100);
      stage.isRefused = (room) => room > works;
      void stage.remove("hag");
      await stage.turns(60);
      expect(stage.tried).to.have.length(works + SLICE);
    });
  }

  it("leave those first that weren't tried yet, where many can't be changed", async () => {
    stage.joins("hag", 100);
    stage.isRefused = (room) => room < SLICE;
    void stage.remove("hag");
    await stage.turns(20);
    expect(stage.members.size).to.equal(SLICE - 1);
  });

  it("wait no longer where those that were refused are fewer than those that weren't", async () => {
    stage.joins("hag", SLICE + 5);
    stage.isRefused = (room) => stage.tried.length <= SLICE && room <= 6;
    expect(await Promise.race([stage.remove("hag"), stage.turns(60)])).to.deep.equal(CONFIRMED);
  });

  it("wait a moment where it can't be read what they are still to leave, which the log tells", async () => {
    stage.joins("hag", 1);
    stage.isBroken = true;
    void stage.remove("hag");
    await stage.turns(60);
    expect(stage.looks).to.equal(1);
    expect(stage.log.about("failed: Error: disk full. Trying again.")).to.have.length(1);
  });

  it("are done with at once when they are out of all, and so is who leaves after them", async () => {
    stage.joins("hag", 3);
    expect(await stage.remove("hag")).to.deep.equal(CONFIRMED);
    await stage.turns(5);
    const commits = stage.commits;
    await stage.turns(20);
    expect(stage.commits, "nothing is done any more").to.equal(commits);
    stage.joins("crone", 3);
    expect(await Promise.race([stage.remove("crone"), stage.turns(60)])).to.deep.equal(CONFIRMED);
    expect(stage.members.size).to.equal(0);
  });

  it("go on after a restart, not before it", async () => {
    stage.joins("hag", 100);
    void stage.remove("hag");
    await stage.turns(3);
    stage.removal.stop();
    await stage.turns(2);
    const tries = stage.tried.length;
    expect(tries).to.be.within(1, 80);
    await stage.turns(40);
    expect(stage.tried).to.have.length(tries);
  });

  it("are told that it isn't done yet where it takes longer", async () => {
    stage = new Stage(20);
    stage.joins("hag", 1);
    stage.isRefused = () => true;
    expect(await stage.remove("hag")).to.deep.equal(QUEUED);
  });

  it("are told that it isn't done yet where the queue takes nothing", async () => {
    stage.receipt = FULL;
    expect(await stage.remove("hag")).to.deep.equal(QUEUED);
  });
});
