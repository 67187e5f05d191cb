/** The events of outgoing webhooks: of rooms, bots and bounces. */
import { expect } from "chai";
import { Jid } from "../../../../component/addresses/address.js";
import { EventRecorder } from "../../../../component/hooks/outgoing/event-recorder.js";
import { OutgoingWebhooks } from "../../../../component/hooks/outgoing/outgoing-webhooks.js";
import { StanzaError } from "../../../../component/inbound/stanza-error.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import type { HookEvents } from "../../../../storage/hook-events.js";
import type { NewOutgoingHook, OutgoingHooksStore } from "../../../../storage/outgoing-hooks-store.js";
import { DOMAIN, idOf, read, ROOM } from "../../muc/play.js";
import { Stage } from "../../muc/stage.js";
import { hookDependencies } from "../hook-dependencies.js";
import { BOUNDS, event, hook, storesOf } from "./parts.js";
import { bot } from "../../../plays/component.js";
import { CRONE, HAG, WICCA, crone, hag, stranger } from "../../../plays/people.js";

/** An event as its program gets it. */
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
  let listener: EventRecorder;
  let play: Stage;

  /** Makes a stage on which there are these hooks. */
  const stage = async (...hooks: readonly Partial<NewOutgoingHook>[]): Promise<void> => {
    for (const [n, each] of hooks.entries()) store.add(hook({ name: `hook${n}`, ...each }));
    parts = hookDependencies(db, { domain: DOMAIN, queue: 20, rate: 5 });
    listener = new EventRecorder(new OutgoingWebhooks(parts), parts);
    play = await new Stage({ db, watch: listener }).ready();
  };
  /** Makes a stage with a room, where hag and crone are. */
  const coven = async (...hooks: readonly Partial<NewOutgoingHook>[]): Promise<void> => {
    await stage(...hooks);
    await play.coven();
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
  /** What waits for a hook, a line an event: its type, and its data but the rooms' ids. */
  /** The events as lines; each of a room names it. */
  const lines = (of = 1): string[] =>
    told(of).map(({ type, data }) => {
      if (type.startsWith("room")) expect(data).to.include({ room: ROOM });
      const own = Object.entries(data).filter(([name]) => name !== "room" && name !== "stanza_id");
      return [type, ...own.map(([name, value]) => `${name}=${String(value)}`)].join(" ");
    });
  const heard = (body: string, to = `bot@${DOMAIN}`): Promise<boolean> => {
    const [from, bot] = [Jid.parse(hag.address)!, Jid.parse(to)!];
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
      await coven({});
      const before = Date.now();
      const reply = `<reply xmlns="urn:xmpp:reply:0" id="17"/>`;
      await play.acts([crone.posts`id=m1 <body>boil &amp; bubble</body><thread>t</thread>${reply}`]);
      const [{ type, timestamp, data }] = told() as [Told];
      expect(Date.parse(timestamp)).to.be.within(before - 1, Date.now());
      const ids = { id: "m1", stanza_id: idOf(play.hears(hag.address).at(-1)), replies_to: "17" };
      const said = { sender: CRONE.address, nick: "crone", body: "boil & bubble", thread: "t" };
      expect([type, data]).to.deep.equal(["room-message", { room: ROOM, ...ids, ...said }]);
    });

    it("corrections and retractions, also of moderators", async () => {
      await coven({});
      await play.acts([
        crone.says`spelt wrog`,
        hag.notices`"spelt wrog" | <stanza-id id="$id"/>`,
        crone.posts`id=m2 <body>spelt wrong</body><replace xmlns="urn:xmpp:message-correct:0" id="m1"/>`,
        hag.notices`"spelt wrong" | <stanza-id id="$correction"/>`,
      ]);
      const before = lines();
      await play.acts([
        crone.posts`id=m3 <body>/me took it back</body><retract xmlns="urn:xmpp:message-retract:1" id="$id"/>`,
        crone.posts`<composing xmlns="http://jabber.org/protocol/chatstates"/>`,
        crone.says`#m3 spam`,
        hag.notices`"spam" | <stanza-id id="$spam"/>`,
        hag.moderates`$spam <reason>no</reason>`,
      ]);
      const of = `sender=${CRONE.address} nick=crone id=`;
      const [id = "", spam = "", correction = ""] = ["id", "spam", "correction"].map((name) =>
        play.names.get(name),
      );
      const events = [...before, ...lines()].map((line) => line.replace(/ id=\d{16} /, " id=* "));
      expect(events).to.deep.equal([
        `room-message ${of}m1 body=spelt wrog`,
        `room-message ${of}m2 body=spelt wrong corrects=m1`,
        `room-message ${of}* retracts=${correction}`,
        `room-message ${of}m3 retracts=${id}`,
        `room-message nick=hag retracts=${spam} is_moderated=true reason=no`,
      ]);
    });

    it("nothing of a message that is removed before it is delivered, whichever version is named", async () => {
      await coven({}, { form: "qtalk" });
      await play.acts([
        crone.says`#m1 hunter1`,
        crone.posts`id=m2 <body>hunter2</body><replace xmlns="replace" id="m1"/>`,
        hag.notices`"hunter2" | <stanza-id id="$id"/>`,
        hag.moderates`$id`,
        crone.says`#m3 harmless`,
      ]);
      expect(told(2)).to.have.length(1);
      expect(told().map(({ data }) => data.body ?? data.retracts))
        .to.have.length(3)
        .and.include("harmless");
    });

    it("only the chosen rooms and texts", async () => {
      await coven({ rooms: [ROOM] }, { rooms: [`other@${DOMAIN}`] }, { pattern: "!*" });
      await play.acts([hag.says`hello`, hag.says`!roll`]);
      const bodies = [1, 2, 3].map((of) => told(of).map(({ data }) => data.body));
      expect(bodies).to.deep.equal([["hello", "!roll"], [], ["!roll"]]);
    });

    it("reactions, by a kind of their own, with all of the person's reactions to the message", async () => {
      await coven(
        { events: ["reaction"] },
        { events: ["room-message"] },
        { events: ["reaction"], rooms: ["x@y"] },
      );
      const reactions = (signs: string): string =>
        `<reactions xmlns="urn:xmpp:reactions:0" id="s1">${signs}</reactions>`;
      await play.acts([
        hag.says`hello`,
        hag.posts`${reactions("<reaction>👀</reaction><reaction>❤️</reaction>")}`,
        hag.posts`${reactions("")}`,
        bot("Bot").announces`an answer`,
      ]);
      const all = told(1);
      expect(all.map(({ data }) => data.reactions)).to.deep.equal([["👀", "❤"], []]);
      expect(all[0]?.data).to.deep.include({ room: ROOM, sender: HAG.address, nick: "hag", reacts_to: "s1" });
      expect([lines(2).length, lines(3).length]).to.deep.equal([1, 0]);
    });

    it("nothing of bots, unstored messages and refused messages", async () => {
      await coven({});
      await play.acts([
        hag.posts`<body>psst</body><no-store xmlns="urn:xmpp:hints"/>`,
        stranger.says`let me in`,
        bot("Bot").announces`an answer`,
      ]);
      expect(told()).to.deep.equal([]);
    });

    it("messages that programs send for users", async () => {
      await coven({});
      await play.acts([WICCA.calls`say from a program`]);
      expect(told().map(({ data }) => data.sender)).to.deep.equal([WICCA.address]);
    });

    it("the form of QTalk's push_url", async () => {
      await coven({ form: "qtalk" });
      await play.acts([HAG.calls`add absent`, hag.makes`banned@qtalk.test.org outcast`, hag.says`双 &lt;b>`]);
      const [{ userlist, packet, create_time, ...push }] = told() as unknown as [Record<string, unknown>];
      expect(push).to.deep.equal({
        topic: "groupchat",
        type: "groupchat",
        muc_room_name: "coven",
        room_host: DOMAIN,
        host: "qtalk.test.org",
        nick: "hag",
        have_subject: "1",
        size: 0,
        msg_id: "m1",
        realfrom: HAG.address,
      });
      expect(userlist).to.have.members([HAG.address, CRONE.address, "absent@qtalk.test.org"]);
      expect(create_time).to.be.closeTo(Date.now(), 10_000);
      const stanza = read(String(packet));
      expect(stanza.getChildText("body")).to.equal("双 <b>");
      expect(stanza.attrs).to.include({ from: `${ROOM}/hag`, type: "groupchat", id: "m1" });
    });

    it("no more events than its queue takes, which is counted and logged once", async () => {
      await coven({});
      for (let n = 0; n < 25; n++) await play.acts([HAG.calls`say word ${n}`]);
      expect(told()).to.have.length(20);
      expect(parts.lines.about("The queue of the hook hook0 is full", "warn")).to.have.length(1);
      const { values } = await parts.metrics.hookDeliveries.get();
      expect(values).to.deep.equal([{ value: 5, labels: { hook: "hook0", result: "dropped" } }]);
    });
  });

  describe("of rooms and their members", () => {
    it("creation and destruction, and members who are added and removed", async () => {
      await stage({ events: ["room", "member"] });
      await play.acts([
        HAG.calls`create`,
        HAG.calls`add crone1 wiccarocks`,
        hag.makes`CRONE outcast`,
        hag.makes`WICCA admin`,
        hag.makes`WICCA none`,
        hag.destroys(),
      ]);
      expect(told().map(({ type, data }) => `${type} ${String(data.members ?? data.room)}`)).to.deep.equal([
        `room.made ${ROOM}`,
        `member.in ${HAG.address}`,
        `member.in ${CRONE.address},${WICCA.address}`,
        `member.out ${CRONE.address}`,
        `member.out ${WICCA.address}`,
        `room.destroyed ${ROOM}`,
      ]);
    });

    it("very many members in few events", async () => {
      await stage({ events: ["member"] });
      await play.acts([HAG.calls`create`]);
      await play.acts([HAG.calls`add ${Array.from({ length: 2500 }, (_, n) => `user${n}`).join(" ")}`]);
      expect(told().map(({ data }) => (data.members as string[]).length)).to.deep.equal([1, 1000, 1000, 500]);
    });
  });

  describe("of messages to a bot", () => {
    const withBot = async (...hooks: readonly Partial<NewOutgoingHook>[]): Promise<void> => {
      db.exec("INSERT INTO bots (name, title) VALUES ('bot', 'Bot'), ('other', 'Other')");
      await stage(...hooks.map((each) => ({ events: ["message"], bot: "bot", ...each })));
    };

    it("the sender, for its own bot; for one without a webhook, the sender gets an error", async () => {
      await withBot({}, { bot: "other" });
      expect([await heard("hi", `nobody@${DOMAIN}`), await heard("hi")]).to.deep.equal([false, true]);
      expect(events.first(1)?.replyTo).to.equal(HAG.address);
      expect([lines(1), lines(2)]).to.deep.equal([
        [`message bot=bot@${DOMAIN} sender=${HAG.address} id=d1 body=hi thread=t1`],
        [],
      ]);
    });

    it("the form of QTalk's push_url", async () => {
      await withBot({ form: "qtalk" });
      await heard("hi");
      const [{ m_body, create_time, ...push }] = told() as unknown as [Record<string, unknown>];
      expect(push).to.deep.equal({
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
      expect(create_time).to.be.closeTo(Date.now(), 10_000);
      expect(read(String(m_body)).getChildText("body")).to.equal("hi");
    });

    it("a limited rate: the sender gets errors", async () => {
      await withBot({ pattern: "!*" });
      const results = await Promise.allSettled(Array.from({ length: 30 }, () => heard("!hi")));
      const refused = results.flatMap((each): unknown[] => (each.status === "rejected" ? [each.reason] : []));
      expect(refused[0]).to.be.instanceOf(StanzaError).and.include({ condition: "resource-constraint" });
      expect(await heard("of no concern")).to.equal(true);
      expect(told()).to.have.length(30 - refused.length);
    });
  });

  it("bounces of messages sent over HTTP", async () => {
    await stage({ events: ["bounce"] });
    const bounce = { id: "m1", sender: HAG.address, receiver: "x@y.test", condition: "item-not-found" };
    await parts.commit.run(() => listener.recordBounce({ ...bounce, request: "r1" }));
    expect(told().map(({ type, data }) => [type, data])).to.deep.equal([
      ["bounce", { ...bounce, request: "r1" }],
    ]);
  });

  it("metrics: how many events wait, and in seconds how long the oldest has waited", async () => {
    await stage({});
    const valueOf = async (name: string): Promise<number> =>
      Number(
        (await parts.metrics.registry.getSingleMetricAsString(`qtalk_hook_events_${name}`)).split(" ").at(-1),
      );
    expect(await valueOf("oldest_seconds")).to.equal(0);
    const now = Date.now();
    events.add(event(1, "old", { happenedAt: now - 90_000 }), BOUNDS);
    events.add(event(1, "young", { happenedAt: now }), BOUNDS);
    expect(await valueOf("waiting")).to.equal(2);
    expect(await valueOf("oldest_seconds")).to.be.within(90, 180);
  });
});
