/** Messages to which programs give keys, in a room of another service, which the test plays. */
import { expect } from "chai";
import { Alerts } from "../../../component/hooks/alerts/alerts.js";
import { WALL_CLOCK } from "../../../component/hooks/clock.js";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Hook } from "../../../component/hooks/hook.js";
import { Hooks } from "../../../component/hooks/hooks.js";
import type { Accepted, Post } from "../../../component/hooks/post.js";
import type { RemotePost } from "../../../component/hooks/remote/posts.js";
import type { OperationContext } from "../../../component/operations/context.js";
import type { Element } from "../../../component/xml/builder.js";
import { BotsStore } from "../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../storage/database.js";
import { HookMessages } from "../../../storage/hook-messages.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { KeyedMessages, MAX_KEYS } from "../../../storage/keyed-messages.js";
import { storedHook } from "../../support/stored-hook.js";
import type { Language } from "../../../component/translated.js";
import { read } from "../muc/play.js";
import { hookDependencies, nobodyOnDuty, roomElsewhere, withoutUploads } from "./hook-dependencies.js";

const RETRACT = "urn:xmpp:message-retract:1";

describe("A message with a key", () => {
  let db: Database;
  let hooks: Hooks;
  let said: Element[];
  /** The ids that the room gives, which it doesn't if this is undefined. */
  let stanzaIds: string | undefined;
  let answer: "confirmed" | "queued";

  const begin = (language: Language = "en"): void => {
    db = openDatabase(":memory:");
    said = [];
    stanzaIds = "room-";
    answer = "confirmed";
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    new HooksStore(db).add(storedHook({ receiver: "ops@x.test", bot: "bot" }));
    const dependencies = hookDependencies(db);
    const messages = new HookMessages(db);
    const post = (posts: readonly RemotePost[]): Promise<"confirmed" | "queued"> =>
      dependencies.commit.run(() => {
        for (const { id, stanza, note } of posts) {
          note();
          said.push(read(stanza));
          if (answer === "queued") continue;
          messages.decide(id, { outcome: "confirmed" });
          if (stanzaIds !== undefined) messages.identify(`${stanzaIds}${said.length}`, hook().receiver, id);
        }
        return answer;
      });
    const shared = { ...dependencies, ...roomElsewhere(post, language) };
    const events = { alertChanged: () => undefined };
    const alerts = new Alerts({
      ...{ ...shared, events, takeSigns: ["👀"], duty: nobodyOnDuty, clock: WALL_CLOCK },
      hookOf: (id) => hooks.byId(id),
      hooks: () => [],
    });
    hooks = new Hooks({ ...shared, ...withoutUploads, alerts });
  };
  beforeEach(() => {
    begin();
  });
  afterEach(() => db.close());

  const hook = (): Hook => ({ ...hooks.named("h")!, isTest: false });
  const postOf = (text: string, headers: Record<string, string> = {}): Post => ({
    posted: { text, headers },
    key: undefined,
    body: Buffer.from(text),
    request: "r",
  });
  const put = (text: string, name = "deploy") => hooks.receive(hook(), { ...postOf(text), name });
  const retract = (name = "deploy") => hooks.retract(hook(), name, "r");
  const idOf = (outcome: Accepted | HookFault | undefined): string => (outcome as Accepted).id;
  const corrected = (): (string | undefined)[] =>
    said.map((message) => message.getChild("replace")?.attrs.id);

  it("is made once, and corrected by each other text, also by two at once", async () => {
    const first = idOf(await put("0 %"));
    const others = await Promise.all([put("50 %"), put("100 %")]);
    expect(corrected()).to.deep.equal([undefined, first, first]);
    expect(hooks.statusOf(hook(), "deploy")).to.deep.include({ id: idOf(others[1]), outcome: "confirmed" });
    await put("0 %", "other");
    expect(corrected().at(-1)).to.equal(undefined);
  });

  it("is said once if its post is repeated, and again if it wasn't delivered", async () => {
    const first = idOf(await put("0 %"));
    expect(idOf(await put("0 %"))).to.equal(first);
    expect(said).to.have.length(1);
    db.prepare("UPDATE hook_messages SET outcome = 'bounced'").run();
    const again = idOf(await put("0 %"));
    expect(corrected()).to.deep.equal([undefined, undefined]);
    await put("50 %");
    db.prepare("UPDATE hook_messages SET outcome = 'bounced' WHERE id <> ?").run(again);
    await put("50 %");
    expect(corrected()).to.deep.equal([undefined, undefined, again, again]);
  });

  it("is corrected by its id if it had no key, as programs for ntfy do, and by the key that its format finds", async () => {
    const bare = (headers: Record<string, string>) => hooks.receive(hook(), postOf("0 %", headers));
    const first = idOf(await bare({ title: "Backup" }));
    await put("50 %", first);
    await put("100 %", first);
    expect(corrected()).to.deep.equal([undefined, first, first]);
    const sequence = (await bare({ "x-sequence-id": "nightly" })) as Accepted;
    expect(sequence.key).to.equal("nightly");
    await put("done", "nightly");
    expect(corrected().slice(3)).to.deep.equal([undefined, sequence.id]);
  });

  it("isn't corrected by its id if it is an alert's, whose message changes with it", async () => {
    const alert = await hooks.receive(hook(), postOf("x", { "x-alert-key": "a" }));
    const refused = await put("y", idOf(alert));
    expect((refused as HookFault).message).to.contain("a post about an alert corrects");
    expect(said).to.have.length(1);
  });

  it("says in the configuration's language that it is a test, and that it was removed", async () => {
    const bodies = async (language: Language): Promise<(string | null)[]> => {
      db.close();
      begin(language);
      await hooks.receive({ ...hook(), isTest: true }, postOf("0 %"));
      await put("0 %");
      await retract();
      return said.map((message) => message.getChildText("body"));
    };
    expect(await bodies("en")).to.deep.equal([
      "🧪 Test of the hook h: nothing has happened.\n0 %",
      "0 %",
      "(An earlier message was removed.)",
    ]);
    expect(await bodies("zh")).to.deep.equal([
      "🧪 这是 Webhook“h”的测试消息：并没有发生任何事情。\n0 %",
      "0 %",
      "（之前的一条消息已被删除。）",
    ]);
  });

  it("is still known when its record is gone, after a day", async () => {
    const first = idOf(await put("0 %"));
    db.exec("DELETE FROM hook_messages");
    expect(idOf(await put("0 %"))).to.equal(first);
    await put("50 %");
    expect(corrected()).to.deep.equal([undefined, first]);
  });

  it("is made anew where the hook posts now, and stays where it posted before", async () => {
    await put("0 %");
    db.exec("UPDATE hooks SET receiver = 'other@x.test'");
    hooks.forget();
    expect(await retract()).to.deep.include({
      kind: "forbidden",
      message:
        "the message is in ops@x.test, where it stays, and the hook posts to other@x.test now: PUT makes a new message there",
    });
    await put("50 %");
    expect(corrected()).to.deep.equal([undefined, undefined]);
    expect(await retract()).to.deep.include({ delivery: "confirmed" });
  });

  it("is said where the hook posts now, though its program was identified before, and not if the hook is gone", async () => {
    const before = hook();
    const post = (text: string) => hooks.receive(before, postOf(text));
    db.exec("UPDATE hooks SET receiver = 'other@x.test'");
    hooks.forget();
    await post("moved");
    expect(said.at(-1)?.attrs.to).to.equal("other@x.test");
    for (const change of ["UPDATE hooks SET secret = zeroblob(31)", "DELETE FROM hooks"]) {
      db.exec(change);
      hooks.forget();
      expect(await post("late")).to.deep.include({ kind: "missing" });
      expect(await hooks.retract(before, "deploy", "r")).to.deep.include({ kind: "missing" });
    }
    expect(said).to.have.length(1);
  });

  it("is retracted by the room's id of it, and its key is free then", async () => {
    await put("0 %");
    await put("50 %");
    const outcome = await retract();
    expect(outcome).to.deep.include({ delivery: "confirmed" });
    const retraction = said.at(-1)!;
    expect(retraction.getChild("retract", RETRACT)?.attrs.id).to.equal("room-1");
    expect(retraction.getChild("fallback")?.attrs.for).to.equal(RETRACT);
    expect(retraction.getChildText("body")).to.equal("(An earlier message was removed.)");
    expect(await retract()).to.equal(undefined);
    await put("0 %");
    expect(corrected().at(-1)).to.equal(undefined);
  });

  it("isn't retracted before the room has said it, nor in a room that gives no ids", async () => {
    answer = "queued";
    await put("0 %");
    expect(await retract()).to.deep.include({ kind: "unanswered" });
    answer = "confirmed";
    stanzaIds = undefined;
    await put("0 %", "other");
    expect(await retract("other")).to.deep.include({ kind: "forbidden" });
    expect(said).to.have.length(2);
    expect(hooks.statusOf(hook(), "other")).not.to.equal(undefined);
  });

  it("is a text: alerts and files are refused, with what to do", async () => {
    const posted = { text: "x", headers: { "x-alert-key": "a" } };
    const post = { key: undefined, body: Buffer.from("x"), request: "r", name: "deploy" };
    const alert = await hooks.receive(hook(), { ...post, posted });
    expect((alert as HookFault).message).to.contain("post it to the hook's URL");
    const files = [{ name: "a.png", type: "image/png", bytes: Buffer.from("x") }];
    const file = await hooks.receive(hook(), { ...post, posted: { text: "x", headers: {}, files } });
    expect((file as HookFault).message).to.contain("no files");
    expect(said).to.deep.equal([]);
  });

  it("is forgotten if a hook has too many keys, the longest unused first, and with its hook", () => {
    const store = new KeyedMessages(db);
    const row = (n: number) => ({
      ...{ hook: "h", receiver: "ops@x.test", message: `m${n}`, version: `m${n}`, stanzaId: undefined },
      ...{ name: Buffer.from(`k${n}`), content: Buffer.from("c"), saidAt: n },
    });
    db.transaction(() => {
      for (let n = 0; n < MAX_KEYS; n++) store.put(row(n));
      store.put({ ...row(0), saidAt: MAX_KEYS });
      store.put(row(MAX_KEYS + 1));
    })();
    expect(db.prepare("SELECT count(*) FROM keyed_messages").pluck().get()).to.equal(MAX_KEYS);
    expect([0, 1, 2].map((n) => store.find("h", Buffer.from(`k${n}`)) !== undefined)).to.deep.equal([
      true,
      false,
      true,
    ]);
    db.exec("DELETE FROM hooks");
    expect(db.prepare("SELECT count(*) FROM keyed_messages").pluck().get()).to.equal(0);
  });
});

describe("The open alerts of a hook", () => {
  it("are listed to its programs by pages, the oldest first, without those of others and the resolved ones", () => {
    const db = openDatabase(":memory:");
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    for (const name of ["h", "i"]) new HooksStore(db).add(storedHook({ id: name, name, bot: "bot" }));
    const alerts = new Alerts({
      ...{ ...hookDependencies(db), hookOf: () => undefined, hooks: () => [], clock: WALL_CLOCK },
      ...{ context: {} as OperationContext, remote: {} as never, takeSigns: [], duty: nobodyOnDuty },
      events: { alertChanged: () => undefined },
    });
    const { store } = alerts.records;
    const status = JSON.stringify({ severity: "critical", openedAt: 1, postedAt: 2, takers: [], unsaid: 0 });
    const row = {
      receiver: "r@x",
      message: "m",
      text: "",
      labels: "{}",
      status,
      changedAt: 0,
      dueAt: undefined,
    };
    db.transaction(() => {
      for (let n = 0; n < 250; n++) {
        const state = n % 2 === 0 ? ("open" as const) : ("resolved" as const);
        const hook = n % 50 === 0 ? "i" : "h";
        const key = { hook, name: Buffer.from(`${n}`), current: state === "open", atSource: false };
        store.add({ ...row, ...key, state, title: `alert ${n}` });
      }
    })();
    const page = (after: number) => alerts.shownOf({ id: "h" } as Hook, { after });
    const first = page(0);
    expect(first.alerts).to.have.length(100);
    expect(first.alerts[0]).to.deep.include({ title: "alert 2", state: "open", severity: "critical" });
    const second = page(first.next ?? 0);
    expect(second.next).to.equal(undefined);
    expect(second.alerts.map(({ title }) => title).at(-1)).to.equal("alert 248");
    expect(first.alerts.length + second.alerts.length).to.equal(120);
    expect(alerts.shownOf({ id: "h" } as Hook, { key: "unknown" }).alerts).to.deep.equal([]);
    const sql = "SELECT * FROM alerts WHERE hook = ? AND id > ? AND state <> 'resolved' ORDER BY id LIMIT ?";
    const plan = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all("h", 0, 1);
    expect(plan.map(({ detail }) => detail).join()).to.contain("USING INDEX alerts_open_of_hook");
    db.close();
  });
});
