import { mock } from "node:test";
import { expect } from "chai";
import { Jid, type AccountJid } from "../../../component/addresses/address.js";
import { peopleConfig } from "../../../component/config.js";
import { Directory } from "../../../component/people/directory.js";
import { Vcards } from "../../../component/people/vcards.js";
import type { IqAnswer, IqRequest, IqRequests } from "../../../component/inbound/iq-requests.js";
import { xml } from "../../../component/xml/builder.js";
import { openDatabase } from "../../../storage/database.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { GroupCommit } from "../../../storage/group-commit.js";
import { VcardStore } from "../../../storage/vcard-store.js";
import { LogLines } from "../../support/log-lines.js";
import { settledAnswer } from "../../support/settled-answer.js";

const USER = Jid.parse("juliet@x.test") as AccountJid;
const SILENCE: IqAnswer = { kind: "silence" };
const called = (name: string, ...more: ReturnType<typeof xml>[]): IqAnswer => ({
  kind: "result",
  payload: xml("vCard", "vcard-temp", xml("FN", {}, name), ...more),
});

/** The directory and vCards over a server that answers as it is told. */
class Bench {
  answer: IqAnswer | Promise<IqAnswer> = SILENCE;
  readonly asked: IqRequest[] = [];
  /** Whether the host permits asking in its users' names, and what it answers then. */
  isPermitted = false;
  privileged: IqAnswer = SILENCE;
  readonly db = openDatabase(":memory:");
  readonly store = new VcardStore(this.db);
  readonly people = new DirectoryStore(this.db);
  readonly directory: Directory;

  constructor() {
    const requests: Pick<IqRequests, "ask"> = {
      ask: (request) => {
        this.asked.push(request);
        return settledAnswer(request.inNameOf === undefined ? this.answer : this.privileged);
      },
    };
    const mayGet = (host: string, namespace: string): boolean =>
      this.isPermitted && host === "x.test" && namespace === "vcard-temp";
    const config = peopleConfig.parse({ vcard_remember: 1000, vcard_remember_nobody: 100 });
    const commit = new GroupCommit(this.db);
    const log = new LogLines().logger;
    const vcards = new Vcards(this.store, config, { commit, requests, permissions: { mayGet }, log });
    this.directory = new Directory(this.people, vcards, this.store, ["x.test"]);
  }

  /** Lets what is remembered of the user expire. */
  expire(): void {
    this.db.prepare("UPDATE vcards SET expires_at = 1").run();
  }

  /** For how long the user's vCard is remembered now, in seconds. */
  remembered(): number {
    return Math.round(((this.store.find(USER.text)?.expiresAt ?? 0) - Date.now()) / 1000);
  }
}

describe("A user's name and picture", () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));

  it("come from the directory, whatever the server says", async () => {
    bench.answer = called("Juliet");
    const juliet = { name: "朱丽叶", department: "/运维", avatar: "file/a.jpg" };
    bench.people.save({ local: "juliet", host: "x.test", ...juliet });
    expect(bench.directory.listed(USER)).to.include({ name: "朱丽叶", department: "/运维" });
    expect(await bench.directory.find(USER)).to.deep.equal({ name: "朱丽叶", avatar: "file/a.jpg" });
    expect(bench.directory.namesOf(USER)).to.deep.equal(["朱丽叶"]);
    expect(bench.asked).to.deep.equal([]);
  });

  it("are requested in a user's name if the host permits it, and directly if it then forbids that", async () => {
    bench.isPermitted = true;
    bench.privileged = called("Juliet");
    expect(await bench.directory.find(USER)).to.deep.equal({ name: "Juliet", avatar: "" });
    bench.expire();
    bench.privileged = { kind: "error", condition: "forbidden" };
    bench.answer = called("Juliet Montague");
    expect(await bench.directory.find(USER)).to.include({ name: "Juliet Montague" });
    const askers = bench.asked.map(({ inNameOf }) => inNameOf?.text);
    expect(askers).to.deep.equal(["qtalk-component@x.test", "qtalk-component@x.test", undefined]);
  });

  it("are found for many users of several hosts at once in the directory", () => {
    bench.people.save({ local: "juliet", host: "x.test", name: "朱丽叶" });
    bench.people.save({ local: "juliet", host: "y.test", name: "Juliet" });
    const addresses = ["nobody@x.test", "juliet@y.test", "juliet@x.test", "juliet@z.test"];
    const accounts = addresses.map((text) => Jid.parse(text) as AccountJid);
    expect([...bench.directory.displayNames(accounts)]).to.have.deep.members([
      ["juliet@x.test", "朱丽叶"],
      ["juliet@y.test", "Juliet"],
    ]);
  });

  it("are requested from the bare address if the directory has none, and cached", async () => {
    bench.answer = called("Juliet");
    expect(await bench.directory.find(USER)).to.deep.equal({ name: "Juliet", avatar: "" });
    expect(await bench.directory.find(USER)).to.deep.equal({ name: "Juliet", avatar: "" });
    expect(bench.asked.map(({ to, type, timeout }) => [to.text, type, timeout])).to.deep.equal([
      ["juliet@x.test", "get", 3000],
    ]);
    expect(bench.remembered()).to.be.within(999, 1000);
  });

  it("are available to messages from the directory, then from the last vCard", async () => {
    expect(bench.directory.namesOf(USER)).to.deep.equal([]);
    bench.answer = called("Juliet");
    await bench.directory.find(USER);
    bench.expire();
    expect(bench.directory.namesOf(USER), "the last that was heard").to.deep.equal(["Juliet"]);
    bench.people.save({ local: "juliet", host: "x.test", name: "朱丽叶" });
    bench.directory.forget();
    expect(bench.directory.namesOf(Jid.parse("juliet@x.test/phone")!)).to.deep.equal(["朱丽叶", "Juliet"]);
    expect(bench.directory.namesOf(Jid.parse("x.test")!)).to.deep.equal([]);
    expect(bench.asked).to.have.length(1);
  });

  it("follow the directory's changes within ten seconds", () => {
    let now = performance.now();
    const clock = mock.method(performance, "now", () => now);
    for (const name of ["朱丽叶", "Juliet"]) {
      bench.people.save({ local: "juliet", host: "x.test", name });
      expect(bench.directory.namesOf(USER)).to.deep.equal([name]);
      now += 10_001;
    }
    clock.mock.restore();
  });

  it("are found for all employed users of the served hosts", async () => {
    bench.db.transaction(() => {
      for (let i = 0; i < 2000; i++) bench.people.save({ local: `u${i}`, host: "x.test" });
      bench.people.save({ local: "left", host: "x.test", employed: false });
      bench.people.save({ local: "other", host: "y.test" });
    })();
    const all = await bench.directory.everyone();
    expect(new Set(all).size).to.equal(2000);
    expect(all).to.have.length(2000).and.not.include("left@x.test").and.not.include("other@y.test");
  });

  it("are requested once for simultaneous requests", async () => {
    let settle: (answer: IqAnswer) => void = () => undefined;
    bench.answer = new Promise((resolve) => (settle = resolve));
    const wanted = Array.from({ length: 20 }, () => bench.directory.find(USER));
    settle(called("Juliet"));
    const names = new Set((await Promise.all(wanted)).map((profile) => profile?.name));
    expect([...names]).to.deep.equal(["Juliet"]);
    expect(bench.asked).to.have.length(1);
  });

  for (const [what, answer, seconds] of [
    ["there is no such user", { kind: "error", condition: "item-not-found" }, 100],
    ["the vCard is empty", { kind: "result", payload: xml("vCard", "vcard-temp") }, 100],
    ["the server doesn't answer", SILENCE, 60],
  ] as const)
    it(`are missing, and not requested again for ${seconds} s, if ${what}`, async () => {
      bench.answer = answer;
      for (let times = 0; times < 2; times += 1) expect(await bench.directory.find(USER)).to.equal(undefined);
      expect(bench.asked).to.have.length(1);
      expect(bench.remembered()).to.be.within(seconds - 2, seconds);
    });

  it("are the last known ones while the server doesn't answer", async () => {
    bench.answer = called("Juliet");
    await bench.directory.find(USER);
    for (const answer of [SILENCE, { kind: "error", condition: "remote-server-timeout" } as const]) {
      bench.expire();
      bench.answer = answer;
      expect(await bench.directory.find(USER)).to.include({ name: "Juliet" });
      expect(bench.remembered(), "and soon asked again").to.be.within(58, 60);
    }
  });

  it("aren't cached as missing if the link was down", async () => {
    bench.answer = { kind: "unasked" };
    expect(await bench.directory.find(USER)).to.equal(undefined);
    bench.answer = called("Juliet");
    expect(await bench.directory.find(USER)).to.include({ name: "Juliet" });
  });

  it("are never requested from other hosts", async () => {
    bench.answer = called("Mallory");
    expect(await bench.directory.find(Jid.parse("juliet@elsewhere.test") as AccountJid)).to.equal(undefined);
    expect(bench.asked).to.deep.equal([]);
  });

  it("are deleted once they have expired, with the pictures that nobody else has", () => {
    const image = (name: string) => ({ name, type: "image/png", bytes: Buffer.from(name) });
    const put = (user: string, picture: string, expiresAt: number): void =>
      bench.store.put(`${user}@x.test`, { name: user, avatar: "", expiresAt }, image(picture));
    for (let n = 0; n < 250; n += 1) put(`u${n}`, `${n}.png`, 10);
    put("good", "0.png", 30);
    while (bench.store.prune(20));
    expect(bench.store.find("u7@x.test")).to.equal(undefined);
    expect(bench.store.find("good@x.test")?.name).to.equal("good");
    const kept = ["7.png", "0.png"].map((name) => bench.store.image(name) !== undefined);
    expect(kept).to.deep.equal([false, true]);
  });

  it("include the id if there is a picture and no name", async () => {
    const photo = xml("PHOTO", {}, xml("EXTVAL", {}, "https://x.test/a.png"));
    bench.answer = { kind: "result", payload: xml("vCard", "vcard-temp", photo) };
    expect(await bench.directory.find(USER)).to.deep.equal({
      name: "juliet",
      avatar: "https://x.test/a.png",
    });
  });
});
