/** The events of outgoing webhooks: of rooms, bots and bounces. */
import { expect } from "chai";
import { Jid } from "../../../../component/addresses/address.js";
import { OutgoingWebhooks } from "../../../../component/hooks/outgoing/outgoing-webhooks.js";
import { StanzaError } from "../../../../component/inbound/stanza-error.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import type { HookEvents } from "../../../../storage/hook-events.js";
import type { NewOutgoingHook, OutgoingHooksStore } from "../../../../storage/outgoing-hooks-store.js";
import { CRONE, crone, DOMAIN, HAG, hag, idOf, read, ROOM, WICCA } from "../../muc/play.js";
import { Stage } from "../../muc/stage.js";
import { hookDependencies } from "../hook-dependencies.js";
import { BOUNDS, event, hook, storesOf } from "./parts.js";

interface Told {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

describe("An outgoing webhook gets", () => {
  let db: Database;
  let store: OutgoingHooksStore;
  let events: HookEvents;
  let parts: ReturnType<typeof hookDependencies>;
  let listener: OutgoingWebhooks["listener"];
  let play: Stage;

  /** Makes a stage on which there are these hooks. */
  const stage = async (...hooks: readonly Partial<NewOutgoingHook>[]): Promise<void> => {
    for (const [n, each] of hooks.entries()) store.add(hook({ name: `hook${n}`, ...each }));
    parts = hookDependencies(db, { domain: DOMAIN, queue: 20, rate: 5 });
    ({ listener } = new OutgoingWebhooks(parts));
    play = await new Stage({ db, watch: listener }).ready();
  };
  /** What waits for a hook. */
  const told = (of = 1): Told[] => {
    const all: Told[] = [];
    for (let next = events.first(of); next !== undefined; next = events.first(of)) {
      all.push(JSON.parse(next.body) as Told);
      events.remove(next.rowId);
    }
    return all;
  };
  const heard = (body: string, to = `bot@${DOMAIN}`): Promise<boolean> => {
    const [from, bot] = [Jid.parse(hag), Jid.parse(to)];
    if (from === undefined || bot === undefined) throw new Error("no address");
    const message = read(`<message type="chat" id="d1"><body>${body}</body><thread>t1</thread></message>`);
    return listener.heard({ from, to: bot, message });
  };

  beforeEach(() => {
    db = openDatabase(":memory:");
    ({ store, events } = storesOf(db));
  });
  afterEach(() => {
    play.close();
    db.close();
  });

  describe("of messages in a room", () => {
    it("sender, ids and text in the message's transaction", async () => {
      await stage({});
      await play.coven();
      const before = Date.now();
      await play.sends(
        crone,
        `<message to="${ROOM}" type="groupchat" id="m1"><body>boil &amp; bubble</body><thread>t</thread>
          <reply xmlns="urn:xmpp:reply:0" id="17"/></message>`,
      );
      const [{ type, timestamp, data }] = told() as [Told];
      expect(type).to.equal("room-message");
      expect(Date.parse(timestamp)).to.be.within(before - 1, Date.now());
      const stanzaId = idOf(play.hears(hag).at(-1));
      expect(data).to.deep.equal({
        room: ROOM,
        sender: CRONE,
        nick: "crone",
        id: "m1",
        stanza_id: stanzaId,
        body: "boil & bubble",
        thread: "t",
        replies_to: "17",
      });
    });

    it("corrections and retractions, also of moderators", async () => {
      await stage({});
      await play.coven();
      await play.says(crone, "spelt wrog");
      const id = idOf(play.hears(crone).at(-1));
      const sends = (children: string): Promise<void> =>
        play.sends(crone, `<message to="${ROOM}" type="groupchat" id="m2">${children}</message>`);
      await sends(`<body>spelt wrong</body><replace xmlns="urn:xmpp:message-correct:0" id="m1"/>`);
      await sends(`<body>/me took it back</body><retract xmlns="urn:xmpp:message-retract:1" id="${id}"/>`);
      await sends(`<composing xmlns="http://jabber.org/protocol/chatstates"/>`);
      await play.says(crone, "spam", "m3");
      const spam = idOf(play.hears(crone).at(-1));
      await play.acts(`hag moderates ${spam} <reason>no</reason>`);
      const [, correction, retraction, , moderation, ...more] = told().map(({ data }) => data);
      expect(correction).to.include({ body: "spelt wrong", corrects: "m1" });
      expect(retraction).to.include({ retracts: id, sender: CRONE }).and.not.have.property("body");
      expect(moderation).to.deep.equal({
        room: ROOM,
        nick: "hag",
        retracts: spam,
        is_moderated: true,
        reason: "no",
      });
      expect(more).to.deep.equal([]);
    });

    it("only the chosen rooms and texts", async () => {
      await stage({ rooms: [ROOM] }, { rooms: [`other@${DOMAIN}`] }, { pattern: "!*" });
      await play.coven();
      await play.says(hag, "hello");
      await play.says(hag, "!roll", "m2");
      const bodies = [1, 2, 3].map((of) => told(of).map(({ data }) => data.body));
      expect(bodies).to.deep.equal([["hello", "!roll"], [], ["!roll"]]);
    });

    it("nothing of bots, unstored messages and refused messages", async () => {
      await stage({});
      await play.coven();
      const body = "<body>psst</body><no-store xmlns='urn:xmpp:hints'/>";
      await play.sends(hag, `<message to="${ROOM}" type="groupchat" id="m1">${body}</message>`);
      await play.says("outsider@qtalk.test.org/x", "let me in");
      const { rooms, transactions } = play.service.context;
      const room = rooms.get(Jid.parse(ROOM) as never);
      const [transaction] = transactions.run(undefined, (transaction) =>
        listener.said(
          { transaction, room },
          {
            speaker: { account: Jid.parse(`bot@${DOMAIN}`)!, nick: { text: "Bot", key: "bot" } },
            message: read("<message><body>an answer</body></message>"),
            stanzaId: "1",
            isForbidden: false,
          },
        ),
      );
      await transactions.commit(transaction);
      expect(told()).to.deep.equal([]);
    });

    it("messages that programs send for users", async () => {
      await stage({});
      await play.coven();
      await play.acts("WICCA calls say from a program");
      expect(told().map(({ data }) => data.sender)).to.deep.equal([WICCA]);
    });

    it("the form of QTalk's push_url", async () => {
      await stage({ form: "qtalk" });
      await play.coven();
      await play.acts("HAG calls add absent");
      await play.administers(hag, `<item jid="banned@qtalk.test.org" affiliation="outcast"/>`);
      await play.says(hag, "双 &lt;b>");
      const [push] = told() as unknown as [Record<string, unknown>];
      expect(push).to.deep.include({
        topic: "groupchat",
        type: "groupchat",
        muc_room_name: "coven",
        room_host: DOMAIN,
        host: "qtalk.test.org",
        nick: "hag",
        have_subject: "1",
        size: 0,
        msg_id: "m1",
        realfrom: HAG,
      });
      expect(push.userlist).to.have.members([HAG, CRONE, "absent@qtalk.test.org"]);
      expect(push.create_time).to.be.closeTo(Date.now(), 10_000);
      expect(read(String(push.packet)).getChildText("body")).to.equal("双 <b>");
      expect(read(String(push.packet)).attrs).to.include({
        from: `${ROOM}/hag`,
        type: "groupchat",
        id: "m1",
      });
    });

    it("no more events than its queue takes, which is counted and logged once", async () => {
      await stage({});
      await play.coven();
      for (let n = 0; n < 25; n++) await play.acts(`HAG calls say word ${n}`);
      expect(told().map(({ data }) => data.body)).to.have.length(20);
      expect(parts.lines.about("The queue of the hook hook0 is full", "warn")).to.have.length(1);
      const { values } = await parts.metrics.hookDeliveries.get();
      expect(values).to.deep.equal([{ value: 5, labels: { hook: "hook0", result: "dropped" } }]);
    });
  });

  describe("of rooms and their members", () => {
    const all = { events: ["room", "member"] };

    it("creation and destruction, and members who are added and removed", async () => {
      await stage(all);
      await play.acts("HAG calls create");
      await play.acts("HAG calls add crone1 wiccarocks");
      await play.administers(hag, `<item jid="${CRONE}" affiliation="outcast"/>`);
      await play.administers(hag, `<item jid="${WICCA}" affiliation="admin"/>`);
      await play.administers(hag, `<item jid="${WICCA}" affiliation="none"/>`);
      await play.asks(hag, "set", `<query xmlns="http://jabber.org/protocol/muc#owner"><destroy/></query>`);
      expect(told().map(({ type, data }) => [type, data.members ?? data.room])).to.deep.equal([
        ["room.made", ROOM],
        ["member.in", [HAG]],
        ["member.in", [CRONE]],
        ["member.in", [WICCA]],
        ["member.out", [CRONE]],
        ["member.out", [WICCA]],
        ["room.destroyed", ROOM],
      ]);
    });

    it("very many members in few events", async () => {
      await stage({ events: ["member"] });
      await play.acts("HAG calls create");
      await play.acts(`HAG calls add ${Array.from({ length: 2500 }, (_, n) => `user${n}`).join(" ")}`);
      expect(told().map(({ data }) => (data.members as string[]).length)).to.deep.equal([1, 1000, 1000, 500]);
    });
  });

  describe("of messages to a bot", () => {
    const listening = { events: ["message"], bot: undefined };
    const withBot = async (...hooks: readonly Partial<NewOutgoingHook>[]): Promise<void> => {
      db.exec("INSERT INTO bots (name, title) VALUES ('bot', 'Bot'), ('other', 'Other')");
      await stage(...hooks.map((each) => ({ ...listening, bot: "bot", ...each })));
    };

    it("the sender, for its own bot; for one without a webhook, the sender gets an error", async () => {
      await withBot({}, { bot: "other" });
      expect(await heard("hi", `nobody@${DOMAIN}`)).to.equal(false);
      expect(await heard("hi")).to.equal(true);
      expect(told(2)).to.deep.equal([]);
      const { replyTo } = events.first(1) ?? {};
      const [{ type, data }] = told() as [Told];
      expect([type, data, replyTo]).to.deep.equal([
        "message",
        { bot: `bot@${DOMAIN}`, sender: HAG, id: "d1", body: "hi", thread: "t1" },
        HAG,
      ]);
    });

    it("the form of QTalk's push_url", async () => {
      await withBot({ form: "qtalk" });
      await heard("hi");
      const [push] = told() as unknown as [Record<string, unknown>];
      expect(push).to.deep.include({
        topic: "chat",
        type: "chat",
        m_from: "hag66",
        from_host: "qtalk.test.org",
        m_to: "bot",
        to_host: DOMAIN,
        msg_id: "d1",
        cn: "qchat",
        d: "recv",
        usrType: "common",
        realfrom: "",
        realto: "",
      });
      expect(read(String(push.m_body)).getChildText("body")).to.equal("hi");
    });

    it("a limited rate: the sender gets errors", async () => {
      await withBot({ pattern: "!*" });
      const results = await Promise.allSettled(Array.from({ length: 7 }, () => heard("!hi")));
      const refusals = results.flatMap((each) =>
        each.status === "rejected" ? [each.reason as unknown] : [],
      );
      expect(refusals).to.have.length(2);
      expect(refusals[0]).to.be.instanceOf(StanzaError).and.include({ condition: "resource-constraint" });
      expect(await heard("of no concern")).to.equal(true);
      expect(told()).to.have.length(5);
    });
  });

  it("bounces of messages sent over HTTP", async () => {
    await stage({ events: ["bounce"] });
    const bounce = { id: "m1", sender: HAG, receiver: "x@y.test", condition: "item-not-found" };
    listener.bounced({ ...bounce, request: "r1" });
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(told().map(({ type, data }) => [type, data])).to.deep.equal([
      ["bounce", { ...bounce, request: "r1" }],
    ]);
  });

  it("metrics: how many events wait, and in seconds how long the oldest has waited", async () => {
    await stage({});
    const valueOf = async (name: string): Promise<number> => {
      const text = await parts.metrics.registry.metrics();
      return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
    };
    expect(await valueOf("qtalk_hook_events_oldest_seconds")).to.equal(0);
    const now = Date.now();
    events.add(event(1, "old", { happenedAt: now - 90_000 }), BOUNDS);
    events.add(event(1, "young", { happenedAt: now }), BOUNDS);
    expect(await valueOf("qtalk_hook_events_waiting")).to.equal(2);
    expect(await valueOf("qtalk_hook_events_oldest_seconds")).to.be.within(90, 180);
  });
});
