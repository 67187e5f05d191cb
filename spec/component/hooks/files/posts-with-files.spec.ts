/** Posts with files: stored first, said when the files have their places, and never lost or said twice. */
import { expect } from "chai";
import { WaitingPosts } from "../../../../component/hooks/files/waiting-posts.js";
import { HookFault } from "../../../../component/hooks/fault.js";
import type { AlertReport } from "../../../../component/hooks/formats/format.js";
import { hookOf, type Hook } from "../../../../component/hooks/hook.js";
import type { PlacedFiles, Sendable } from "../../../../component/hooks/posting.js";
import type { RenderedPost } from "../../../../component/hooks/rendering.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { HookFiles } from "../../../../storage/hook-files.js";
import { HookMessages } from "../../../../storage/hook-messages.js";
import { HooksStore } from "../../../../storage/hooks-store.js";
import { storedHook } from "../../../support/stored-hook.js";
import { hookDependencies, withoutUploads } from "../hook-dependencies.js";

const FILE = { name: "door.png", type: "text/plain", bytes: Buffer.from("12345") };

describe("A post with files", () => {
  let db: Database;
  let store: HookFiles;
  let refused: object[];
  /** What sending is answered with, one after the other; "said" if none is left. */
  let answers: HookFault[];
  let said: {
    readonly text: string;
    readonly isTest: boolean;
    readonly files: PlacedFiles;
    readonly request: string;
  }[];
  let alerts: (AlertReport | undefined)[];
  let isKnown: boolean;
  let hook: Hook;
  let posts: WaitingPosts;
  let held: Promise<void> | undefined;

  const begin = (config: object = {}, language = "en"): WaitingPosts => {
    const dependencies = hookDependencies(db, config);
    hook = hookOf(storedHook({ bot: "bot" }), dependencies);
    return new WaitingPosts({
      ...{ ...dependencies, ...withoutUploads, messages: new HookMessages(db) },
      context: { messages: { language } } as never,
      posting: {
        send: async (to: Hook, { text, reading }: RenderedPost, { waiting, stored, request }: Sendable) => {
          await held;
          const files = (await waiting?.place()) ?? { urls: [], lines: [] };
          const answer = answers.shift();
          if (answer !== undefined) return answer;
          await dependencies.commit.run(() => stored?.());
          alerts.push(reading.alert);
          said.push({ text, isTest: to.isTest === true, files, request });
          return { id: waiting?.id ?? "", delivery: "confirmed" };
        },
      } as never,
      bounces: {
        refuse: (post: object) => {
          refused.push(post);
          return () => undefined;
        },
      },
      hookOf: () => (isKnown ? hook : undefined),
    });
  };
  beforeEach(() => {
    db = openDatabase(":memory:");
    store = new HookFiles(db);
    [refused, answers, said, alerts, isKnown, held] = [[], [], [], [], true, undefined];
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    new HooksStore(db).add(storedHook({ bot: "bot" }));
    posts = begin();
  });
  afterEach(() => {
    posts.stop();
    db.close();
  });

  const rendered = (files: readonly (typeof FILE)[] = [FILE], image?: string): RenderedPost => ({
    text: "Somebody is there",
    files,
    reading: { view: {}, image, alert: undefined },
  });
  const accept = (to: Hook = hook, post = rendered()) =>
    posts.accept(to, post, { fingerprint: Buffer.from("f"), request: "r1" });

  /** The content of the file that the component serves at a URL. */
  const servedAt = (url: string): string | undefined =>
    store.served(url.split("/").at(-2) ?? "")?.bytes.toString();

  it("is one with files, or with a picture that is fetched, unless that is turned off", () => {
    const fetching = { ...hook, fetchFrom: ["grafana.test"] };
    const picture = rendered([], "https://grafana.test/a.png");
    expect([
      posts.isFor(hook, rendered()),
      posts.isFor(hook, rendered([])),
      posts.isFor(hook, picture),
      posts.isFor(fetching, picture),
    ]).to.deep.equal([true, false, false, true]);
    const off = begin({ files_mb: 0 });
    expect([off.isFor(hook, rendered()), off.isFor(fetching, picture)]).to.deep.equal([false, false]);
  });

  it("is said with the files that have no place named, and forgotten then", async () => {
    const answer = await accept();
    expect(answer).to.deep.include({ delivery: "confirmed" });
    expect(said).to.deep.equal([
      {
        text: "Somebody is there",
        isTest: false,
        files: { urls: [], lines: ["📎 door.png, 5 B (could not be uploaded)"] },
        request: "r1",
      },
    ]);
    expect([store.waitingCount(), store.waitingBytes(), store.servedBytes()]).to.deep.equal([0, 0, 0]);
    const { id = "" } = answer as { id?: string };
    expect(new HookMessages(db).find("h", id)).to.deep.include({
      request: "r1",
      fingerprint: Buffer.from("f"),
      receiver: "ops@c.test",
    });
  });

  it("is said in Chinese, as a test if it is one, with the picture's own URL first", async () => {
    posts = begin({}, "zh");
    await accept({ ...hook, isTest: true }, rendered([FILE], "https://x.test/a.png"));
    expect(said[0]).to.deep.include({
      isTest: true,
      files: { urls: ["https://x.test/a.png"], lines: ["📎 door.png, 5 B （无法上传）"] },
    });
  });

  it("is the alert that its program posted, though it waited on disk", async () => {
    const alert = {
      key: "disk",
      status: "firing",
      severity: "critical",
      title: "DiskFull",
      labels: {},
    } as const;
    await accept(hook, { ...rendered(), reading: { view: {}, alert: { ...alert, startsAt: 1000 } } });
    expect(alerts).to.deep.equal([{ ...alert, startsAt: 1000 }]);
  });

  it("is said with the URLs of all, the picture's own first, where files have places", async () => {
    posts = begin({ url: "https://im.x.test" });
    await accept(hook, rendered([FILE, FILE], "https://x.test/a.png"));
    const [own, ...others] = said[0]?.files.urls ?? [];
    expect(own).to.equal("https://x.test/a.png");
    expect(others.map((url) => url.split("/").at(-1))).to.deep.equal(["door.png", "door.png"]);
  });

  it("is served by the component from then on, if it has a URL", async () => {
    posts = begin({ url: "https://im.x.test" });
    await accept();
    const [url = ""] = said[0]?.files.urls ?? [];
    expect(url).to.match(/^https:\/\/im\.x\.test\/files\/[\w-]{24}\/door\.png$/);
    expect(servedAt(url)).to.equal("12345");
  });

  it("is served with all its files", async () => {
    posts = begin({ url: "https://im.x.test" });
    await accept(hook, rendered([FILE, { ...FILE, name: "hall.png", bytes: Buffer.from("678") }]));
    expect(said[0]?.files.urls.map(servedAt)).to.deep.equal(["12345", "678"]);
  });

  it("that waits makes the oldest files that are served go, so that all have the bytes allowed at most", async () => {
    posts = begin({ url: "https://im.x.test", files_mb: 1 });
    const large = rendered([{ ...FILE, bytes: Buffer.alloc(600_000) }]);
    await accept(hook, large);
    expect([store.waitingBytes(), store.servedBytes()]).to.deep.equal([0, 600_000]);
    let free = (): void => undefined;
    held = new Promise((resolve) => (free = resolve));
    const second = accept(hook, large);
    while (store.waitingCount() === 0) await new Promise(setImmediate);
    expect([store.waitingBytes(), store.servedBytes()]).to.deep.equal([600_000, 0]);
    free();
    await second;
  });

  it("is refused if its files, or those of all that wait, are too large; nothing is stored", async () => {
    posts = begin({ files_mb: 1 });
    const large = (bytes: number) => rendered([{ ...FILE, bytes: Buffer.alloc(bytes) }]);
    const tooLarge = await accept(hook, large(1024 ** 2 + 1));
    expect(tooLarge).to.deep.include({ kind: "large" });
    expect((tooLarge as HookFault).message).to.equal(
      "the files have 1048577 bytes, more than the 1048576 allowed (hooks.files_mb)",
    );
    let free = (): void => undefined;
    held = new Promise((resolve) => (free = resolve));
    const first = accept(hook, large(1024 ** 2));
    while (store.waitingCount() === 0) await new Promise(setImmediate);
    const full = await accept(hook, large(1));
    expect(full).to.deep.include({ kind: "unavailable" });
    expect((full as HookFault).message).to.equal(
      "too many files are being uploaded (hooks.files_mb: 1); nothing was sent, try again",
    );
    expect(store.waitingCount()).to.equal(1);
    free();
    await first;
  });

  for (const [kind, condition] of [
    ["forbidden", "forbidden"],
    ["missing", "item-not-found"],
    ["gone", "gone"],
    ["payload", "not-acceptable"],
  ] as const)
    it(`that is refused for good (${kind}) is forgotten, and its program is told so`, async () => {
      answers = [new HookFault(kind, "no")];
      const answer = (await accept()) as HookFault;
      expect([answer.kind, answer.message]).to.deep.equal([kind, "no"]);
      expect(refused).to.deep.equal([
        { id: answer.messageId, sender: hook.from.text, receiver: "ops@c.test", condition, reason: "no" },
      ]);
      expect(store.waitingCount()).to.equal(0);
    });

  it("is tried again while it can't be sent, with the places that its files have", async () => {
    answers = [new HookFault("unavailable", "later")];
    const answer = await accept();
    expect([answer, said.length, refused]).to.deep.equal([
      { ...(answer as object), delivery: "confirmed" },
      1,
      [],
    ]);
  }).timeout(20_000);

  it("that waited for a day is refused", async () => {
    answers = [new HookFault("unavailable", "still not")];
    db.exec(
      "INSERT INTO hook_posts (id, hook, accepted_at, request, content) VALUES ('old', 'h', 1, 'r', '{\"text\":\"old\"}')",
    );
    posts.start();
    while (refused.length === 0) await new Promise(setImmediate);
    expect(refused[0]).to.deep.include({ id: "old", reason: "still not" });
    expect(store.waitingCount()).to.equal(0);
  });

  it("isn't said by a component that stops, but by the next one", async () => {
    let free = (): void => undefined;
    held = new Promise((resolve) => (free = resolve));
    const answer = accept();
    while (store.waitingCount() === 0) await new Promise(setImmediate);
    posts.stop();
    free();
    expect(await answer).to.deep.include({ delivery: "queued" });
    expect([said, store.waitingCount(), refused]).to.deep.equal([[], 1, []]);
    held = undefined;
    const next = begin();
    next.start();
    while (store.waitingCount() > 0) await new Promise(setImmediate);
    expect(said[0]).to.deep.include({ text: "Somebody is there", request: "r1" });
    next.stop();
  });

  it("of a hook that was removed meanwhile says so", async () => {
    isKnown = false;
    expect(await accept()).to.deep.include({ kind: "missing", message: "the hook was removed" });
  });
});
