/** The events that the console's page receives. */
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { expect } from "chai";
import { httpConfig } from "../../../http/config.js";
import { EventStreams } from "../../../http/console/events.js";
import { ConsoleStage, WITH_CALLERS, type Headers, type StageOptions } from "./stage.js";

const VISITOR = { operator: undefined, session: "" };

interface Event {
  readonly name: string;
  readonly data: Record<string, unknown>;
}

/** Reads a stream of events. */
class Watcher {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = "";

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** The next event of this name; undefined where the stream ends before. */
  async next(name: string): Promise<Event["data"] | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const [, found, data = ""] = /^event: (\w+)\ndata: (.*)$/s.exec(this.#text.slice(0, end)) ?? [];
        this.#text = this.#text.slice(end + 2);
        if (found === name) return JSON.parse(data) as Event["data"];
        continue;
      }
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#text += Buffer.from(value).toString();
    }
  }

  stop(): Promise<void> {
    return this.#reader.cancel();
  }
}

describe("The console's events", () => {
  let stage: ConsoleStage;
  afterEach(() => stage.close());
  const open = async (options: StageOptions = {}): Promise<void> => {
    stage = await ConsoleStage.open({ bounds: { step: 20, watchers: 2 }, ...options });
  };
  const watch = async (headers: Headers = {}): Promise<Watcher> => {
    const response = await fetch(`http://127.0.0.1:${stage.http.port}/console/api/events`, { headers });
    if (response.status !== 200 || response.body === null) throw new Error(`status ${response.status}`);
    return new Watcher(response.body);
  };

  it("begin with the last hour and how it is now, and go on with what happens", async () => {
    await open({ runs: { auth_uk: () => Promise.resolve({}) } });
    const watcher = await watch();
    const history = await watcher.next("history");
    expect(history).to.include({ step: 5 });
    const state = await watcher.next("state");
    expect(state).to.deep.include({
      ready: true,
      link: { kind: "away", reason: "the server went away", service: null, peer: null },
      server: { host: "qtalk.test.org", name: "Prosody", version: "13.0.1", upSince: null },
      queue: { waiting: 0, bytes: 0, parked: 0, oldest: 0, deadLetters: 0 },
      hooks: { all: 0, waiting: 0, deadLetters: 0 },
      rooms: { all: 0, loaded: 0 },
      totals: { accepted: 0, acknowledged: 0, bounced: 0 },
      roundTrip: null,
      memoryShort: false,
    });
    expect(state?.block).to.have.keys("ms", "work");
    const { metrics } = stage.http;
    metrics.linkUp.set(1);
    metrics.accepted.inc(3);
    metrics.stanzasOut.inc(2);
    metrics.bounces.inc({ condition: "gone" });
    metrics.ack.observe(0.004);
    await stage.http.request("/qtalk/auth_uk?u=test&k=1");
    await stage.http.request("/qtalk/none");
    const calls = new Set<string>();
    let acknowledged = 0;
    let roundTrip: unknown = null;
    let isUp: unknown = false;
    while (calls.size < 2 || acknowledged === 0) {
      const point = (await watcher.next("point")) ?? {};
      for (const name of Object.keys(point.calls as object)) calls.add(name);
      acknowledged += Number(point.acknowledged);
      roundTrip = point.roundTrip ?? roundTrip;
      if (calls.has("unknown") && calls.size === 1) expect(point.refused).to.have.property("request");
      isUp = point.up;
    }
    expect(isUp).to.equal(true);
    expect([...calls]).to.have.members(["auth_uk", "unknown"]);
    expect(roundTrip).to.equal(4);
    expect((await watcher.next("state"))?.totals).to.eql({ accepted: 3, acknowledged: 2, bounced: 1 });
    const another = await watch();
    expect((await another.next("history"))?.points)
      .to.have.property("length")
      .above(0);
    await Promise.all([watcher.stop(), another.stop()]);
  });

  it("are sent to a limited number of consoles", async () => {
    await open();
    const [one, other] = [await watch(), await watch()];
    expect(await (await watch()).next("end")).to.eql({ reason: "full" });
    await one.stop();
    // Until the server has seen that it went.
    let third = await watch();
    while ((await third.next("history")) === undefined) third = await watch();
    await Promise.all([third.stop(), other.stop()]);
  });

  it("are kept from who doesn't read them", () => {
    const streams = new EventStreams({ isStill: () => true });
    const written: string[] = [];
    const response = Object.assign(new EventEmitter(), {
      writableLength: 0,
      writeHead: () => undefined,
      write: (text: string) => written.push(text),
      end: (text: string) => written.push(text),
      destroy: () => response.emit("close"),
    });
    streams.open(response as unknown as ServerResponse, VISITOR, "first");
    streams.send("second");
    response.writableLength = 1024 * 1024 + 1;
    streams.send("third");
    expect(written).to.eql(["retry: 5000\n\nfirst", "second"]);
    expect(streams.size).to.equal(0);
    streams.close();
    const late = streams.open(response as unknown as ServerResponse, VISITOR, "");
    expect(late?.code).to.equal("unavailable");
  });

  it("end if all must log in from now on", async () => {
    await open();
    const watcher = await watch();
    stage.http.server.configure(httpConfig.parse(WITH_CALLERS));
    expect(await watcher.next("end")).to.eql({ reason: "login" });
  });

  it("end for who is removed, and for all when the component stops", async () => {
    await open({ access: "token" });
    const [ann, bob] = [
      await stage.logIn(stage.addOperator("ann")),
      await stage.logIn(stage.addOperator("bob")),
    ];
    const [hers, his] = [await watch(ann), await watch(bob)];
    stage.operators.remove("ann");
    expect(await hers.next("end")).to.eql({ reason: "login" });
    expect(await hers.next("point")).to.equal(undefined);
    expect(await his.next("point")).to.have.property("at");
    const closed = stage.http.close();
    expect(await his.next("end")).to.eql({ reason: "stopping" });
    await closed;
  });
});
