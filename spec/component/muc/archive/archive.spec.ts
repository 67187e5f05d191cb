import { expect } from "chai";
import { askArchive, MAM, pageOf } from "../asking.js";
import { request } from "../features/moderating.js";
import { crone, errorOf, hag, onStage, ROOM, wiccarocks } from "../play.js";

describe("a room's archive", () => {
  const play = onStage({}, async (play) => {
    await play.roomOf(hag, "hag");
    await play.enters(crone, "crone");
    for (let count = 1; count <= 5; count++)
      await play.says(count % 2 === 0 ? hag : crone, `m${count}`, `id${count}`);
  });

  const ask = (who: string, fields = {}, set = "", more = "") => askArchive(play, who, { fields, set, more });

  it("returns all messages to users who may enter, from the occupants' addresses", async () => {
    const page = await ask(wiccarocks);
    expect(page.texts).to.deep.equal(["m1", "m2", "m3", "m4", "m5"]);
    expect(page.fin?.attrs.complete).to.equal("true");
    expect(pageOf(page, "count")).to.equal("5");
    const [first] = page.results;
    expect(first?.attrs.queryid).to.equal("q1");
    expect(page.messages[0]?.attrs).to.include({
      from: `${ROOM}/crone`,
      type: "groupchat",
      id: "id1",
      xmlns: "jabber:client",
    });
    expect(page.messages[0]?.attrs.to).to.equal(undefined);
    expect(page.messages[0]?.getChild("stanza-id")?.attrs.id).to.equal(first?.attrs.id);
    expect(first?.getChild("forwarded")?.getChild("delay")?.attrs.stamp).to.match(/^20/);
  });

  it("shows real addresses to users who may see them now", async () => {
    const real = async (from: string): Promise<string | undefined> =>
      (await ask(from)).messages[0]?.getChild("x")?.getChild("item")?.attrs.jid;
    expect(await real(crone)).to.equal(undefined);
    expect(await real(hag)).to.equal("crone1@qtalk.test.org");
    expect(await real(wiccarocks)).to.equal(undefined);
    await play.affiliates(hag, "wiccarocks@qtalk.test.org", "admin");
    expect(await real(wiccarocks), "administrators needn't be inside").to.equal("crone1@qtalk.test.org");
    await play.configures(hag, { "muc#roomconfig_whois": "anyone" });
    expect(await real(crone)).to.equal("crone1@qtalk.test.org");
    const { ids } = await ask(hag);
    await play.asks(hag, "set", request(ids[1]!));
    const ofRoom = (await ask(hag)).messages.at(-1);
    expect(ofRoom?.attrs.from).to.equal(ROOM);
    expect(ofRoom?.getChild("x"), "the room itself has none").to.equal(undefined);
  });

  it("returns pages forwards and backwards", async () => {
    const first = await ask(hag, {}, "<max>2</max>");
    expect(first.texts).to.deep.equal(["m1", "m2"]);
    expect(first.fin?.attrs.complete).to.equal(undefined);
    expect(first.fin?.getChild("set")?.getChild("first")?.attrs.index).to.equal("0");
    const second = await ask(hag, {}, `<max>2</max><after>${pageOf(first, "last")}</after>`);
    expect(second.texts).to.deep.equal(["m3", "m4"]);
    expect(second.fin?.getChild("set")?.getChild("first")?.attrs.index).to.equal("2");
    const third = await ask(hag, {}, `<max>2</max><after>${pageOf(second, "last")}</after>`);
    expect(third.texts).to.deep.equal(["m5"]);
    expect(third.fin?.attrs.complete).to.equal("true");
    const last = await ask(hag, {}, "<max>2</max><before/>");
    expect(last.texts).to.deep.equal(["m4", "m5"]);
    const before = await ask(hag, {}, `<max>4</max><before>${pageOf(last, "first")}</before>`);
    expect(before.texts).to.deep.equal(["m1", "m2", "m3"]);
    expect(before.fin?.attrs.complete).to.equal("true");
    const none = await ask(hag, {}, "<max>0</max>");
    expect([none.texts, pageOf(none, "count"), none.fin?.attrs.complete]).to.deep.equal([[], "5", undefined]);
    expect((await ask(hag, {}, "<max>2</max><before/>", "<flip-page/>")).texts).to.deep.equal(["m5", "m4"]);
  });

  it("filters by time, occupant and id", async () => {
    const { ids } = await ask(hag);
    const year = new Date().getFullYear();
    expect((await ask(hag, { start: `${year - 1}-01-01T00:00:00Z` })).texts).to.have.length(5);
    expect((await ask(hag, { end: `${year - 1}-01-01T00:00:00Z` })).texts).to.have.length(0);
    expect((await ask(hag, { with: `${ROOM}/hag` })).texts).to.deep.equal(["m2", "m4"]);
    expect((await ask(hag, { with: "crone1@qtalk.test.org" })).texts).to.deep.equal(["m1", "m3", "m5"]);
    expect((await ask(crone, { with: "crone1@qtalk.test.org" })).texts).to.have.length(3);
    expect((await ask(crone, { with: ROOM })).texts).to.have.length(5);
    expect((await ask(crone, { with: "hag66@qtalk.test.org" })).error).to.equal("auth/forbidden by coven");
    expect((await ask(hag, { "after-id": ids[1]!, "before-id": ids[4]! })).texts).to.deep.equal(["m3", "m4"]);
    const within = { "after-id": ids[1]!, "before-id": ids[3]! };
    for (const set of [`<after>${ids[0]}</after>`, `<before>${ids[4]}</before>`])
      expect((await ask(hag, within, set)).texts, "a page is within them").to.deep.equal(["m3"]);
    const one = await ask(hag, { ids: ids[2]! });
    expect([one.texts, one.fin?.attrs.complete]).to.deep.equal([["m3"], "true"]);
    const backwards = `${ids[3]}</value><value>${ids[0]}</value><value>${ids[3]}`;
    expect((await ask(hag, { ids: backwards })).texts).to.deep.equal(["m1", "m4"]);
  });

  it("answers unknown ids with item-not-found, and invalid queries with bad-request", async () => {
    for (const set of ["<after>1</after>", "<before>nonsense</before>"]) {
      expect((await ask(hag, {}, set)).error).to.equal("cancel/item-not-found by coven");
    }
    expect((await ask(hag, { ids: "7" })).error).to.equal("cancel/item-not-found by coven");
    expect((await ask(hag, { unknown: "1" })).error).to.equal("cancel/feature-not-implemented by coven");
    const both = { unknown: "1", with: ROOM };
    expect((await ask(hag, both)).error).to.equal("cancel/feature-not-implemented by coven");
    const ids = (count: number): string =>
      Array.from({ length: count }, (_, id) => id).join("</value><value>");
    expect((await ask(hag, { ids: ids(100) })).error).to.equal("cancel/item-not-found by coven");
    const none = "</value></field><field var='ids'/><field var='end'><value>2030-01-01T00:00:00Z";
    for (const fields of [
      { start: "yesterday" },
      { end: "tomorrow" },
      { with: "@" },
      { ids: ids(101) },
      { start: `2020-01-01T00:00:00Z${none}` },
    ]) {
      expect((await ask(hag, fields)).error).to.equal("modify/bad-request by coven");
    }
    expect((await ask(hag, {}, "<max>many</max>")).error).to.equal("modify/bad-request by coven");
    expect((await ask(hag, {}, "", `<x xmlns="jabber:x:data" type="cancel"/>`)).error).to.equal(
      "modify/bad-request by coven",
    );
  });

  it("accepts query ids of up to 256 characters", async () => {
    const withId = (length: number) =>
      play.asks(crone, "set", `<query xmlns="${MAM}" queryid="${"q".repeat(length)}"/>`);
    expect((await withId(256)).attrs.type).to.equal("result");
    expect(errorOf(await withId(257))).to.equal("modify/bad-request by coven");
  });

  it("includes messages of the start and of the end", async () => {
    const { ids } = await ask(hag);
    const moment = Date.parse("2020-02-02T02:02:02.020Z") * 1000;
    const set = play.db.prepare("UPDATE archive SET id = ? WHERE id = ?");
    [-1, 0, 999, 1000].forEach((more, at) => set.run(moment + more, ids[at]));
    const stamp = "2020-02-02T02:02:02.020Z";
    expect((await ask(hag, { start: stamp })).texts).to.deep.equal(["m2", "m3", "m4", "m5"]);
    expect((await ask(hag, { end: stamp })).texts).to.deep.equal(["m1", "m2", "m3"]);
    const { results } = await ask(hag, { start: stamp, end: stamp });
    expect(results[0]?.getChild("forwarded")?.getChild("delay")?.attrs.stamp).to.equal(stamp);
  });

  it("contains messages that aren't on disk yet", async () => {
    const said = play.says(hag, "m6");
    const page = await ask(crone);
    await said;
    expect(page.texts).to.include("m6");
    const again = play.says(hag, "m7");
    const metadata = (await play.asks(crone, "get", `<metadata xmlns="${MAM}"/>`)).getChild("metadata");
    await again;
    expect(metadata?.getChild("end")?.attrs.id).to.equal((await ask(crone)).ids.at(-1));
  });

  it("leaves out a message that fits into no stanza", async () => {
    const { ids } = await ask(hag);
    const put = play.db.prepare("UPDATE archive SET stanza = ? WHERE id = ?");
    put.run(`<message><body>${"x".repeat(262_000)}</body></message>`, ids[2]);
    expect((await ask(crone)).texts).to.deep.equal(["m1", "m2", "m4", "m5"]);
  });

  it("returns at most about a mebibyte per page", async () => {
    await play.says(hag, "m6");
    const { ids } = await ask(hag);
    const long = `<message><body>${"x".repeat(250_000)}</body></message>`;
    play.db.prepare("UPDATE archive SET stanza = ?").run(long);
    const all = ids.join("</value><value>");
    expect((await ask(hag, { ids: all })).error).to.equal("modify/policy-violation by coven");
    const page = await ask(hag);
    expect([page.ids.length, page.fin?.attrs.complete]).to.deep.equal([5, undefined]);
  });

  it("has no first and last message while it is empty, and is complete", async () => {
    play.db.exec("DELETE FROM archive");
    const metadata = (await play.asks(crone, "get", `<metadata xmlns="${MAM}"/>`)).getChild("metadata");
    expect(metadata?.children).to.deep.equal([]);
    for (const set of ["", "<max>0</max>"]) {
      const page = await ask(crone, {}, set);
      expect([page.fin?.attrs.complete, pageOf(page, "count")]).to.deep.equal(["true", "0"]);
    }
  });

  it("continues after a message that isn't archived", async () => {
    await play.posts(hag, `<composing xmlns="http://jabber.org/protocol/chatstates"/>`);
    const typing = play.hears(crone).at(-1)?.getChild("stanza-id")?.attrs.id;
    await play.says(hag, "m6");
    expect((await ask(crone, {}, `<after>${typing}</after>`)).texts).to.deep.equal(["m6"]);
  });

  it("describes its form, and its first and last message", async () => {
    const form = await play.asks(crone, "get", `<query xmlns="${MAM}"/>`);
    const fields = form.getChild("query")?.getChild("x")?.getChildren("field") ?? [];
    const names = fields.map(({ attrs }) => attrs.var);
    expect(names).to.include.members(["FORM_TYPE", "with", "start", "end", "after-id", "ids"]);
    const ofIds = fields.find(({ attrs }) => attrs.var === "ids");
    expect(ofIds?.getChild("validate")?.getChild("open")).not.to.equal(undefined);
    const { ids } = await ask(crone);
    const metadata = (await play.asks(crone, "get", `<metadata xmlns="${MAM}"/>`)).getChild("metadata");
    expect(metadata?.getChild("start")?.attrs.id).to.equal(ids[0]);
    expect(metadata?.getChild("end")?.attrs.id).to.equal(ids[4]);
  });
});
