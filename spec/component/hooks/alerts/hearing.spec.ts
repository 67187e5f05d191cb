/** What people say about alerts in a room of another service: every word and reaction, and who may say it. */
import { expect } from "chai";
import { Jid } from "../../../../component/addresses/address.js";
import { alertOf } from "../../../../component/hooks/alerts/records.js";
import type { Alerts } from "../../../../component/hooks/alerts/alerts.js";
import { quote } from "../../../../component/xml/serialise.js";
import { read } from "../../muc/play.js";
import { AlertWorld, ELSEWHERE, MINUTE } from "./alert-world.js";

describe("Words about an alert", () => {
  let world: AlertWorld;
  beforeEach(async () => {
    world = await AlertWorld.open();
    await world.posts("Disk", "firing");
  });
  afterEach(() => world.ends());

  const alert = (name = "Disk") => world.find(name)!;
  /** Somebody says something in the room. @param affiliation in the room */
  const says = async (nick: string, children: string, affiliation = "member"): Promise<string[]> => {
    const from = world.said.length;
    const message = read(`<message type="groupchat" id="m">${children}</message>`);
    const author = { sender: `${nick}@y.test`, occupant_id: undefined };
    const given = { bot: "bot", nick, author, affiliation, message };
    world.alerts.hearing.heardIn(
      Jid.parse(ELSEWHERE)!.bare,
      given as unknown as Parameters<Alerts["hearing"]["heardIn"]>[1],
    );
    await world.passes(0);
    await world.idle();
    return world.said.slice(from).map(({ text }) => text);
  };
  const word = (text: string): string => `<body>${text}</body>`;
  const to = (name = "Disk"): string => `<reply xmlns="urn:xmpp:reply:0" id=${quote(alert(name).message)}/>`;
  const reaction = (...signs: string[]): string =>
    `<reactions xmlns="urn:xmpp:reactions:0" id=${quote(alert().message)}>${signs.map((sign) => `<reaction>${sign}</reaction>`).join("")}</reactions>`;
  const takers = (): string[] => alertOf(alert()).takers.map(({ name }) => name);
  const silencedUntil = (): number | undefined => alertOf(alert()).silence?.until;

  for (const [take, drop] of [
    ["!take", "!drop"],
    ["！接手", "！放下"],
    ["!ACK", "!unack"],
  ] as const)
    it(`${take} and ${drop} are heard from anybody`, async () => {
      await says("juliet", word(take) + to(), "none");
      expect([takers(), alert().state]).to.deep.equal([["juliet"], "taken"]);
      await says("romeo", word(take) + to(), "none");
      await says("juliet", word(drop) + to(), "none");
      expect(takers()).to.deep.equal(["romeo"]);
      expect((await says("nurse", word(drop) + to())).join(), "the answer").to.contain(
        "You haven't taken Disk",
      );
    });

  it("silence it for as long as is said, two hours by default, and end that", async () => {
    const now = world.clock.now();
    await says("juliet", word("!silence 30m") + to());
    expect(silencedUntil()).to.be.within(now + 30 * MINUTE, now + 30 * MINUTE + 1000);
    await says("juliet", word("!unsilence") + to());
    expect(silencedUntil()).to.equal(undefined);
    const then = world.clock.now();
    await says("juliet", word("!mute") + to());
    expect(silencedUntil()).to.be.within(then + 120 * MINUTE, then + 120 * MINUTE + 1000);
    expect((await says("juliet", word("!silence soon") + to())).join()).to.contain('"soon" is no duration');
    await says("juliet", word("!unmute") + to());
    expect((await says("juliet", word("!unsilence") + to())).join()).to.contain("Disk isn't silenced");
  });

  it("resolve it, by members alone", async () => {
    for (const denied of ["!resolve", "!silence 1h", "!unsilence"])
      expect((await says("stranger", word(denied) + to(), "none")).join(), denied).to.equal(
        "Only members of this room may silence and resolve alerts.",
      );
    expect([alert().state, silencedUntil()]).to.deep.equal(["open", undefined]);
    await says("juliet", word("!close") + to());
    expect(alert().state).to.equal("resolved");
    expect((await says("juliet", word("!take") + to())).join()).to.contain("Disk is resolved already");
  });

  it("without an answer mean the latest that nobody has taken", async () => {
    await world.posts("Memory", "firing");
    await says("juliet", word("!take"));
    expect([alert("Memory").state, alert("Disk").state]).to.deep.equal(["taken", "open"]);
    await says("juliet", word("!take"));
    expect(alert("Disk").state).to.equal("taken");
    for (const name of ["Memory", "Disk"]) await says("juliet", word("!resolve") + to(name));
    expect((await says("juliet", word("!take"))).join()).to.equal("There is no open alert here.");
  });

  it("can be reactions, which are taken back with the reaction", async () => {
    await says("juliet", reaction("👀", "🎉"), "none");
    expect(takers()).to.deep.equal(["juliet"]);
    await says("juliet", reaction("🎉"), "none");
    expect(takers()).to.deep.equal([]);
    await says("juliet", reaction("👀", "🔕"));
    expect([takers(), silencedUntil() !== undefined]).to.deep.equal([["juliet"], true]);
    await says("juliet", reaction("👀"));
    expect([takers(), silencedUntil()]).to.deep.equal([["juliet"], undefined]);
    const denied = await says("stranger", reaction("🔕"), "none");
    expect(denied.join()).to.equal("Only members of this room may silence and resolve alerts.");
    expect(silencedUntil()).to.equal(undefined);
  });

  it("taken by a word aren't taken back by a reaction", async () => {
    await says("juliet", word("!take") + to());
    await says("juliet", reaction("🎉"));
    expect(takers()).to.deep.equal(["juliet"]);
    await says("juliet", word("!drop") + to());
    expect(takers()).to.deep.equal([]);
  });

  it("list the open alerts, the oldest first, with who has them", async () => {
    for (let n = 1; n <= 10; n += 1) await world.posts(`Alert ${n}`, "firing", n === 1 ? "" : "warning");
    await says("juliet", word("!take") + to());
    await world.passes(10 * MINUTE);
    const [list = ""] = (await says("juliet", word("!open"))).slice(-1);
    const lines = list.split("\n");
    expect(lines[0]).to.equal("11 open alerts:");
    expect(lines[1]).to.match(/^• #2 Alert 1 · for 10 ?m/);
    expect(lines[2]).to.match(/^• #3 Alert 2 · warning · for 10 ?m/);
    expect([lines.length, lines.at(-1)]).to.deep.equal([12, "… and 1 more"]);
    for (let n = 1; n <= 10; n += 1) await world.posts(`Alert ${n}`, "resolved");
    const [one = ""] = (await says("nurse", word("!alerts"))).slice(-1);
    expect(one).to.match(/^1 open alert:\n• #1 👀 juliet .* · Disk · critical · for 10 ?m[^\n]*$/);
  });

  it("that aren't known are answered with those that are, once a minute", async () => {
    const help = await says("juliet", word("!dance"));
    expect(help.join()).to.match(/^I don't know !dance\. To an alert, react or answer: 👀 !take/);
    expect(await says("romeo", word("!sing"))).to.deep.equal([]);
    expect((await says("juliet", word("!help"))).join()).to.match(/^To an alert, react or answer: 👀 !take/);
    expect(await says("juliet", word("take it")), "no mark").to.deep.equal([]);
  });

  it("are heard twenty times from one person, and then once a second", async () => {
    for (let n = 0; n < 30; n += 1) await says("juliet", word(n % 2 === 0 ? "!take" : "!drop") + to());
    const before = takers();
    await says("romeo", word("!take") + to());
    expect(takers()).to.deep.equal([...before, "romeo"]);
  });
});
