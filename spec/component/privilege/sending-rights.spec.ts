/** Finding the send mode, and changing it. */
import { mock } from "node:test";
import { setImmediate as immediate } from "node:timers/promises";
import { expect } from "chai";
import { notifyConfig, xmppConfig } from "../../../component/config.js";
import { SendingRights } from "../../../component/privilege/sending-rights.js";
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import { LogLines } from "../../support/log-lines.js";
import { until } from "../../support/sender.js";

const DOMAIN = "conference.qtalk.test.org";
const HOST = "qtalk.test.org";
const USER = `test1@${HOST}`;
const SENDERS_CHECKED = { cause: "stream-error", condition: "invalid-from", text: "no" } as const;

/** A server's word on what it permits. */
const word = (from: string, type: "outgoing" | "none"): Element => {
  const permission = xml("privilege", NS.privilege, xml("perm", { access: "message", type }));
  return xml("message", { from, to: DOMAIN }, permission);
};

class Play {
  readonly written: string[] = [];
  readonly log = new LogLines();
  readonly rights: SendingRights;
  /** The hosts that the server doesn't serve, and who hears that it serves them. */
  readonly unserved = new Set<string>();
  readonly served: (() => void)[] = [];
  changes = 0;
  known = 0;

  constructor(xmpp: Readonly<Record<string, unknown>> = {}, notify: Readonly<Record<string, unknown>> = {}) {
    const write = (text: string): boolean => this.written.push(text) > 0;
    this.rights = new SendingRights(
      { domain: DOMAIN, write },
      {
        xmpp: xmppConfig.parse({ domain: DOMAIN, hosts: [HOST], ...xmpp }),
        notify: notifyConfig.parse(notify),
      },
      this.log.logger,
      {
        isUnserved: (host) => this.unserved.has(host),
        onServed: (listener) => this.served.push(listener),
      },
    );
    this.rights.onChange(() => (this.changes += 1));
  }

  /** A stream begins, and is looked at until all is known, or until the component has sent a trial. */
  async begin(): Promise<void> {
    const [known, written] = [this.known, this.written.length];
    this.rights.begin(() => (this.known += 1));
    await until("known or tried", () => this.known > known || this.written.length > written);
  }

  /** The last trial comes back. */
  async giveBack(type?: "error"): Promise<void> {
    const id = / id="([^"]*)"/.exec(this.written.at(-1) ?? "")?.[1];
    expect(this.rights.consume(xml("message", { from: USER, to: DOMAIN, id, type }))).to.equal(true);
    await immediate();
    await immediate();
  }

  get way(): string {
    return this.rights.of("message", USER);
  }
}

describe("The right to send in users' names", () => {
  let play: Play;
  beforeEach(() => (play = new Play()));
  afterEach(() => play.rights.stop());

  it("is privileged if the host permits it, without a trial", async () => {
    play.rights.consume(word(HOST, "outgoing"));
    await play.begin();
    expect(play.way).to.equal("privileged");
    expect(play.rights.of("presence", USER), "presence").to.equal("none");
    expect(play.rights.of("message", `room@${DOMAIN}`), "a room's").to.equal("direct");
    expect([play.rights.reason, play.written]).to.deep.equal([undefined, []]);
  });

  it("is missing while the server doesn't serve the user's host, whose messages would vanish, and comes back", async () => {
    play.unserved.add(HOST);
    await play.begin();
    await play.giveBack();
    expect([play.way, play.rights.isDenied(HOST)]).to.deep.equal(["none", true]);
    expect(play.rights.reason, "said by the check of hosts").to.equal(undefined);
    expect(play.rights.of("message", "romeo@other.test"), "another host's user").to.equal("direct");
    play.unserved.clear();
    for (const hear of play.served) hear();
    expect([play.way, play.changes]).to.deep.equal(["direct", 1]);
  });

  it("is direct if there is no permission and a trial message comes back", async () => {
    await play.begin();
    expect([play.known, play.way]).to.deep.equal([0, "none"]);
    await play.giveBack();
    expect([play.known, play.way, play.rights.reason]).to.deep.equal([1, "direct", undefined]);
  });

  it("is accepted from the hosts only", async () => {
    expect(play.rights.consume(word("elsewhere.test", "outgoing"))).to.equal(false);
    const misdirected = word(HOST, "outgoing");
    misdirected.attrs.to = `room@${DOMAIN}`;
    expect(play.rights.consume(misdirected)).to.equal(false);
    play.rights.consume(word(HOST, "none"));
    await play.begin();
    expect(play.written).to.have.length(1);
  });

  it("is missing if the server closes the stream for it, and isn't tried on the next stream", async () => {
    await play.begin();
    play.rights.end(SENDERS_CHECKED);
    await play.begin();
    expect([play.known, play.way, play.written.length]).to.deep.equal([1, "none", 1]);
    expect(play.rights.reason).to.include("doesn't let").and.include("check_from: false");
    play.rights.consume(word(HOST, "outgoing"));
    expect([play.way, play.changes, play.rights.reason]).to.deep.equal(["privileged", 1, undefined]);
  });

  it("is tried again at once if an operator says so", async () => {
    await play.begin();
    play.rights.end(SENDERS_CHECKED);
    await play.begin();
    play.rights.retest();
    await until("tried", () => play.written.length === 2);
    await play.giveBack();
    expect([play.way, play.changes, play.rights.reason]).to.deep.equal(["direct", 1, undefined]);
  });

  it("isn't looked for if nothing is ever sent in users' names, and calls are told so", async () => {
    play = new Play({ send_as_users: "never" });
    await play.begin();
    expect([play.known, play.way, play.written.length]).to.deep.equal([1, "none", 0]);
    expect(play.rights.reason).to.equal(undefined);
    expect(play.rights.refuse(USER)?.message).to.contain("xmpp.send_as_users: never");
    expect(play.rights.refuse(`bot@${DOMAIN}`)).to.equal(undefined);
  });

  it("is tried again and again while it is missing, after pauses that double", async () => {
    let now = 0;
    mock.method(performance, "now", () => now);
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      play = new Play({ send_as_users: "direct" });
      play.rights.begin(() => (play.known += 1));
      await immediate();
      const passes = async (ms: number): Promise<number> => {
        now += ms;
        mock.timers.tick(ms);
        await immediate();
        return play.written.length;
      };
      for (const [trials, seconds] of [30, 60, 120, 240].entries()) {
        await play.giveBack("error");
        expect(await passes(seconds * 1000 - 1)).to.equal(trials + 1);
        expect(await passes(1)).to.equal(trials + 2);
      }
      await play.giveBack();
      expect([play.way, play.rights.reason]).to.deep.equal(["direct", undefined]);
    } finally {
      mock.timers.reset();
      mock.restoreAll();
    }
  });

  it("is tried again if the stream ended for another reason", async () => {
    await play.begin();
    play.rights.end(SENDERS_CHECKED);
    play.rights.end({ cause: "network", text: "ECONNRESET" });
    await play.begin();
    await play.giveBack();
    expect(play.way).to.equal("direct");
  });

  it("is missing if the server refuses it with an error, which is logged once", async () => {
    await play.begin();
    await play.giveBack("error");
    expect([play.known, play.way]).to.deep.equal([1, "none"]);
    expect(play.log.about("doesn't let", "error")).to.have.length(1);
  });

  it("changes to direct if the permission is revoked and a trial succeeds", async () => {
    play.rights.consume(word(HOST, "outgoing"));
    await play.begin();
    play.rights.forbidden(HOST);
    play.rights.forbidden(HOST);
    expect([play.way, play.changes]).to.deep.equal(["none", 1]);
    await until("tried", () => play.written.length === 1);
    await play.giveBack();
    expect([play.way, play.changes]).to.deep.equal(["direct", 2]);
  });

  it("is tried for presence if notifications are sent as presence", async () => {
    play = new Play({}, { carrier: "presence" });
    play.rights.consume(word(HOST, "outgoing"));
    await play.begin();
    await play.giveBack("error");
    expect([play.way, play.rights.reason === undefined]).to.deep.equal(["privileged", false]);
  });

  /** Begins, and lets a trial come back, if there is one. */
  const beginWith = async (
    xmpp: Readonly<Record<string, unknown>>,
    { isPermitted, isDirect }: { readonly isPermitted: boolean; readonly isDirect: boolean },
  ): Promise<void> => {
    play = new Play(xmpp, { carrier: "presence" });
    play.rights.consume(word(HOST, isPermitted ? "outgoing" : "none"));
    await play.begin();
    if (play.known === 0) await play.giveBack(isDirect ? undefined : "error");
  };

  for (const [mode, isPermitted, isDirect, message, presence] of [
    ["auto", true, true, "privileged", "direct"],
    ["auto", true, false, "privileged", "none"],
    ["auto", false, true, "direct", "direct"],
    ["auto", false, false, "none", "none"],
    ["privileged", true, true, "privileged", "direct"],
    ["privileged", false, true, "none", "direct"],
    ["privileged", false, false, "none", "none"],
    ["direct", true, true, "direct", "direct"],
    ["direct", true, false, "none", "none"],
  ] as const)
    it(`is ${message} for messages and ${presence} for presence with ${mode}, ${isPermitted ? "a" : "no"} permission and ${isDirect ? "un" : ""}checked senders`, async () => {
      await beginWith({ send_as_users: mode }, { isPermitted, isDirect });
      expect([play.way, play.rights.of("presence", USER), play.rights.of("iq", USER)]).to.deep.equal([
        message,
        presence,
        presence,
      ]);
      expect(play.rights.of("presence", `room@${DOMAIN}/nick`)).to.equal("direct");
      expect(play.rights.isDenied(HOST)).to.equal(message === "none");
      expect(play.rights.permitting).to.equal(isPermitted ? 1 : 0);
    });

  it("isn't known before the stream began, and after it ended", async () => {
    expect([play.rights.reason, play.rights.isDenied(HOST)]).to.deep.equal([
      "the send modes are being detected",
      false,
    ]);
    play.rights.retest();
    expect(play.written).to.deep.equal([]);
    play.rights.consume(word(HOST, "outgoing"));
    await play.begin();
    expect([play.rights.reason, play.rights.isDenied(HOST), play.changes]).to.deep.equal([
      undefined,
      false,
      0,
    ]);
    play.rights.end({ cause: "network", text: "ECONNRESET" });
    expect([play.rights.reason, play.way, play.rights.permitting]).to.deep.equal([
      "the send modes are being detected",
      "none",
      0,
    ]);
  });

  it("isn't detected if the stream ends meanwhile", async () => {
    await play.begin();
    play.rights.end({ cause: "network", text: "ECONNRESET" });
    for (let turn = 0; turn < 5; turn += 1) await immediate();
    expect([play.known, play.rights.reason]).to.deep.equal([0, "the send modes are being detected"]);
  });

  it("is told once for all hosts: which are permitted, and which not", async () => {
    const other = "other.test.org";
    play = new Play({ hosts: [HOST, other] });
    for (const host of [HOST, other]) play.rights.consume(word(host, "outgoing"));
    await play.begin();
    const all = `${DOMAIN} sends in the names of users of ${HOST}, ${other}: privileged, by the host's permission (XEP-0356)`;
    expect(play.log.about("sends in the names")).to.deep.equal([all]);
    play.rights.consume(word(other, "outgoing"));
    expect(play.log.about("sends in the names"), "the same again").to.have.length(1);
    play.rights.consume(word(other, "none"));
    await until("tried", () => play.written.length === 1);
    expect(play.written[0]).to.contain(`@${other}"`);
    await play.giveBack();
    expect(play.log.about("sends in the names")[1]).to.equal(
      `${DOMAIN} sends in the names of users of ${HOST}: privileged, by the host's permission (XEP-0356); of ${other}: direct, from their addresses`,
    );
    expect(play.rights.refuse(USER)).to.equal(undefined);
  });

  it("isn't asked of servers that check senders unless it is needed", async () => {
    for (const [xmpp, notify, isTried] of [
      [{}, {}, false],
      [{ foreign_senders: true }, {}, true],
      [{}, { carrier: "both" }, true],
      [{}, { carrier: "presence" }, true],
      [{}, { carrier: "headline" }, false],
      [{ send_as_users: "direct" }, {}, true],
      [{ send_as_users: "privileged" }, {}, false],
    ] as const) {
      play = new Play(xmpp, notify);
      play.rights.consume(word(HOST, "outgoing"));
      await play.begin();
      expect(play.written.length > 0, JSON.stringify([xmpp, notify])).to.equal(isTried);
      play.rights.stop();
    }
  });
});
