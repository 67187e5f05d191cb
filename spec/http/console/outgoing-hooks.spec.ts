/** Outgoing webhooks in the console. */
import { expect } from "chai";
import { BotsStore } from "../../../storage/bots-store.js";
import { HookEvents } from "../../../storage/hook-events.js";
import { OutgoingHooksStore } from "../../../storage/outgoing-hooks-store.js";
import { ConsoleStage } from "./stage.js";

describe("The console's list of outgoing webhooks", () => {
  let stage: ConsoleStage;
  afterEach(() => stage.close());

  it("shows each destination, what waits for it and why, and neither its secret nor its whole address", async () => {
    stage = await ConsoleStage.open();
    const { db } = stage.desk.play;
    const [hooks, events] = [new OutgoingHooksStore(db), new HookEvents(db)];
    new BotsStore(db).put({ name: "ci", title: "CI", picture: undefined });
    const made = {
      rooms: ["ops@x.test"],
      pattern: "*disk*",
      onlyMentions: false,
      form: "json",
      inner: [],
      bot: "ci",
      madeAt: 7,
    };
    const url = "https://user:hidden@bots.example.org:8443/hidden";
    const secret = "whsec_hidden";
    const ci = hooks.add({ name: "ci", url, secret, events: ["message", "bounce"], ...made });
    hooks.add({ ...made, name: "quiet", url, secret, events: ["room"], rooms: undefined, bot: undefined });
    for (const id of ["one", "two"]) {
      const bounds = { events: 10, bytes: 1_000 };
      events.add({ hook: ci, id, body: "{}", replyTo: undefined, happenedAt: 1, until: 2 }, bounds);
    }
    events.bury(events.first(ci)!, 1, "gone", { events: 10, bytes: 1_000 });
    hooks.tried(ci, { failures: 1, retryAt: 9, fault: "nothing listens there" });
    const { json } = await stage.asks("outgoing-hooks");
    expect(json.next).to.equal(null);
    const [first, second] = json.hooks as object[];
    expect(first).to.include({ name: "ci", program: "bots.example.org:8443", form: "json", madeAt: 7 });
    expect(first).to.include({ sender: "ci@conference.qtalk.test.org", pattern: "*disk*", deadLetters: 1 });
    expect(first).to.include({ waiting: 1, fault: "nothing listens there", retryAt: 9 });
    expect(first).to.deep.include({ events: ["message", "bounce"], rooms: ["ops@x.test"] });
    const none = {
      rooms: null,
      trouble: null,
      sender: null,
      fault: null,
      retryAt: null,
      waiting: 0,
      deadLetters: 0,
    };
    expect(second).to.deep.include({ name: "quiet", ...none });
    expect(JSON.stringify(json)).not.to.contain("hidden");

    const retried = await stage.changes("hooks/retry", { name: "ci" });
    expect(retried.json.message).to.equal(
      "ci: 1 dead letter put back into the queue; delivering 2 events now.",
    );
    const [again] = (await stage.asks("outgoing-hooks")).json.hooks as object[];
    expect(again).to.include({ waiting: 2, deadLetters: 0 });
    expect((await stage.changes("hooks/retry", { name: "none" })).json.error?.field).to.equal("name");
  });
});
