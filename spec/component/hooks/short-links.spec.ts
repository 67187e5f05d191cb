/** Short links in a hook's messages, in place of queries that nobody reads. */
import { expect } from "chai";
import { Alerts } from "../../../component/hooks/alerts/alerts.js";
import { WALL_CLOCK } from "../../../component/hooks/clock.js";
import type { Hook } from "../../../component/hooks/hook.js";
import { Hooks } from "../../../component/hooks/hooks.js";
import type { RemoteRoomsApi } from "../../../component/hooks/sending.js";
import type { OperationContext } from "../../../component/operations/context.js";
import { BotsStore } from "../../../storage/bots-store.js";
import { openDatabase } from "../../../storage/database.js";
import { HooksStore } from "../../../storage/hooks-store.js";
import { storedHook } from "../../support/stored-hook.js";
import { read } from "../muc/play.js";
import { hookDependencies, nobodyOnDuty, withoutUploads } from "./hook-dependencies.js";
import { disk, FULL, group } from "./kube-alerts.js";

/** Posts an alert to a hook. @returns what is said, and the hooks */
async function post(url?: string): Promise<{ text: string; hooks: Hooks }> {
  const db = openDatabase(":memory:");
  new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
  new HooksStore(db).add(storedHook({ receiver: "ops@x.test", bot: "bot" }));
  const dependencies = hookDependencies(db, url === undefined ? {} : { url });
  const texts: string[] = [];
  const limits = { message_bytes: 65_536, stanza_bytes: 262_144 };
  const addresses = { roomAt: () => undefined };
  const context = { limits, messages: { language: "en" }, addresses } as unknown as OperationContext;
  const remote: RemoteRoomsApi = {
    has: () => true,
    hasLeft: () => false,
    nickOf: () => undefined,
    post: async (_bot, _to, posts) => {
      await dependencies.commit.run(() => posts.forEach(({ note }) => note()));
      texts.push(...posts.map(({ stanza }) => read(stanza).getChildText("body") ?? ""));
      return "confirmed";
    },
  };
  const hookOf = (id: string): Hook | undefined => hooks.byId(id);
  const events = { alertChanged: () => undefined };
  const alerts = new Alerts({
    ...{ ...dependencies, context, remote, hookOf, events },
    takeSigns: [],
    duty: nobodyOnDuty,
    hooks: () => [],
    clock: WALL_CLOCK,
  });
  const hooks: Hooks = new Hooks({ ...dependencies, ...withoutUploads, context, remote, alerts });
  const value = group(`alertname=${FULL}`, [disk(1, 4.17)]);
  await hooks.receive(
    { ...hooks.named("h")!, isTest: false },
    { posted: { json: { value }, headers: {} }, key: undefined, body: Buffer.from("1"), request: "1" },
  );
  return { text: texts.join(), hooks };
}

describe("A link to a query in a hook's message", () => {
  it("is short and leads to the query if hooks have a public URL", async () => {
    const { text, hooks } = await post("https://im.example.org");
    const [, id = ""] = /^silence https:\/\/im\.example\.org\/s\/([\w-]{12})$/m.exec(text) ?? [];
    expect(hooks.links.find(id)).to.contain("https://am.example.org/#/silences/new?filter=%7Balertname");
    expect(hooks.links.find("unknown")).to.equal(undefined);
    expect(text).to.not.contain("%22");
  });

  it("is left out otherwise", async () => {
    expect((await post()).text)
      .to.contain("runbook https")
      .and.not.contain("silence")
      .and.not.contain("/s/");
  });
});
