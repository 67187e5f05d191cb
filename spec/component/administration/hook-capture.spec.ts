/** Operators who want to read what a program posts. */
import { expect } from "chai";
import { HOOK_OPERATIONS } from "../../../component/administration/hook.js";
import { MOST } from "../../../component/hooks/captures/captures.js";
import { Refusal } from "../../../component/refusal.js";
import { Desk } from "./desk.js";
import { hag } from "../../plays/people.js";

describe("Capturing a hook's posts", () => {
  let desk: Desk;
  const who = { name: "ann", way: "console", may: ["hooks"] } as const;
  const run = async (name: string, given: object, actor: object = who): Promise<object> => {
    const operation = HOOK_OPERATIONS.find((one) => one.name === name)!;
    return await desk.administration.run(operation, given, actor as typeof who);
  };
  const said = (done: object): string => (done as { message?: string; text?: string }).message ?? "";
  const textOf = (done: object): string => (done as { text?: string }).text ?? "";
  const keep = (hook: string): void => {
    const post = { method: "POST", suffix: "", query: undefined, headers: [], body: Buffer.from("hi") };
    desk.running.hooks.captures.keep(hook, () => post, []);
  };
  const idOf = (name: string): string =>
    desk.play.db.prepare("SELECT id FROM hooks WHERE name = ?").pluck().get(name) as string;

  beforeEach(async () => {
    desk = await Desk.open();
    await desk.play.acts([hag.opens()]);
    await run("hook add", { name: "ci", to: "coven" });
  });
  afterEach(() => desk.close());

  it("shows the posts that came since, all or one, and writes who did it", async () => {
    expect(await run("hook captured", { name: "ci" })).to.be.instanceOf(Refusal);
    expect(said(await run("hook capture", { name: "ci" }))).to.contain("qtalk-component hook captured ci");
    expect(textOf(await run("hook captured", { name: "ci" }))).to.match(
      /^# 0 posts to the hook ci, since 20/,
    );
    keep(idOf("ci"));
    expect(textOf(await run("hook captured", { name: "ci" }))).to.contain(
      "  post: |-\n    POST /\n\n    hi\n",
    );
    expect(textOf(await run("hook captured", { name: "ci", post: 1 }))).to.equal("POST /\n\nhi");
    const none = (await run("hook captured", { name: "ci", post: 2 })) as Refusal;
    expect(none.message).to.contain("run hook capture ci, then let the program post");
    expect(desk.play.db.prepare("SELECT who, operation FROM changes ORDER BY id DESC").get()).to.deep.equal({
      who: "ann",
      operation: "hook capture",
    });
  });

  it("is for incoming hooks, and for few at a time", async () => {
    const target = { deliver_to: "http://127.0.0.1:9/", allow_inner: ["127.0.0.1"] };
    await run("hook add", { name: "out", on: ["message"], ...target }, { ...who, may: ["all"] });
    for (const name of ["hook capture", "hook captured"])
      expect(((await run(name, { name: "out" })) as Refusal).message).to.contain(
        "only incoming hooks get posts",
      );
    for (let each = 0; each < MOST.hooks; each += 1) desk.running.hooks.captures.begin(`hook ${each}`);
    expect(((await run("hook capture", { name: "ci" })) as Refusal).message).to.contain(
      "other hooks are being kept",
    );
  });

  it("needs the right to hooks, as posts may have secrets", async () => {
    for (const name of ["hook capture", "hook captured"]) {
      const refusal = (await run(name, { name: "ci" }, { ...who, may: ["read"] })) as Refusal;
      expect(refusal.message).to.contain("needs the right hooks");
    }
  });
});
