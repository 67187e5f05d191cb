/** What each stanza to a room costs its sender, and what becomes of it where there is no room for more. */
import { expect } from "chai";
import { Jid, type AccountJid } from "../../../component/address.js";
import type { RoomContext } from "../../../component/muc/context.js";
import {
  availableHandler,
  changingHandler,
  inRoom,
  readingHandler,
  unavailableHandler,
  unmeteredHandler,
} from "../../../component/muc/handlers.js";
import type { PresenceQueue } from "../../../component/muc/limits/presence-queue.js";
import { Errcode, Refusal } from "../../../component/refusal.js";
import type { Inbound } from "../../../component/router.js";
import { StanzaError } from "../../../component/stanza-error.js";
import { xml, type Element } from "../../../component/xml/builder.js";
import { LogLines } from "../../support/log-lines.js";

const jid = (text: string): Jid => Jid.parse(text)!;
const ROOM = jid("coven@r") as AccountJid;
const HAG = "hag@h/pda";
const FULL = new Refusal(Errcode.unavailable, "The queue is full.");
const ENTRY = xml("presence", {}, xml("x", "http://jabber.org/protocol/muc"));
/** What a transaction writes for each of this costs one more. */
const COSTLY = 256 * 1024;

describe("what comes to a room", () => {
  let log: LogLines;
  let seen: unknown[];
  let [isShort, hasBudget, isEmpty] = [false, true, false];
  let [refused, result]: (Refusal | undefined)[] = [];
  /** Where the hag's session is inside, if it is. */
  let inside: string | undefined;
  let admitted: (stanza: Element) => unknown;
  const sessions = {
    has: (text: string) => text === HAG && inside !== undefined,
    get: (text: string) => (text === HAG && inside !== undefined ? { jid: jid(inside) } : undefined),
  };
  const room = { sessions };
  const bucket = {
    consume: (name: string) => (seen.push(`consume ${name}`), hasBudget),
    debit: (name: string, cost: number) => seen.push(`debit ${name} ${cost}`),
  };
  const context = {
    get memory() {
      return { isShort };
    },
    get log() {
      return log.logger;
    },
    budgets: { sending: bucket, presence: bucket },
    rooms: { get: () => room, find: (at: Jid) => (at.text === ROOM.text ? room : undefined) },
    reading: { answer: (_: unknown, work: () => unknown) => (seen.push("reads"), work()) },
    transactions: {
      refuse: ({ kind, name }: { kind: string; name: string }) => (seen.push(`${kind} ${name}`), refused),
      run: (owner: { name: string } | undefined, work: (transaction: unknown) => unknown) => {
        seen.push(`for ${owner?.name ?? "nobody"}`);
        const transaction = { bytes: 2 * COSTLY, isEmpty };
        return [transaction, work(transaction)];
      },
      commit: () => Promise.resolve((seen.push("commit"), result)),
    },
  } as unknown as RoomContext;
  const queue = {
    admit: (place: string, name: string, stanza: Element) => (
      seen.push(`admit ${place} for ${name}`),
      admitted(stanza)
    ),
    forget: (place: string) => seen.push(`forget ${place}`),
  } as unknown as PresenceQueue;

  beforeEach(() => {
    [log, seen] = [new LogLines(), []];
    [isShort, hasBudget, isEmpty] = [false, true, false];
    [refused, result, inside] = [undefined, undefined, undefined];
    admitted = (stanza) => stanza;
  });

  const toRoom = (stanza: Element = xml("message")): Inbound<"room"> =>
    ({ from: jid(HAG), to: { kind: "room", jid: ROOM }, stanza }) as unknown as Inbound<"room">;
  const toNick = (nick = "hag", stanza: Element = ENTRY): Inbound<"occupant"> =>
    ({
      ...{ from: jid(HAG), stanza },
      to: { kind: "occupant", room: ROOM, jid: jid(`coven@r/${nick}`) },
    }) as unknown as Inbound<"occupant">;
  const fault = async (work: Promise<unknown>): Promise<string> => {
    try {
      return `result: ${String(await work)}`;
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error;
      const echo = error.echo === undefined ? "" : " with an echo";
      return `${error.condition}: ${error.text}${echo}`;
    }
  };
  const done = (): string => (seen.push("handled"), "result");
  const nothing = (): void => void seen.push("handled");
  const fails = (): never => {
    throw new StanzaError("cancel", "conflict", "no");
  };

  it("is in the room that it goes to, by its address or by somebody's in it", () => {
    const handle = inRoom<"room", unknown>(({ room: found }) => found);
    expect(handle({ context } as never, toRoom())).to.equal(room);
    expect(inRoom<"occupant", unknown>(({ room: found }) => found)({ context } as never, toNick())).to.equal(
      room,
    );
  });

  it("takes what it costs from its sender's budget, is done, and is stored before it is answered", async () => {
    expect(await changingHandler<"room", string>(context, done)(toRoom())).to.equal("result");
    expect(seen).to.deep.equal([
      "user hag@h",
      "consume hag@h",
      "for hag@h",
      "handled",
      "debit hag@h 2",
      "commit",
    ]);
    [isEmpty, seen] = [true, []];
    await changingHandler<"room", string>(context, done)(toRoom());
    expect(seen.at(-1), "there is nothing to store").to.equal("debit hag@h 2");
  });

  it("is refused before it is done where memory, the queue or its sender's budget has no room, or the disk", async () => {
    const sent = (): Promise<string> => fault(changingHandler<"room", string>(context, done)(toRoom()));
    isShort = true;
    expect(await sent()).to.contain("resource-constraint: Memory is short");
    [isShort, refused] = [false, FULL];
    expect(await sent()).to.equal("resource-constraint: The queue is full.");
    [refused, hasBudget] = [undefined, false];
    expect(await sent()).to.contain("resource-constraint: You send too fast");
    expect(seen).not.to.include("handled");
    [hasBudget, result] = [true, FULL];
    expect(await sent()).to.equal("resource-constraint: The queue is full.");
  });

  it("is read, or only told of, at nobody's expense", async () => {
    expect(await readingHandler(context, done as never)(toRoom() as never)).to.equal("result");
    expect(seen).to.deep.equal(["reads", "for nobody", "handled", "commit"]);
    seen = [];
    await unmeteredHandler<"room">(context, nothing)(toRoom());
    expect(seen).to.deep.equal(["for nobody", "handled", "commit"]);
  });

  describe("as presence", () => {
    const arrives = (to = toNick(), handle: () => void = nothing): Promise<string> =>
      fault(availableHandler<"occupant">(context, queue, handle)(to));

    it("is somebody's entry, for which the queue must have room, and that is told by the error", async () => {
      expect(await arrives()).to.equal("result: undefined");
      expect(seen).to.deep.equal(["user hag@h", "for hag@h", "handled", "debit hag@h 2", "commit"]);
      refused = FULL;
      expect(await arrives()).to.equal("resource-constraint: The queue is full. with an echo");
      expect(await arrives(toNick("hag", xml("presence")))).to.equal(
        "resource-constraint: The queue is full.",
      );
      refused = undefined;
      expect(await arrives(toNick(), fails)).to.equal("conflict: no with an echo");
    });

    it("waits its turn of those inside, whom a full queue doesn't refuse", async () => {
      [inside, refused] = ["coven@r/hag", FULL];
      const later = xml("presence", { id: "later" });
      admitted = () => Promise.resolve(later);
      const handled: unknown[] = [];
      const handler = availableHandler<"occupant">(context, queue, (_, { stanza }) => handled.push(stanza));
      await handler(toNick());
      expect(handled).to.deep.equal([later]);
      expect(seen).to.deep.equal([
        "admit coven@r hag@h/pda for hag@h",
        "for hag@h",
        "debit hag@h 2",
        "commit",
      ]);
    });

    it("comes to nothing where another takes its place, or who sent it has left meanwhile", async () => {
      inside = "coven@r/hag";
      admitted = () => undefined;
      await arrives();
      admitted = (stanza) => {
        inside = undefined;
        return Promise.resolve(stanza);
      };
      await arrives();
      expect(seen).not.to.include("handled");
    });

    it("isn't answered with an error from the address that its sender has inside, but from any other", async () => {
      inside = "coven@r/hag";
      expect(await arrives(toNick(), fails)).to.equal("result: undefined");
      expect(log.about("A presence from hag@h/pda came to nothing")).to.have.length(1);
      expect(await arrives(toNick("other"), fails)).to.equal("conflict: no with an echo");
      const handler = availableHandler<"room">(context, queue, fails);
      expect(await fault(handler(toRoom(ENTRY)))).to.equal("conflict: no with an echo");
    });

    it("of those who leave takes away what they sent before, and is never answered with an error", async () => {
      await unavailableHandler<"occupant">(context, queue, nothing)(toNick());
      expect(seen).to.deep.equal(["forget coven@r hag@h/pda", "for nobody", "handled", "commit"]);
      expect(await fault(unavailableHandler<"occupant">(context, queue, fails)(toNick()))).to.equal(
        "result: undefined",
      );
      expect(log.about("The leaving of hag@h/pda came to nothing")).to.have.length(1);
    });
  });
});
