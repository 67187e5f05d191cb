/**
 * Former faults of the outbox, as operators and callers saw them in the program, its commands and its metrics. PROGRAM
 * names another build's dist/scripts/qtalk-component.js to be tested.
 */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { ComponentProcess, type ComponentProcessOptions } from "../../../scripts/lab/component-process.js";
import { command } from "../../support/command-line.js";
import { FaultServer } from "../../support/fault-server.js";
import { ids, lapse } from "../../support/sender.js";

const HOST = "qtalk.test.org";
const ROOM = "play";
/** Acknowledged stanzas are kept longer than any of these tests takes; in seconds. */
const KEEP = { keep: 600 };
const { PROGRAM: program } = process.env;

interface Answer {
  readonly delivery: string | null;
  readonly body: string;
}

describe("The outbox, as operators and callers see it", () => {
  let server: FaultServer;
  let component: ComponentProcess;

  const start = async (
    config: ComponentProcessOptions["config"] = {},
    node: readonly string[] = [],
  ): Promise<void> => {
    const access = { service: server.service, domain: server.domain, password: server.secret };
    const all = { outbox: KEEP, ...config };
    component = await ComponentProcess.start({ access, hosts: [HOST], config: all, program, node });
  };
  const ready = (): Promise<void> => component.ready();
  const reject = (...bad: string[]): void => {
    server.faults.rejection = ({ attrs }) =>
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
    from: `alice@${HOST}`,
    to,
    message: `<message id='${id}' type='${type}'><body id='${id}'>${text}</body></message>`,
  });
  const send = (...all: string[]): Promise<Answer> => call(all.map((id) => message(id)));
  const list = (): Promise<string> => component.command("outbox", "list");
  const untilDead = async (): Promise<void> => {
    await component.until(async () => (await list()).includes("policy-violation"), "a dead letter");
    await ready();
  };
  const routed = (wanted: string): string[] => server.ids.filter((id) => id.includes(wanted));

  beforeEach(async () => (server = await FaultServer.start()));
  afterEach(async () => {
    await component.stop();
    await server.hideAway();
  });

  it("sends nothing again after a proper stop, even after a dead letter, and without the server's uptime", async () => {
    server.faults.uptime = "error";
    reject("m-bad");
    await start();
    await ready();
    await send("m-one", "m-bad");
    await untilDead();
    for (const id of ["m-two", "m-three"]) await send(id);
    await component.until(() => routed("m-three").length > 0, "done");
    await component.end("SIGTERM");
    const before = routed("m-").length;
    component.launch();
    await ready();
    await send("m-new");
    await component.until(() => routed("m-new").length > 0, "done");
    expect(routed("m-").slice(before)).to.deep.equal(["m-new"]);
  });

  /** Starts a component without a send mode for users, with a parked message, and with alice in a room. */
  const startParked = async (): Promise<void> => {
    await start({ xmpp: { send_as_users: "privileged" } });
    const room = { muc_id: ROOM, muc_owner: `alice@${HOST}`, muc_domain: server.domain };
    const isMade = async (): Promise<boolean> =>
      (await component.post("create_muc", room).catch(() => undefined))?.status === 200;
    await component.until(isMade, "serving");
    await server.until("a link", () => server.connections.length > 0);
    const inside = `${ROOM}@${server.domain}/alice`;
    const muc = '<x xmlns="http://jabber.org/protocol/muc"/>';
    const isInside = (): boolean => server.routed.some(({ attrs }) => attrs.from === inside);
    // On a busy machine, the link may be made again before the presence is read.
    await component.until(() => {
      server.connection.send(`<presence from="alice@${HOST}/desk" to="${inside}">${muc}</presence>`);
      return isInside();
    }, "alice is in the room");
    expect((await send("parked")).delivery).to.equal("queued");
  };
  const sendToRoom = (id: string, request?: string): Promise<Answer> =>
    call([message(id, `${ROOM}@${server.domain}`, "groupchat")], request);
  /** Returns how many messages of the room were routed. */
  const roomMessages = (): number => server.routed.filter(({ attrs }) => attrs.type === "groupchat").length;

  it("neither repeats nor loses messages if it is killed while a message is parked", async () => {
    await startParked();
    const before = roomMessages();
    for (const id of ids("m", 20)) await sendToRoom(id);
    await server.until("they are routed", () => roomMessages() >= before + 20);
    await lapse(1_500);
    await component.end("SIGKILL");
    component.launch();
    await server.until("a link again", () => server.connections.length > 1);
    const isServing = async (): Promise<boolean> => (await component.get("/readyz"))?.status === 503;
    await component.until(isServing, "serving");
    await sendToRoom("m-new");
    await server.until("the new one", () => roomMessages() > before + 20);
    // Repeated messages would arrive in the order of acceptance, before the last.
    await lapse(1_500);
    await sendToRoom("m-last");
    await lapse(1_500);
    expect(roomMessages() - before).to.equal(22);
    expect(await list()).to.match(/^(1 stanza .*waiting|0 stanzas .*waiting, 1 stanza .*parked)/);
  });

  it("isn't ready while the disk is full, says so to callers and doctor, and recovers", async () => {
    await start({}, ["--import", new URL("../../support/filling-disk.js", import.meta.url).href]);
    await ready();
    process.kill(component.pid, "SIGUSR2");
    const isRefused = async (): Promise<boolean> => {
      const { body } = await call([message(randomUUID(), undefined, undefined, "x".repeat(10_000))]);
      return body.includes('"errcode":5,"errmsg":"the disk is full');
    };
    await component.until(isRefused, "refusing calls");
    const readiness = await component.get("/readyz");
    expect([readiness?.status, await readiness?.json()]).to.deep.equal([
      503,
      { ready: false, reason: "the disk is full: nothing can be stored" },
    ]);
    // A small commit may still succeed, which ends the fault until the next call.
    await component.until(
      async () =>
        (await isRefused()) &&
        (await command(component, "doctor")).stdout.includes(
          "it isn't ready: the disk is full: nothing can be stored",
        ),
      "shown by doctor",
    );
    process.kill(component.pid, "SIGUSR2");
    await ready();
    expect((await send("m-after")).delivery).to.equal("confirmed");
  });

  it("shows in outbox trace when an ack arrived, even after a dead letter", async () => {
    reject("m-bad");
    await start();
    await ready();
    await send("m-bad");
    await untilDead();
    await call([message("m-one")], "traced");
    await component.until(() => routed("m-one").length > 0, "done");
    const acked = Date.now();
    await lapse(1_500);
    await send("m-two");
    const lines = (await component.command("outbox", "trace", "traced")).split("\n");
    const dates = lines.filter((line) => /acknowledged by|confirmed: /.test(line)).map(timeIn);
    expect(dates, lines.join("\n")).to.have.length(1);
    expect(dates[0]).to.be.at.most(acked + 1_000);
  });

  it("makes a message above a lowered size limit a dead letter, and doesn't delay other messages", async () => {
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
    expect(await component.metric("qtalk_stanzas_dropped_total")).to.equal(0);
    expect(routed("m-")).to.deep.equal(["m-next"]);
  });
});

/** Returns the time at a line's beginning, in milliseconds since 1970; UTC if the line has no zone. */
function timeIn(line: string): number {
  const [, date = "", time = "", zone = "Z"] = /^(\S+)[ T]([\d:.]+)\s?([+-]\d\d:?\d\d)?/.exec(line) ?? [];
  return Date.parse(`${date}T${time}${zone}`);
}
