/** Erasing a person: nothing in the database tells of the address any more, and all else stays. */
import { expect } from "chai";
import { operatorSocket } from "../../../http/admin/run.js";
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

  it("names what waits to be sent, and sends it", async () => {
    const { play } = stage.desk;
    await play.coven();
    play.db.exec(`INSERT INTO outbox (accepted_at, kind, sender, receiver, stanzas, parked, stanza)
      VALUES (1, 'message', '${CRONE}', '${HAG}', 1, 1, '<message/>')`);
    expect(whatStays(await erase())).to.match(/^\d+ stanzas? in the queue/m);
    expect(play.db.prepare("SELECT count(*) FROM outbox WHERE sender = ?").pluck().get(CRONE)).to.equal(1);
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
