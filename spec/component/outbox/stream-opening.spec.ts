/** A new stream is written to once it is known which barrier comes back, and what the last server may have lost. */
import { mock } from "node:test";
import { expect } from "chai";
import { Barrier } from "../../../component/outbox/barrier.js";
import { StreamOpening } from "../../../component/outbox/stream-opening.js";
import { NS, xml } from "../../../component/xml/builder.js";
import { stanzasOf } from "../../../component/xml/stored.js";
import type { WireText } from "../../../component/xml/wire-text.js";

type Parts = ConstructorParameters<typeof StreamOpening>[0];

const DOMAIN = "rooms.h";

describe("A new stream", () => {
  const barrier = new Barrier(DOMAIN, "h");
  /** What has happened, in order; and by its kind the id of what was asked last. */
  const seen: string[] = [];
  let ids: Record<string, string> = {};
  let [isNeeded, isUnreadable] = [true, false];
  let opening: StreamOpening;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"], now: 5_000 });
    barrier.kind = "message";
    seen.length = 0;
    [isNeeded, isUnreadable] = [true, false];
    const parts = {
      ...{ barrier, hosts: ["h"], store: { explain: String } },
      link: {
        ...{ domain: DOMAIN, reached: { peer: "127.0.0.1:5347" } },
        write: (text: WireText) => {
          const kindOf = (stanza: string): string =>
            stanza.includes(NS.last) ? "uptime" : stanza.startsWith("<iq") ? "ping" : "message";
          ids = Object.fromEntries(
            stanzasOf(text).map((stanza) => [kindOf(stanza), / id="([^"]*)"/.exec(stanza)?.[1] ?? ""]),
          );
        },
        abandon: (why: string) => seen.push(`abandoned: ${why}`),
      },
      ways: {
        begin: (onKnown: () => void) => {
          seen.push("ways");
          onKnown();
        },
      },
      replay: {
        get isNeeded() {
          return isNeeded;
        },
        begin: ({ peer, upAt }: { peer: string; upAt: number }, uptime: number | undefined) => {
          if (isUnreadable) throw new Error("the disk is gone");
          seen.push(`to ${peer} since ${upAt}, which runs for ${uptime}`);
        },
      },
    };
    const times = { negotiation: 2_000, silence: 18_000 };
    opening = new StreamOpening(parts as unknown as Parts, times, () => seen.push("open"));
  });
  afterEach(() => {
    opening.stop();
    mock.timers.reset();
  });

  /** The server says since when it runs; undefined: that it doesn't tell. */
  const tells = (seconds: string | undefined): boolean => {
    const query = seconds === undefined ? undefined : xml("query", { xmlns: NS.last, seconds });
    const type = seconds === undefined ? "error" : "result";
    return opening.consumeUptime(xml("iq", { from: "h", to: DOMAIN, type, id: ids.uptime }, query));
  };
  const back = (kind: "message" | "ping"): boolean => opening.consume(ids[kind] ?? "");
  const OPEN = ["ways", "open"];

  it("is open when its barrier is back and the server has told since when it runs, whichever is first", () => {
    opening.start();
    expect(back("message")).to.equal(true);
    expect(seen).to.deep.equal([]);
    expect(tells("77")).to.equal(true);
    const known = "to 127.0.0.1:5347 since 5000, which runs for 77";
    expect(seen.splice(0)).to.deep.equal([known, ...OPEN]);
    opening.stop();
    opening.start();
    expect([tells("77"), seen.length, back("message")]).to.deep.equal([true, 0, true]);
    expect(seen).to.deep.equal([known, ...OPEN]);
  });

  it("doesn't ask the server where nothing may be lost with it", () => {
    isNeeded = false;
    opening.start();
    expect(Object.keys(ids).sort()).to.deep.equal(["message", "ping"]);
    back("message");
    expect(seen.slice(1)).to.deep.equal(OPEN);
  });

  it("is open once, and what comes later is nobody's", () => {
    isNeeded = false;
    opening.start();
    back("message");
    expect([back("ping"), back("message"), tells("77")]).to.deep.equal([false, false, false]);
    mock.timers.tick(20_000);
    expect(seen.filter((what) => what === "open")).to.have.length(1);
  });

  it("is written to with pings where messages don't come back, and not before the server has told", () => {
    opening.start();
    back("ping");
    mock.timers.tick(1_999);
    expect(seen).to.deep.equal([]);
    mock.timers.tick(1);
    expect([seen.at(-1), seen[0], barrier.kind]).to.deep.equal([
      ...["open", "to 127.0.0.1:5347 since 5000, which runs for undefined", "ping"],
    ]);
  });

  it("knows nothing of what the server told on the last one", () => {
    opening.start();
    tells("77");
    back("message");
    seen.length = 0;
    opening.stop();
    opening.start();
    tells(undefined);
    expect(seen, "the barrier isn't back").to.deep.equal([]);
    back("message");
    expect(seen[0]).to.contain("which runs for undefined");
  });

  it("is given up where the server says nothing, or what is kept can't be read", () => {
    opening.start();
    mock.timers.tick(18_000);
    expect(seen).to.deep.equal([
      "abandoned: the server returned neither a message nor a ping to the component",
    ]);
    opening.stop();
    seen.length = 0;
    isUnreadable = true;
    opening.start();
    tells("77");
    back("message");
    expect(seen).to.have.length(1);
    expect(seen[0]).to.contain("can't be read: Error: the disk is gone");
  });

  it("is waited for no more where it has ended", () => {
    opening.start();
    opening.stop();
    expect([back("message"), back("ping"), tells("77")]).to.deep.equal([false, false, false]);
    mock.timers.tick(20_000);
    expect(seen).to.deep.equal([]);
  });
});
