/**
 * What operators and callers saw of the outbox before it was rewritten, and must not see again: from outside, by the
 * program, its commands and its metrics. PROGRAM names another build's dist/scripts/qtalk-component.js to be tried.
 */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { ComponentProcess, type ComponentProcessOptions } from "../../../scripts/lab/component-process.js";
import { FaultServer } from "../../support/fault-server.js";
import { ids, lapse } from "../../support/sender.js";

const HOST = "qtalk.test.org";
const ROOM = "play";
/** So long is kept what a restarted server may have lost: all that is sent here. */
const KEEP = { keep: 600 };
const { PROGRAM: program } = process.env;
/** Starting a process takes its time on a busy machine. */
const PATIENCE_MS = 60_000;

interface Answer {
  readonly delivery: string | null;
  readonly body: string;
}

describe("Of the outbox, operators and callers see", () => {
  let server: FaultServer;
  let component: ComponentProcess;

  const start = async (config: ComponentProcessOptions["config"] = {}): Promise<void> => {
    const access = { service: server.service, domain: server.domain, password: server.secret };
    const all = { outbox: KEEP, ...config };
    component = await ComponentProcess.start({ access, hosts: [HOST], config: all, program });
  };
  const ready = (): Promise<void> => component.ready(PATIENCE_MS);
  const reject = (...bad: string[]): void => {
    server.faults.poison = ({ attrs }) =>
      bad.includes(attrs.id ?? "") ? { condition: "policy-violation", text: "no" } : undefined;
  };
  const call = async (items: readonly object[], request: string = randomUUID()): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${component.httpPort}/qtalk/send_thirdmessage`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-request-id": request },
      body: JSON.stringify(items),
    });
    return { delivery: response.headers.get("x-qtalk-delivery"), body: await response.text() };
  };
  const message = (id: string, to = `bob@${HOST}`, type = "chat", text = id): object => ({
    ...{ from: `alice@${HOST}`, to },
    message: `<message id='${id}' type='${type}'><body id='${id}'>${text}</body></message>`,
  });
  const send = (...all: string[]): Promise<Answer> => call(all.map((id) => message(id)));
  const metric = async (name: string): Promise<number> => {
    const text = (await (await component.get("/metrics"))?.text()) ?? "";
    return Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]);
  };
  const list = (): Promise<string> => component.command("outbox", "list");
  const isDead = async (): Promise<void> => {
    await component.until(async () => (await list()).includes("policy-violation"), "rid of it", PATIENCE_MS);
    await ready();
  };
  const routed = (wanted: string): string[] => server.ids.filter((id) => id.includes(wanted));

  beforeEach(async () => {
    server = await FaultServer.start();
  });
  afterEach(async () => {
    await component.stop();
    await server.hideAway();
  });

  it("that a sender's calls are confirmed after one of their messages became a dead letter", async () => {
    reject("m-bad");
    await start();
    await ready();
    await send("m-bad");
    await isDead();
    for (const id of ids("m", 3)) expect((await send(id)).delivery).to.equal("confirmed");
  });

  it("that a repeat is told of its own message, whoever else's is a dead letter", async () => {
    reject("m-bad");
    await start();
    await ready();
    await send("m-bad");
    await send("m-good");
    await isDead();
    await component.until(async () => (await send("m-good")).delivery === "confirmed", "told", PATIENCE_MS);
    const bad = await send("m-bad");
    expect(bad.delivery).to.equal(null);
    expect(bad.body).to.contain("policy-violation").and.to.contain("dead letter");
    expect(routed("m-")).to.deep.equal(["m-good"]);
  });

  it("the same count in outbox list and in the metrics, of what waits behind a dead letter", async () => {
    reject("m-bad");
    await start();
    await ready();
    await send("m-bad", "m-next");
    await isDead();
    await send("m-last");
    await component.until(() => routed("m-last").length > 0, "done", PATIENCE_MS);
    const seen = new Set<string>();
    for (let looks = 0; looks < 5; looks += 1) {
      const listed = /^(\d+)/.exec(await list())?.[1];
      seen.add(`listed ${listed}, counted ${await metric("qtalk_outbox_stanzas")}`);
    }
    expect([...seen]).to.deep.equal(["listed 0, counted 0"]);
  });

  it("that a restart after a dead letter sends nothing again", async () => {
    reject("m-bad");
    await start();
    await ready();
    await send("m-one", "m-bad");
    await isDead();
    await send("m-two");
    await send("m-three");
    await component.until(() => routed("m-three").length > 0, "done", PATIENCE_MS);
    await component.end("SIGTERM");
    const before = routed("m-").length;
    component.launch();
    await ready();
    await send("m-new");
    await component.until(() => routed("m-new").length > 0, "done", PATIENCE_MS);
    expect(routed("m-").slice(before)).to.deep.equal(["m-new"]);
  });

  it("that a stop and start repeats nothing, though the server doesn't tell its uptime", async () => {
    server.faults.uptime = "error";
    await start();
    await ready();
    await send(...ids("m", 8));
    await component.end("SIGTERM");
    component.launch();
    await ready();
    await send("m-new");
    expect(routed("m-")).to.deep.equal([...ids("m", 8), "m-new"]);
  });

  /** Nobody may send in users' names, one message waits for that, and alice is inside of a room. */
  const startParked = async (): Promise<void> => {
    await start({ xmpp: { send_as_users: "privileged" } });
    const room = { muc_id: ROOM, muc_owner: `alice@${HOST}`, muc_domain: server.domain };
    const isMade = async (): Promise<boolean> =>
      (await component.post("create_muc", room).catch(() => undefined))?.status === 200;
    await component.until(isMade, "serving", PATIENCE_MS);
    await server.until("a link", () => server.connections.length > 0, PATIENCE_MS);
    const inside = `${ROOM}@${server.domain}/alice`;
    const muc = '<x xmlns="http://jabber.org/protocol/muc"/>';
    server.connection.send(`<presence from="alice@${HOST}/desk" to="${inside}">${muc}</presence>`);
    const isInside = (): boolean => server.routed.some(({ attrs }) => attrs.from === inside);
    await server.until("she is inside", isInside, PATIENCE_MS);
    expect((await send("parked")).delivery).to.equal("queued");
  };
  const say = (id: string, request?: string): Promise<Answer> =>
    call([message(id, `${ROOM}@${server.domain}`, "groupchat")], request);
  /** How many messages of the room were routed. */
  const said = (): number => server.routed.filter(({ attrs }) => attrs.type === "groupchat").length;

  it("that a kill while a message waits for its host's permission repeats nothing, and loses nothing", async () => {
    await startParked();
    const before = said();
    for (const id of ids("m", 20)) await say(id);
    await server.until("they are routed", () => said() >= before + 20, PATIENCE_MS);
    await lapse(1_500);
    await component.end("SIGKILL");
    component.launch();
    await server.until("a link again", () => server.connections.length > 1, PATIENCE_MS);
    const isServing = async (): Promise<boolean> => (await component.get("/readyz"))?.status === 503;
    await component.until(isServing, "serving", PATIENCE_MS);
    await say("m-new");
    await server.until("the new one", () => said() > before + 20, PATIENCE_MS);
    // What is repeated comes in the order of acceptance, and before the last.
    await lapse(1_500);
    await say("m-last");
    await lapse(1_500);
    expect(said() - before).to.equal(22);
    expect(await list()).to.match(/^(1 stanza .*waiting|0 stanzas .*waiting, 1 stanza .*parked)/);
  });

  it("that a trace dates an ack when it came, also behind a dead letter", async () => {
    reject("m-bad");
    await start();
    await ready();
    await send("m-bad");
    await isDead();
    await call([message("m-one")], "traced");
    await component.until(() => routed("m-one").length > 0, "done", PATIENCE_MS);
    const acked = Date.now();
    await lapse(1_500);
    await send("m-two");
    const lines = (await component.command("outbox", "trace", "traced")).split("\n");
    const dates = lines.filter((line) => /acknowledged by|confirmed: /.test(line)).map(timeIn);
    expect(dates, lines.join("\n")).to.have.length(1);
    expect(dates[0]).to.be.at.most(acked + 1_000);
  });

  it("a dead letter if a message is larger than the limit that was lowered, and nobody else's delayed", async () => {
    const large = "x".repeat(150_000);
    await start({ limits: { stanza_bytes: 262_144 } });
    await ready();
    server.faults.messagesToSelf = "swallow";
    const text = message("m-large", undefined, undefined, large);
    expect((await call([text])).delivery).to.equal("queued");
    await component.end("SIGKILL");
    server.routed.length = 0;
    server.heal();
    component.configure({ limits: { stanza_bytes: 131_072 } });
    component.launch();
    await ready();
    expect((await send("m-next")).delivery).to.equal("confirmed");
    expect(await list()).to.contain("too large for this component's limit");
    expect(await metric("qtalk_stanzas_dropped_total")).to.equal(0);
    expect(routed("m-")).to.deep.equal(["m-next"]);
  });
});

/** The time at a line's beginning, in milliseconds since 1970; without a zone it is UTC's. */
function timeIn(line: string): number {
  const [, date = "", time = "", zone = "Z"] = /^(\S+)[ T]([\d:.]+)\s?([+-]\d\d:?\d\d)?/.exec(line) ?? [];
  return Date.parse(`${date}T${time}${zone}`);
}
