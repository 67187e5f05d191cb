/** Posts that wait, when an operator moves them to another room of another service. */
import { expect } from "chai";
import { movePosts } from "../../../component/administration/moved-posts.js";
import type { Context } from "../../../component/administration/context.js";
import { recordsOf } from "../../../component/administration/records.js";
import { AlertsStore } from "../../../storage/alerts-store.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { KeyedMessages } from "../../../storage/keyed-messages.js";
import { storedHook } from "../../support/stored-hook.js";
import { read } from "../muc/play.js";

const [OLD, NEW] = ["ops@old.test", "ops@new.test"];
const KEY = Buffer.from("deploy");

describe("Posts that an operator moves to another room", () => {
  let db: Database;
  let records: ReturnType<typeof recordsOf>;
  let alerts: AlertsStore;
  let keyed: KeyedMessages;

  beforeEach(() => {
    db = openDatabase(":memory:");
    records = recordsOf(db);
    alerts = new AlertsStore(db);
    keyed = new KeyedMessages(db);
    records.bots.put({ name: "bot", title: "Bot", picture: undefined });
    for (const [id, receiver] of [
      ["h", OLD],
      ["other", OLD],
    ] as const)
      records.hooks.add(storedHook({ id, name: id, bot: "bot", receiver }));
    for (const room of [OLD, NEW]) records.botRooms.ask("bot", room, { isChosen: false, at: 1 });
  });
  afterEach(() => db.close());

  const waits = (id: string, corrects?: string, hook = "h"): void => {
    const more = { fingerprint: undefined, call: undefined, request: undefined, acceptedAt: 1 };
    records.hookMessages.put({ id, hook, receiver: OLD, ...more }, 0);
    const replace =
      corrects === undefined ? "" : `<replace xmlns="urn:xmpp:message-correct:0" id="${corrects}"/>`;
    const stanza = `<message to="${OLD}" id="${id}" type="groupchat"><body>${id}</body>${replace}</message>`;
    records.botRooms.addPost("bot", OLD, { id, acceptedAt: 1 }, stanza);
  };
  const alertAt = (message: string): number => {
    const status = JSON.stringify({ severity: "", openedAt: 1, postedAt: 1, takers: [], unsaid: 0 });
    const id = alerts.add({
      ...{ hook: "h", name: Buffer.from(message), current: true, state: "open", receiver: OLD, message },
      ...{
        title: message,
        text: message,
        labels: "{}",
        status,
        changedAt: 1,
        dueAt: undefined,
        atSource: false,
      },
    });
    alerts.addMessage({
      receiver: OLD,
      id: message,
      alert: id,
      saidAt: 1,
      stanzaId: undefined,
      step: undefined,
    });
    return id;
  };
  const keyedAt = (message: string): void =>
    keyed.put({
      ...{ hook: "h", name: KEY, receiver: OLD, message, version: message },
      ...{ content: Buffer.from("c"), stanzaId: undefined, saidAt: 1 },
    });
  const moves = (): number =>
    movePosts({ records } as Context, { hook: "h", bot: "bot" }, { from: OLD, to: NEW });
  /** Returns what waits in a room: each message, and what it corrects. */
  const waiting = (room: string) =>
    records.botRooms.posts("bot", room).map(({ rowId }) => {
      const stanza = read(records.botRooms.stanza(rowId) ?? "");
      return [stanza.attrs.id, stanza.attrs.to, stanza.getChild("replace")?.attrs.id];
    });

  it("take what is known of their messages with them: alerts can be taken there, and keys correct there", () => {
    const alert = alertAt("m1");
    keyedAt("m2");
    waits("m1");
    waits("m2");
    waits("theirs", undefined, "other");
    expect(moves()).to.equal(2);
    expect(waiting(NEW)).to.deep.equal([
      ["m1", NEW, undefined],
      ["m2", NEW, undefined],
    ]);
    expect(waiting(OLD)).to.deep.equal([["theirs", OLD, undefined]]);
    expect(alerts.find(alert)).to.deep.include({ receiver: NEW, message: "m1" });
    expect(alerts.message(NEW, "m1")?.alert).to.equal(alert);
    expect(keyed.find("h", KEY)).to.deep.include({ receiver: NEW, message: "m2" });
  });

  it("stay corrections of messages that move too", () => {
    const alert = alertAt("m1");
    waits("m1");
    waits("m2", "m1");
    moves();
    expect(waiting(NEW)).to.deep.equal([
      ["m1", NEW, undefined],
      ["m2", NEW, "m1"],
    ]);
    expect(alerts.find(alert)?.message).to.equal("m1");
  });

  it("are new messages there if they correct what the old room has said, and later ones correct those", () => {
    const alert = alertAt("said");
    alerts.addMessage({ receiver: OLD, id: "m1", alert, saidAt: 2, stanzaId: undefined, step: undefined });
    keyedAt("key");
    waits("m1", "said");
    waits("k1", "key");
    waits("m2", "said");
    moves();
    expect(waiting(NEW)).to.deep.equal([
      ["m1", NEW, undefined],
      ["k1", NEW, undefined],
      ["m2", NEW, "m1"],
    ]);
    expect(alerts.find(alert)).to.deep.include({ receiver: NEW, message: "m1" });
    expect(keyed.find("h", KEY)).to.deep.include({ receiver: NEW, message: "k1" });
  });
});
