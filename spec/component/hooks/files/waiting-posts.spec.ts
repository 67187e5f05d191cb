/** Posts with files: what was accepted is sent, whatever fails meanwhile. */
import { expect } from "chai";
import { HookFault } from "../../../../component/hooks/fault.js";
import { WaitingPosts } from "../../../../component/hooks/files/waiting-posts.js";
import { hookOf, type Hook } from "../../../../component/hooks/hook.js";
import type { RenderedPost } from "../../../../component/hooks/rendering.js";
import type { OperationContext } from "../../../../component/operations/context.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { HookFiles } from "../../../../storage/hook-files.js";
import { HookMessages } from "../../../../storage/hook-messages.js";
import { HooksStore } from "../../../../storage/hooks-store.js";
import { openDatabase } from "../../../../storage/database.js";
import { storedHook } from "../../../support/stored-hook.js";
import { hookDependencies, withoutUploads } from "../hook-dependencies.js";

describe("A post with files", () => {
  it("is tried again if sending it fails unexpectedly, and said once", async () => {
    const db = openDatabase(":memory:");
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    const stored = storedHook({ receiver: "ops@x.test", bot: "bot" });
    new HooksStore(db).add(stored);
    const dependencies = hookDependencies(db);
    const hook: Hook = hookOf(stored, dependencies);
    let tries = 0;
    let sent: () => void = () => undefined;
    const isSent = new Promise<void>((resolve) => (sent = resolve));
    const waiting = new WaitingPosts({
      ...{ ...dependencies, ...withoutUploads, confirmTimeout: 0 },
      context: { messages: { language: "en" } } as OperationContext,
      messages: new HookMessages(db),
      hookOf: () => hook,
      posting: {
        send: async (_hook, _rendered, { waiting: post, stored: done }) => {
          tries += 1;
          if (tries === 1) throw new Error("a read of the database failed");
          await dependencies.commit.run(() => done?.());
          sent();
          return { id: post?.id ?? "", delivery: "confirmed" };
        },
      },
    });
    const files = [{ name: "a.png", type: "image/png", bytes: Buffer.from("x") }];
    const rendered = { text: "Backup failed", files, reading: { view: {} } } as RenderedPost;
    const answer = await waiting.accept(hook, rendered, { fingerprint: undefined, request: "r" });
    expect(answer instanceof HookFault ? answer.message : answer.delivery).to.equal("queued");
    expect(new HookFiles(db).waitingCount()).to.equal(1);
    await isSent;
    await dependencies.commit.settled();
    expect([tries, new HookFiles(db).waitingCount()]).to.deep.equal([2, 0]);
    expect(dependencies.lines.about("a post with files failed, and is tried again", "error")).to.have.length(
      1,
    );
    waiting.stop();
    db.close();
  });
});
