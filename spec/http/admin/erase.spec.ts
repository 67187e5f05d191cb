/** Erasing a person: nothing in the database tells of the address any more, and all else stays. */
import { expect } from "chai";
import { operatorSocket } from "../../../http/admin/run.js";
import { alertOf } from "../../../component/hooks/alerts/records.js";
import { AlertsStore } from "../../../storage/alerts-store.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { KeysStore } from "../../../storage/keys-store.js";
import { VcardStore } from "../../../storage/vcard-store.js";
import { CRONE, hag, HAG, ROOM } from "../../component/muc/play.js";
import { CommandLine } from "../../support/command-line.js";
import { ALIKE, Erasing, LOCAL, whatStays, type Result } from "./erasing.js";

const HOST = "qtalk.test.org";

/** What the tables tell of people. A new table must be named here. */
const OF_PEOPLE: Readonly<Record<string, readonly string[]>> = {
  erased: [
    ...["archive", "archive_grams", "affiliations", "occupants", "rooms", "invitations", "room_tombstones"],
    ...["activity_subscriptions", "users", "vcards", "images", "keys", "dead_letters", "bounces", "changes"],
    ...["hooks", "hook_messages", "hook_events", "alerts", "alert_changes", "latest_messages"],
    "alert_messages",
  ],
  "erased when it is over": ["erasures", "user_removals", "rooms_changing", "bookmarks_made"],
  "sent and done first": ["outbox", "alert_tasks", "bot_posts", "hook_posts"],
  "a program's files, which go with their post or after hooks.files_days": ["hook_files"],
  "goes with a hook that the result names": ["keyed_messages"],
  "named by the result: without them, alerts would reach nobody": [
    ...["rosters", "duty_covers", "duty_shifts", "duty_news"],
  ],
  "follows the configuration": ["service_admins"],
  "nothing: programs, rooms, hashes and numbers": [
    ...[
      "accepted",
      "acks",
      "archive_indexed",
      "bot_rooms",
      "bot_rooms_left",
      "bots",
      "calls",
      "handled_letters",
      "hook_links",
      "hosts",
    ],
    ...["migrations", "operators", "outbox_progress", "outgoing_hooks", "rewrites", "imported"],
    ...["room_vcards", "rooms_being_deleted"],
    "heartbeats",
    "running_until",
  ],
};

/**
 * All columns of texts. Those with "*" can hold a person's address; a test puts it there, and looks whether it goes. Those with
 * "!" keep it, as STAYS says. A new column must be named here.
 */
const COLUMNS: Readonly<Record<string, string>> = {
  activity_subscriptions: "*jid",
  affiliations: "*jid affiliation nick reason",
  alert_changes: "*what *person",
  alert_messages: "*receiver id stanza_id corrects",
  alert_tasks: "!task",
  alerts: "hook state *receiver message title text labels *status",
  archive: "*sender nick own_id origin_id replaces text stanza",
  bookmarks_made: "!jid room sum",
  bot_posts: "bot room id stanza",
  bot_rooms: "bot room password state condition reason nick",
  bot_rooms_left: "bot room",
  bots: "name title picture_type",
  bounces: "condition *receiver",
  calls: "request caller",
  changes: "*who way operation *arguments *outcome",
  dead_letters: "reason kind *sender !receiver mode stanza !recipients",
  duty_covers: "roster !person",
  duty_news: "roster !person news",
  duty_shifts: "roster !person",
  erasures: "!jid",
  handled_letters: "reason how",
  heartbeats: "hook",
  hook_events: "id *body *reply_to reason",
  hook_files: "id post name type source",
  hook_links: "id url",
  hook_messages: "id hook *receiver request outcome condition *reason",
  hook_posts: "id hook request content",
  hooks:
    "id name !receiver !sender bot format template signature_key only_events except_events branches *made_by !steps " +
    "steps_from mentions mentions_from silence_at silence_token inner fetch_from",
  hosts: "name description",
  images: "name type",
  invitations: "*invited *inviter shown",
  keyed_messages: "hook *receiver message version stanza_id",
  keys: "*jid resource",
  latest_messages: "*sender *receiver id",
  migrations: "program",
  occupants: "*jid nick role presence",
  operators: "name may",
  outbox: "kind !sender !receiver mode stanza !recipients",
  outbox_progress: "peer",
  outgoing_hooks: "name url secret events rooms pattern form inner bot fault",
  rewrites: "reason",
  room_tombstones: "name *owners alternative reason",
  room_vcards: "pictures vcard",
  rooms: "name options subject bots",
  rooms_changing: "change",
  rosters: "name !people every starts zone calendar file inner fault !on_duty",
  service_admins: "!jid",
  user_removals: "!jid",
  users: "local name pinyin avatar department",
  vcards: "*jid name avatar image",
};

/** Why columns keep the address; what else is known of them stands in OF_PEOPLE. */
const STAYS: Readonly<Record<string, string>> = {
  alert_tasks: "done first",
  bookmarks_made: "until the bookmark is taken back, at most a month",
  dead_letters: "others' letters to the person, which the report names",
  duty_covers: "named by the report",
  duty_news: "named by the report",
  duty_shifts: "named by the report",
  erasures: "until it is over",
  hooks: "named by the report",
  outbox: "sent first",
  rosters: "named by the report",
  service_admins: "follows the configuration",
  user_removals: "until it is over",
};

describe("Erasing a person", () => {
  let erasing: Erasing;
  beforeEach(async () => (erasing = await Erasing.open()));
  afterEach(() => erasing.stage.close());

  const countOf = ({ erased }: Result, kind: string): number =>
    erased.find((one) => one.kind === kind)?.count ?? 0;

  it("leaves no trace of the address, and all of others", async () => {
    await erasing.live();
    const before = erasing.tablesWith(CRONE);
    expect(before).to.include.members([
      ...["archive", "affiliations", "occupants", "invitations", "room_tombstones", "activity_subscriptions"],
      ...["vcards", "keys", "dead_letters", "hook_events", "bounces", "changes", "hooks"],
      ...["hook_messages", "alerts", "alert_changes", "alert_messages", "latest_messages"],
    ]);
    const result = await erasing.erase();
    const left = erasing.tablesWith(CRONE).filter((table) => table !== "hook_events" && table !== "changes");
    expect(left).to.eql([]);
    // The address that contains the erased one stays, and nothing else.
    const { db } = erasing;
    const bodies = db
      .prepare<[], string>("SELECT body FROM hook_events WHERE body LIKE '%crone1%'")
      .pluck()
      .all();
    expect(bodies).to.eql([JSON.stringify({ from: ALIKE })]);
    expect(erasing.tablesWith("Secret"), "words").to.eql([]);
    expect(erasing.tablesWith("老太婆"), "name").to.eql([]);
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
    expect(alertOf(alert!)).to.deep.include({ takers: [] }).and.not.to.have.property("silence");
    expect(db.prepare("SELECT what, person FROM alert_changes ORDER BY id").raw().all()).to.eql([
      ["taken", "erased"],
      ["step 1: called erased", null],
      ["dropped, as the person was erased", null],
      ["silence ended", null],
    ]);
    expect(db.prepare("SELECT outcome, reason FROM hook_messages").raw().all()).to.eql([
      ["bounced", "erased is away"],
    ]);
    expect(db.prepare("SELECT name, made_by FROM hooks").raw().all()).to.eql([["in", "erased"]]);
    expect(countOf(result, "messages in rooms")).to.equal(62);
    for (const kind of ["affiliations and nicknames", "vCards", "directory entries", "keys", "dead letters"])
      expect(countOf(result, kind), kind).to.equal(1);
    expect(result.message).not.to.contain(LOCAL);
    const again = await erasing.erase();
    expect(again.erased).to.eql([]);
  });

  it("puts tombstones in place of messages, for archive and search", async () => {
    await erasing.live();
    await erasing.erase();
    const { play } = erasing.stage.desk;
    play.hears(hag);
    await play.sends(hag, `<iq type="set" to="${ROOM}" id="q"><query xmlns="urn:xmpp:mam:2"/></iq>`);
    const page = play.hears(hag).map(String).join("");
    expect(page).to.contain("Good evening").and.to.contain("urn:xmpp:message-retract:1");
    for (const trace of ["Secret", CRONE, "/crone"]) expect(page).not.to.contain(trace);
    expect(await erasing.stage.does("room/grep", { room: "coven", text: "Secret" })).to.deep.include({
      messages: [],
    });
  });

  it("keeps rooms whose only owner they were, and names them", async () => {
    const { play } = erasing.stage.desk;
    await play.coven();
    await play.configures(hag, { "muc#roomconfig_persistentroom": "1" });
    await play.says(hag, "mine");
    await erasing.stage.does("room/ban", { room: "coven", users: [CRONE] });
    expect(whatStays(await erasing.erase(HAG))).to.contain(`1 room without an owner: ${ROOM}
`);
    const members = play.db.prepare(
      "SELECT jid FROM affiliations JOIN rooms ON id = room AND name = 'coven'",
    );
    expect(members.pluck().all(), "bans stay").to.eql([CRONE]);
    expect(whatStays(await erasing.erase())).to.match(/^1 ban with the address/m);
  });

  it("names the hooks and rosters that are about them, as nobody else would be called", async () => {
    const { db } = erasing;
    await erasing.live();
    db.exec(`INSERT INTO rosters (name, people, zone, inner) VALUES ('night', '${HAG}\n${CRONE}', 'UTC', ''),
        ('day', '${ALIKE}', 'UTC', ''), ('week', '', 'UTC', '');
      INSERT INTO duty_covers (roster, starts, ends, person) VALUES ('week', 1, 2, '${CRONE}');
      UPDATE hooks SET steps = '5m ${ALIKE}\n15m ${CRONE}'`);
    const stays = whatStays(await erasing.erase());
    expect(stays).to.match(/^1 hook to them, in their name, or that calls them: in$/m);
    expect(stays).to.match(/^2 rosters in which they are on duty: night, week$/m);
  });

  it("knows every table", () => {
    const { db } = erasing;
    const tables = db
      .prepare<[], string>(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')",
      )
      .pluck()
      .all()
      .filter((name) => !name.startsWith("sqlite"));
    expect(Object.values(OF_PEOPLE).flat().sort()).to.eql(tables.sort());
  });

  it("knows every column with text, and why those stay that do", () => {
    const columns = erasing.textColumns();
    const named = Object.entries(COLUMNS).map(
      ([table, names]) => [table, names.replace(/[*!]/g, "").split(" ")] as const,
    );
    expect(Object.fromEntries(named)).to.eql(columns);
    const keep = Object.entries(COLUMNS).filter(([, names]) => names.includes("!"));
    expect(Object.keys(STAYS)).to.eql(keep.map(([table]) => table));
  });

  it("reaches every column that can hold the address", async () => {
    await erasing.live();
    await erasing.livesMore();
    const isErased = (names: string): string[] =>
      names.split(" ").flatMap((name) => (name.startsWith("*") ? [name.slice(1)] : []));
    const wanted = Object.entries(COLUMNS).flatMap(([table, names]) =>
      isErased(names).map((name) => `${table}.${name}`),
    );
    const holding = (): string[] => wanted.filter((column) => erasing.holds(column, CRONE));
    expect(
      wanted.filter((column) => !erasing.holds(column, CRONE)),
      "not tried",
    ).to.eql([]);
    await erasing.erase();
    // What waits is erased once it is done.
    erasing.db.exec("DELETE FROM alert_tasks");
    await erasing.stage.desk.erasures.goOn();
    erasing.db.exec(`DELETE FROM hook_events WHERE body LIKE '%${ALIKE}%';
      DELETE FROM changes WHERE outcome LIKE '%${ALIKE}%'`);
    expect(holding()).to.eql([]);
  });

  it("opens alerts again that only they had taken, and says so", async () => {
    await erasing.live();
    await erasing.livesMore();
    const { db } = erasing;
    db.exec("DELETE FROM alert_tasks");
    const result = await erasing.erase();
    expect(countOf(result, "alerts that they took or muted")).to.equal(2);
    const alerts = new AlertsStore(db).list(0, 9, false);
    expect(alerts.map(({ state }) => state)).to.eql(["open", "resolved", "open"]);
    expect(alerts.map((row) => alertOf(row).takers)).to.eql([
      [],
      [{ id: "erased", name: "erased", at: 2 }],
      [],
    ]);
    expect(alertOf(alerts[0]!).silence).to.equal(undefined);
    const tasks = db.prepare<[], string>("SELECT task FROM alert_tasks ORDER BY id").pluck().all();
    expect(tasks).to.eql(['{"do":"show","why":"person erased"}']);
    expect([alerts[2]!.receiver, alerts[2]!.message], "said to them by a hook that has moved").to.eql([
      ROOM,
      "",
    ]);
  });

  it("says once that nothing was stored, if nothing was", async () => {
    const line = new CommandLine();
    const socket = erasing.stage.socket();
    await socket.listen(operatorSocket(line.database));
    const { stdout } = await line.run("user", "erase", "nobody", "--yes");
    socket.close();
    line.remove();
    expect(stdout).to.match(/^Erased a user\.$/m);
    expect(stdout.match(/Nothing was stored/g)).to.have.length(1);
  });

  it("is recorded with who did it, and without the address, by the command line, too", async () => {
    await erasing.live();
    const line = new CommandLine();
    const socket = erasing.stage.socket();
    await socket.listen(operatorSocket(line.database));
    const { stdout, code } = await line.run("user", "erase", LOCAL, "--yes");
    socket.close();
    line.remove();
    expect([code, stdout]).to.satisfy(
      () => code === 0 && stdout.includes("62") && stdout.includes("backups"),
    );
    const { changes } = (await erasing.stage.does("changes/list")) as { changes: Record<string, string>[] };
    expect(changes[0]).to.include({ operation: "user erase", way: "command line" });
    expect(changes.map(({ operation }) => operation)).to.include("user set");
    expect(
      JSON.stringify(changes.filter((change) => !JSON.stringify(change).includes(`my${LOCAL}`))),
    ).not.to.contain(LOCAL);
    expect(erasing.stage.desk.play.log.about("Administration by").join("\n")).not.to.contain(
      `erase a user: ${LOCAL}`,
    );
  });
});
