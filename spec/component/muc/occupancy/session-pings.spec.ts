/** At what pace those inside are looked for after a reconnect. */
import { mock } from "node:test";
import { expect } from "chai";
import { SessionPings } from "../../../../component/muc/occupancy/ghosts.js";
import type { RoomContext } from "../../../../component/muc/context.js";
import type { StoredSession } from "../../../../storage/rooms-store.js";
import { LogLines } from "../../../support/log-lines.js";
import { DOMAIN } from "../told.js";

const PACE = 200;
const sessionOf = (room: number, jid: string): StoredSession => ({ room, name: "coven", jid, nick: "n" });

describe("Those inside", () => {
  let sessions: StoredSession[];
  /** To whom the pings of each write went. */
  let written: string[][];
  let isBlocked: boolean;
  let isTaken: boolean;
  let fault: Error | undefined;
  let log: LogLines;
  let pings: SessionPings;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    [written, isBlocked, isTaken, fault, log] = [[], false, true, undefined, new LogLines()];
    sessions = Array.from({ length: 45 }, (_, at) => sessionOf(1 + at, `u${at}@h/x`));
    const context = {
      domain: DOMAIN,
      log: log.logger,
      unqueued: {
        get isBlocked() {
          return isBlocked;
        },
        write: (text: string) => {
          written.push([...text.matchAll(/to="([^"]*)"/g)].map(([, to]) => to ?? ""));
          return isTaken;
        },
      },
      stores: {
        rooms: {
          sessionsAfter: ({ room }: { room: number }, most: number) => {
            if (fault !== undefined) throw fault;
            return sessions.filter((session) => session.room > room).slice(0, most);
          },
        },
      },
    } as unknown as RoomContext;
    pings = new SessionPings(context);
  });
  afterEach(() => {
    pings.stop();
    mock.timers.reset();
  });

  const passes = (times: number): void => {
    for (let time = 0; time < times; time++) mock.timers.tick(PACE);
  };
  const sizes = (): number[] => written.map(({ length }) => length);

  it("are pinged twenty at a time, each once, and no more then", () => {
    pings.start();
    passes(10);
    expect(sizes()).to.deep.equal([20, 20, 5]);
    expect(written.flat()).to.deep.equal(sessions.map(({ jid }) => jid));
  });

  it("are all pinged where the last of them are twenty", () => {
    sessions = sessions.slice(0, 40);
    pings.start();
    passes(10);
    expect(written.flat()).to.deep.equal(sessions.map(({ jid }) => jid));
  });

  it("are pinged from the first again after another reconnect, no faster than before", () => {
    pings.start();
    passes(1);
    for (let times = 0; times < 3; times++) pings.start();
    passes(1);
    expect(written).to.deep.equal([written[0], written[0]]);
    passes(10);
    expect(sizes()).to.deep.equal([20, 20, 20, 5]);
    pings.start();
    passes(1);
    expect(written.at(-1)).to.deep.equal(written[0]);
  });

  it("are pinged later where nothing can be written, or what was written isn't taken", () => {
    isBlocked = true;
    pings.start();
    passes(3);
    expect(written).to.deep.equal([]);
    [isBlocked, isTaken] = [false, false];
    passes(1);
    isTaken = true;
    passes(10);
    expect(sizes()).to.deep.equal([20, 20, 20, 5]);
    expect(written[1]).to.deep.equal(written[0]);
  });

  it("are pinged later where they can't be read, which is logged", () => {
    fault = new Error("disk");
    pings.start();
    passes(1);
    expect(log.about("could not be read: Error: disk", "warn")).to.have.length(1);
    fault = undefined;
    passes(10);
    expect(sizes()).to.deep.equal([20, 20, 5]);
  });

  it("aren't pinged once the link is down", () => {
    pings.start();
    passes(1);
    pings.stop();
    passes(10);
    expect(sizes()).to.deep.equal([20]);
  });

  it("are passed over whose address or room isn't any more", () => {
    sessions = [{ ...sessionOf(1, "a@h/x"), name: "no room" }, sessionOf(2, "@"), sessionOf(3, "b@h/x")];
    pings.start();
    passes(2);
    expect(written).to.deep.equal([["b@h/x"]]);
  });
});
