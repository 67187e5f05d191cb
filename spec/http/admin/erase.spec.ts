/** Erasing a person: nothing in the database tells of the address any more, and all else stays. */
import { expect } from "chai";
import { operatorSocket } from "../../../http/admin/run.js";
import { alertOf } from "../../../component/hooks/alerts/records.js";
import { AlertsStore } from "../../../storage/alerts-store.js";
import { ErasuresStore } from "../../../storage/erasure-store.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { DeadLetters } from "../../../storage/dead-letters.js";
import { HookEvents } from "../../../storage/hook-events.js";
import { KeysStore } from "../../../storage/keys-store.js";
import { OutboxStore } from "../../../storage/outbox-store.js";
import { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import { VcardStore } from "../../../storage/vcard-store.js";
import { CRONE, crone, hag, HAG, ROOM, WICCA } from "../../component/muc/play.js";
import { CommandLine } from "../../support/command-line.js";
import { ConsoleStage } from "../console/stage.js";

const LOCAL = "crone1";
const HOST = "qtalk.test.org";
/** Another user, whose address contains the erased one. */
const ALIKE = `my${CRONE}`;
const BOUNDS = { events: 100, bytes: 1_000_000 };

/** What the tables tell of people. A new table must be named here. */
const OF_PEOPLE: Readonly<Record<string, readonly string[]>> = {
  erased: [
    ...["archive", "archive_grams", "affiliations", "occupants", "rooms", "invitations", "room_tombstones"],
    ...["activity_subscriptions", "users", "vcards", "images", "keys", "dead_letters", "bounces", "changes"],
    ...["hooks", "hook_messages", "hook_events", "alerts", "alert_changes", "latest_messages"],
  ],
  "erased when it is over": ["erasures", "user_removals", "rooms_changing"],
  "sent and done first": ["outbox", "alert_tasks", "bot_posts"],
  "goes with a hook that the result names": ["alert_messages"],
  "follows the configuration": ["service_admins"],
  "nothing: programs, rooms, hashes and numbers": [
    ...[
      "accepted",
      "acks",
      "archive_indexed",
      "bot_rooms",
      "bots",
      "calls",
      "handled_letters",
      "hook_links",
      "hosts",
    ],
    ...["migrations", "operators", "outbox_progress", "outgoing_hooks", "rewrites", "room_vcards"],
    "rooms_being_deleted",
  ],
};

interface Result {
  readonly message: string;
  readonly erased: readonly { readonly kind: string; readonly count: number }[];
  readonly stays: readonly { readonly what: string; readonly why: string }[];
}

describe("Erasing a person", () => {
  let stage: ConsoleStage;
  beforeEach(async () => (stage = await ConsoleStage.open()));
  afterEach(() => stage.close());

  const erase = async (user = CRONE): Promise<Result> =>
    (await stage.does("user/erase", { user })) as unknown as Result;
  const countOf = ({ erased }: Result, kind: string): number =>
    erased.find((one) => one.kind === kind)?.count ?? 0;

  const whatStays = ({ stays }: Result): string => stays.map(({ what }) => `${what}\n`).join("");

  /** The tables whose rows contain a text, without what waits to be sent. */
  const tablesWith = (text: string): string[] => {
    const { db } = stage.desk.play;
    db.pragma("wal_checkpoint");
    const tables = db
      .prepare<[], string>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'archive_grams%'",
      )
      .pluck()
      .all();
    return tables.filter(
      (table) =>
        table !== "outbox" && JSON.stringify(db.prepare(`SELECT * FROM "${table}"`).all()).includes(text),
    );
  };

  const write = (work: () => void): Promise<void> => stage.desk.administration.ground.commit.run(work);

  /** A room in which crone spoke, and everything else that may be stored of a user. */
  const live = async (): Promise<void> => {
    const { play } = stage.desk;
    const { db } = play;
    await play.coven();
    await stage.does("room/admin", { room: "coven", users: [CRONE] });
    await play.says(hag, "Good evening", "h1");
    for (let i = 0; i < 60; i += 1) await play.says(crone, `Secret ${i}`, `c${i}`);
    const replace = `<replace xmlns="urn:xmpp:message-correct:0" id="c1"/><body>Secret corrected</body>`;
    await play.sends(crone, `<message to="${ROOM}" type="groupchat" id="x1">${replace}</message>`);
    await play.sends(
      crone,
      `<message to="${ROOM}" type="groupchat" id="s1"><subject>Brewing</subject></message>`,
    );
    await stage.does("user/set", { user: LOCAL, name: "老太婆" });
    await stage.does("user/set", { user: ALIKE.split("@")[0], name: "Another" });
    await stage.does("key/issue", { user: LOCAL });
    await stage.does("hook/add", {
      name: "out",
      deliver_to: "http://127.0.0.1:9/",
      allow_inner: ["127.0.0.1"],
      on: ["message"],
    });
    await stage.does("hook/add", { name: "in", to: "coven" });
    const hook = new OutgoingHooksStore(db).named("out")!.id;
    await write(() => {
      const picture = { name: `${"a".repeat(64)}.png`, type: "image/png", bytes: Buffer.from("face") };
      new VcardStore(db).put(CRONE, { name: "Crone", avatar: "", expiresAt: Date.now() + 1e9 }, picture);
      const [row] = new OutboxStore(db).add([
        { stanza: `<message to="${HAG}"/>`, acceptedAt: 1, kind: "message", sender: CRONE, receiver: HAG },
      ]).rows;
      new DeadLetters(db).add(row!, row!, undefined, "policy-violation");
      const events = new HookEvents(db);
      const event = { hook, id: "e", replyTo: undefined, happenedAt: 1, until: 1 };
      for (const user of [CRONE, ALIKE])
        events.add({ ...event, body: JSON.stringify({ from: user }) }, BOUNDS);
      events.bury(events.first(hook)!, 2, "gone", BOUNDS);
      db.prepare("UPDATE hooks SET made_by = ? WHERE name = 'in'").run(CRONE);
      db.prepare("INSERT INTO bounces VALUES (1, 'gone', ?, 1, 1)").run(`${CRONE}/pda`);
      db.prepare("INSERT INTO room_tombstones VALUES ('old', ?, ?, NULL, NULL)").run(
        Date.now(),
        JSON.stringify([CRONE, HAG]),
      );
      db.prepare(
        "INSERT INTO hook_messages (id, hook, receiver, accepted_at, outcome, reason) VALUES (?,?,?,?,?,?)",
      ).run(...["m", new HooksStore(db).named("in")!.id, CRONE, 1, "bounced", `${CRONE} is away`]);
      const by = { id: CRONE, name: "Crone" };
      const status = { severity: "", openedAt: 1, postedAt: 1, unsaid: 0, takers: [{ ...by, at: 2 }] };
      const alerts = new AlertsStore(db);
      const alert = alerts.add({
        ...{
          hook: new HooksStore(db).named("in")!.id,
          name: Buffer.from("a"),
          current: true,
          state: "taken",
        },
        ...{
          receiver: ROOM,
          message: "m",
          title: "Disk",
          text: "",
          labels: "{}",
          changedAt: 1,
          dueAt: undefined,
        },
        status: JSON.stringify({ ...status, silence: { by, at: 1, until: 2 } }),
      });
      alerts.addChange({ alert, at: 1, what: "taken", person: CRONE });
      alerts.noteLatest(HAG, CRONE, "m");
      db.prepare("INSERT INTO invitations SELECT id, ?, ?, 'x', 1 FROM rooms").run(WICCA, CRONE);
      db.prepare("INSERT INTO activity_subscriptions VALUES (?)").run(crone);
    });
  };

  it("leaves no trace of the address, and all of others", async () => {
    await live();
    const before = tablesWith(CRONE);
    expect(before).to.include.members([
      ...["archive", "affiliations", "occupants", "invitations", "room_tombstones", "activity_subscriptions"],
      ...["vcards", "keys", "dead_letters", "hook_events", "bounces", "changes", "hooks"],
      ...["hook_messages", "alerts", "alert_changes", "latest_messages"],
    ]);
    const result = await erase();
    const left = tablesWith(CRONE).filter((table) => table !== "hook_events" && table !== "changes");
    expect(left).to.eql([]);
    // The address that contains the erased one stays, and nothing else.
    const { db } = stage.desk.play;
    const bodies = db
      .prepare<[], string>("SELECT body FROM hook_events WHERE body LIKE '%crone1%'")
      .pluck()
      .all();
    expect(bodies).to.eql([JSON.stringify({ from: ALIKE })]);
    expect(tablesWith("Secret"), "words").to.eql([]);
    expect(tablesWith("老太婆"), "name").to.eql([]);
    expect(new KeysStore(db).of(CRONE)).to.eql([]);
    expect(new VcardStore(db).image(`${"a".repeat(64)}.png`)).to.equal(undefined);
    const directory = new DirectoryStore(db);
    expect([directory.find(LOCAL, HOST), directory.find(`my${LOCAL}`, HOST)?.name]).to.eql([
      undefined,
      "Another",
    ]);
    const subject = db.prepare<[], string>("SELECT subject FROM rooms WHERE name = 'coven'").pluck().get();
    expect(JSON.parse(subject ?? ""))
      .to.include({ nick: "" })
      .and.not.to.have.property("id");
    const [alert] = new AlertsStore(db).list(0, 1, false);
    expect(alertOf(alert!).takers).to.eql([{ id: "erased", name: "erased", at: 2 }]);
    expect(db.prepare("SELECT outcome, reason FROM hook_messages").raw().all()).to.eql([
      ["bounced", "erased is away"],
    ]);
    expect(db.prepare("SELECT name, made_by FROM hooks").raw().all()).to.eql([["in", "erased"]]);
    expect(countOf(result, "messages in rooms")).to.equal(62);
    for (const kind of ["affiliations and nicknames", "vCards", "directory entries", "keys", "dead letters"])
      expect(countOf(result, kind), kind).to.equal(1);
    expect(result.message).not.to.contain(LOCAL);
    const again = await erase();
    expect(again.erased).to.eql([]);
  });

  it("puts tombstones in place of messages, for archive and search", async () => {
    await live();
    await erase();
    const { play } = stage.desk;
    play.hears(hag);
    await play.sends(hag, `<iq type="set" to="${ROOM}" id="q"><query xmlns="urn:xmpp:mam:2"/></iq>`);
    const page = play.hears(hag).map(String).join("");
    expect(page).to.contain("Good evening").and.to.contain("urn:xmpp:message-retract:1");
    for (const trace of ["Secret", CRONE, "/crone"]) expect(page).not.to.contain(trace);
    expect(await stage.does("room/grep", { room: "coven", text: "Secret" })).to.deep.include({
      messages: [],
    });
  });

  it("keeps rooms whose only owner they were, and names them", async () => {
    const { play } = stage.desk;
    await play.coven();
    await play.configures(hag, { "muc#roomconfig_persistentroom": "1" });
    await play.says(hag, "mine");
    await stage.does("room/ban", { room: "coven", users: [CRONE] });
    expect(whatStays(await erase(HAG))).to.contain(`1 room without an owner: ${ROOM}
`);
    const members = play.db.prepare(
      "SELECT jid FROM affiliations JOIN rooms ON id = room AND name = 'coven'",
    );
    expect(members.pluck().all(), "bans stay").to.eql([CRONE]);
    expect(whatStays(await erase())).to.match(/^1 ban with the address/m);
  });

  describe("of whom something waits to be sent", () => {
    const count = (table: string): unknown =>
      stage.desk.play.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    /** A stanza and a post's message that wait, and an event. */
    const wait = async (): Promise<void> => {
      const { db } = stage.desk.play;
      await live();
      db.exec(`INSERT INTO outbox (row_id, accepted_at, kind, sender, receiver, stanzas, parked, stanza)
        VALUES (7000, 1, 'message', '${CRONE}', '${HAG}', 1, 1, '<message>parting words</message>'),
          (7001, 1, 'message', '${HAG}', '${CRONE}', 1, 1, '<message/>');
        INSERT INTO hook_messages (id, hook, receiver, call, accepted_at)
          SELECT 'w', id, '${CRONE}', 7001, 1 FROM hooks WHERE name = 'in'`);
      await write(() => {
        const hook = new OutgoingHooksStore(db).named("out")!.id;
        const event = { hook, id: "late", replyTo: CRONE, happenedAt: 1, until: 1, body: "{}" };
        new HookEvents(db).add(event, BOUNDS);
      });
    };
    /** The tables that tell of crone and of nobody with a similar address. */
    const tablesOf = (): string[] => {
      stage.desk.play.db.exec(`DELETE FROM hook_events WHERE body LIKE '%${ALIKE}%'`);
      return tablesWith(CRONE)
        .filter((table) => table !== "changes")
        .sort();
    };
    const dies = (row: number): void => {
      const { db } = stage.desk.play;
      db.exec(`INSERT INTO dead_letters (accepted_at, died_at, reason, row_id, call, kind, sender, receiver, stanzas, copied, stanza)
        SELECT accepted_at, 2, 'gone', row_id, row_id, kind, sender, receiver, stanzas, copied, stanza FROM outbox
          WHERE row_id = ${row};
        DELETE FROM outbox WHERE row_id = ${row}`);
    };

    it("names it, keeps it, and erases by itself what it leaves, once it is sent or can't be", async () => {
      await wait();
      const { db } = stage.desk.play;
      const stays = whatStays(await erase());
      expect(stays).to.match(/^2 stanzas in the queue from or for them$/m);
      expect(stays).to.match(/^1 queued event of outgoing webhooks$/m);
      await stage.desk.erasures.goOn();
      expect(count(`outbox WHERE sender = '${CRONE}'`)).to.equal(1);
      expect(tablesOf()).to.eql(["erasures", "hook_events", "hook_messages"]);
      db.exec("DELETE FROM outbox WHERE row_id = 7001");
      dies(7000);
      await stage.desk.erasures.goOn();
      expect(tablesWith("parting words")).to.eql([]);
      expect(tablesOf()).to.eql(["erasures", "hook_events"]);
      db.exec("UPDATE hook_events SET died_at = 3 WHERE id = 'late'");
      await stage.desk.erasures.goOn();
      expect(tablesOf()).to.eql([]);
    });

    it("keeps what is accepted later: they may come back", async () => {
      await wait();
      await erase();
      const { db } = stage.desk.play;
      const sql = `INSERT INTO outbox (row_id, accepted_at, kind, sender, receiver, stanzas, parked, stanza)
        VALUES (99000, ?, 'message', ?, ?, 1, 1, '<message>I am back</message>')`;
      db.prepare(sql).run(Date.now() + 1_000, CRONE, HAG);
      dies(99_000);
      await stage.desk.erasures.goOn();
      expect(tablesWith("I am back")).to.eql(["dead_letters"]);
      db.exec("DELETE FROM outbox WHERE row_id IN (7000, 7001); DELETE FROM hook_events");
      await stage.desk.erasures.goOn();
      expect([count("erasures"), count("dead_letters")]).to.eql([0, 1]);
    });
  });

  it("goes on after a restart", async () => {
    await live();
    const { db } = stage.desk.play;
    const requestedAt = Date.now() * 1000 + 999;
    await write(() => new ErasuresStore(db).put({ jid: CRONE, requestedAt, waits: false }));
    stage.desk.erasures.start();
    while (db.prepare("SELECT waits FROM erasures").pluck().get() === 0) await new Promise(setImmediate);
    stage.desk.erasures.stop();
    expect(tablesWith("Secret")).to.eql([]);
    expect(tablesWith(`"${CRONE}"`)).to.eql([]);
    expect(new ErasuresStore(db).all()).to.eql([]);
  });

  it("stops with the component, and says that it goes on", async () => {
    await live();
    const erasing = erase();
    stage.desk.erasures.stop();
    expect(JSON.stringify(await erasing)).to.contain("the erasure goes on when it starts again");
    expect(new ErasuresStore(stage.desk.play.db).all()).to.have.length(1);
  });

  it("knows every table", () => {
    const { db } = stage.desk.play;
    const tables = db
      .prepare<[], string>(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')",
      )
      .pluck()
      .all()
      .filter((name) => !name.startsWith("sqlite"));
    expect(Object.values(OF_PEOPLE).flat().sort()).to.eql(tables.sort());
  });

  it("is recorded with who did it, and without the address, by the command line, too", async () => {
    await live();
    const line = new CommandLine();
    const socket = stage.socket();
    await socket.listen(operatorSocket(line.database));
    const { stdout, code } = await line.run("user", "erase", LOCAL, "--yes");
    socket.close();
    line.remove();
    expect([code, stdout]).to.satisfy(
      () => code === 0 && stdout.includes("62") && stdout.includes("backups"),
    );
    const { changes } = (await stage.does("changes/list")) as { changes: Record<string, string>[] };
    expect(changes[0]).to.include({ operation: "user erase", way: "command line" });
    expect(changes.map(({ operation }) => operation)).to.include("user set");
    expect(
      JSON.stringify(changes.filter((change) => !JSON.stringify(change).includes(`my${LOCAL}`))),
    ).not.to.contain(LOCAL);
    expect(stage.desk.play.log.about("Administration by").join("\n")).not.to.contain(
      `erase a user: ${LOCAL}`,
    );
  });
});
