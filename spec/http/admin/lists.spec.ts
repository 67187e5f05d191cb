/** Operations' lists: whole, in order, and the same in pages of any size. */
import { expect } from "chai";
import type { AccountJid } from "../../../component/addresses/address.js";
import { allOperations } from "../../../component/administration/operation-families.js";
import { argumentsOf } from "../../../component/administration/fields.js";
import { hookOf } from "../../../component/hooks/hook.js";
import { ALL_FAMILIES } from "../../../http/admin/run.js";
import { BotRoomsStore } from "../../../storage/bot-rooms-store.js";
import { HookEvents } from "../../../storage/hook-events.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import { DOMAIN, HAG } from "../../component/muc/play.js";
import { addDeadLetter } from "../../support/dead-letter.js";
import { ConsoleStage } from "../console/stage.js";

type Row = Readonly<Record<string, unknown>>;

/** What an operation that lists in pages is asked for here, the key of its rows, and what tells them apart, in order. */
const LISTS: Readonly<Record<string, readonly [given: Row, rows: string, by: string, order: unknown[]]>> = {
  "room list": [{}, "rooms", "room", ["caldron", "coven", "heath"].map((name) => `${name}@${DOMAIN}`)],
  "room users": [{ room: "heath" }, "users", "user", ["a1", "b2", "hag66"].map((name) => userOf(name))],
  "room occupants": [{ room: "coven" }, "occupants", "nick", ["crone", "hag"]],
  "user list": [{}, "users", "user", ["a1", "b2", "c3"].map((name) => userOf(name))],
  "hook list": [{ kind: "incoming" }, "incoming", "name", ["h1", "h2", "h3"]],
  "hook dead": [{}, "letters", "id", [1, 2, 3]],
  "alert list": [{ all: true }, "alerts", "title", ["Disk1", "Disk2", "Disk3"]],
  "key list": [{}, "keys", "user", ["a1", "b2", "c3"].map((name) => userOf(name))],
  "outbox list": [{}, "letters", "id", [1, 2, 3]],
  "changes list": [{}, "changes", "operation", ["hook add", "key issue", "user set"]],
};

function userOf(name: string): string {
  return `${name}@${HAG.split("@")[1] ?? ""}`;
}

describe("Lists of operations", () => {
  let stage: ConsoleStage;
  beforeEach(async () => (stage = await ConsoleStage.open()));
  afterEach(() => stage.close());

  async function fill(): Promise<void> {
    const { desk } = stage;
    const { play } = desk;
    await play.coven();
    for (const room of ["heath", "caldron"]) await stage.does("room/make", { room, owner: "hag66" });
    await stage.does("room/member", { room: "heath", users: ["b2", "a1"] });
    for (const user of ["c3", "a1", "b2"]) {
      await stage.does("user/set", { user, name: user });
      await stage.does("key/issue", { user });
    }
    for (const name of ["h2", "h1", "h3"]) await stage.does("hook/add", { name, to: "coven" });
    await stage.does("hook/add", {
      ...{ name: "out", deliver_to: "http://127.0.0.1:9/", allow_inner: ["127.0.0.1"], on: ["message"] },
    });
    const hook = new OutgoingHooksStore(play.db).named("out")!.id;
    const events = new HookEvents(play.db);
    await desk.administration.ground.commit.run(() => {
      for (const id of ["e1", "e2", "e3"]) {
        events.add(
          { hook, id, body: "{}", replyTo: undefined, happenedAt: 1, until: 1 },
          { events: 9, bytes: 99 },
        );
        events.bury(events.first(hook)!, 2, "gone", { events: 9, bytes: 99 });
      }
    });
    for (const stanza of ["<a/>", "<b/>", "<c/>"])
      addDeadLetter(play.db, { acceptedAt: 1, stanza, reason: "policy-violation" });
    const said = hookOf(new HooksStore(play.db).find(new HooksStore(play.db).named("h1")!.id)!, {
      ...{ bots: desk.running.bots, domain: DOMAIN },
    });
    const { records } = desk.running.alerts;
    for (const n of [1, 2, 3]) {
      const report = { key: `k${n}`, status: "firing", severity: "critical", labels: {} } as const;
      const name = { name: Buffer.from(`k${n}`), report: { ...report, title: `Disk${n}` }, text: "full" };
      records.open(said, name, `m${n}`, n);
    }
  }

  it("are whole and in order, also one by one", async () => {
    await fill();
    const paged = (await allOperations(ALL_FAMILIES)).filter((operation) =>
      argumentsOf(operation).some(({ name }) => name === "after"),
    );
    expect(paged.map(({ name }) => name)).to.have.members(Object.keys(LISTS));
    for (const { name } of paged) {
      const [given, key, by, order] = LISTS[name]!;
      const path = name.replace(" ", "/");
      const whole = await stage.does(path, given);
      const rows = whole[key] as Row[];
      const seen = rows.map((row) => row[by]);
      const distinct = name === "changes list" ? seen.filter((one, index) => one !== seen[index - 1]) : seen;
      expect(distinct.slice(0, 3), name).to.eql(order);
      expect(whole.next, name).to.equal(undefined);
      for (const limit of [1, 2, rows.length]) {
        expect(await stage.pages(path, key, { ...given, limit }), `${name}, ${limit} a page`).to.eql(rows);
        const first = (await stage.does(path, { ...given, limit }))[key] as Row[];
        expect(first, name).to.have.lengthOf(limit);
      }
    }
  });

  it("show when an operator's token expires, whether it has, and when it was last used", async () => {
    const day = 86_400_000;
    const before = Date.now();
    const made = await stage.does("operator/add", { name: "ann", may: ["read"], expires: "7d" });
    expect(made.expires).to.be.within(before + 7 * day, Date.now() + 7 * day);
    stage.addOperator("old", 5);
    stage.addOperator("zoe");
    const { operators } = await stage.does("operator/list");
    const [ann, judy, old, zoe] = operators as Row[];
    expect(ann).to.deep.include({ name: "ann", may: ["read"], expires: made.expires, expired: false });
    expect(ann).not.to.have.property("last_login");
    expect(judy?.last_login).to.be.within(before - 60_000, Date.now());
    expect(old).to.deep.include({ name: "old", expires: 5, expired: true });
    expect(zoe).to.deep.include({ name: "zoe", expired: false });
    expect(zoe).not.to.have.property("expires");
  });

  it("show the rooms of each bot with its state and what waits", async () => {
    await stage.does("hook/add", { name: "ci", to: "ops@rooms.test.net", as: "herald" });
    const { db } = stage.desk.play;
    const rooms = new BotRoomsStore(db);
    const room = "ops@rooms.test.net" as AccountJid["text"];
    rooms.ask("herald", room, { isChosen: false, at: 1 });
    rooms.note(
      { bot: "herald", room, state: "refused", condition: "forbidden", reason: "banned", nick: undefined },
      7,
    );
    rooms.addPost("herald", room, { id: "p", acceptedAt: 1 }, "<message/>");
    const listed = JSON.stringify((await stage.does("bot/list")).bots);
    for (const word of [room, "refused", "banned"]) expect(listed).to.contain(word);
  });
});
