/** The history that newcomers get, and its bounds (XEP-0045 §7.2.13). */
import { expect } from "chai";
import { serialise } from "../../../../component/xml/serialise.js";
import { crone, hag, onStage, wiccarocks } from "../play.js";

describe("the history that newcomers get", () => {
  const play = onStage();
  const begin = async (rooms: object = {}): Promise<void> => {
    await play.begins({ rooms });
    await play.coven();
    for (const text of ["one", "two", "three"]) await play.says(crone, text, text);
  };

  const given = async (): Promise<string[]> =>
    (await play.enters(wiccarocks, "wicca")).flatMap((stanza) => stanza.getChildText("body") ?? []);

  it("has at most history_bytes, the latest messages", async () => {
    await begin({ history_bytes: 1200 });
    const bodies = await given();
    expect(bodies.length).to.be.within(1, 2);
    expect(bodies.at(-1)).to.equal("three");
  });

  it("is empty if history_bytes is 0", async () => {
    await begin({ history_bytes: 0 });
    expect(await given()).to.deep.equal([]);
  });

  for (const archive of ["1", "0"]) {
    it(`is as long as the room says, ${archive === "1" ? "with" : "without"} an archive`, async () => {
      await begin();
      const configures = (length: number): Promise<unknown> =>
        play.configures(hag, {
          "muc#roomconfig_enablearchiving": archive,
          "muc#roomconfig_historylength": `${length}`,
        });
      await configures(2);
      for (const text of ["four", "five", "six"]) await play.says(crone, text);
      expect(await given()).to.deep.equal(["five", "six"]);
      if (archive === "0") expect(play.count("archive WHERE kept = 0"), "no more is stored").to.equal(2);
      await configures(0);
      await play.leaves(wiccarocks);
      play.hears(wiccarocks);
      expect(await given()).to.deep.equal([]);
    });
  }

  it("includes messages of the same moment", async () => {
    await begin();
    const said = play.says(crone, "just now");
    expect(await given()).to.deep.equal(["one", "two", "three", "just now"]);
    await said;
  });

  it("has the time of each message, from the room", async () => {
    const before = new Date().toISOString();
    await begin();
    const told = (await play.enters(wiccarocks, "wicca")).flatMap((stanza) =>
      stanza.getChildText("body") === null ? [] : (stanza.getChild("delay", "urn:xmpp:delay") ?? []),
    );
    expect(told).to.have.length(3);
    for (const { attrs } of told) {
      expect(attrs.from).to.equal("coven@conference.qtalk.test.org");
      expect(attrs.stamp).to.satisfy((stamp: string) => stamp >= before && stamp <= new Date().toISOString());
    }
  });

  describe("has the requested size", () => {
    beforeEach(() => begin({ presences_per_second: 1000 }));
    let count = 0;
    /** What one who wasn't inside is given who asks with these attributes. */
    const asked = async (attributes: string): Promise<string[]> => {
      const who = `reader${count++}@qtalk.test.org/x`;
      const told = await play.enters(who, who, `<history ${attributes}/>`);
      return told.flatMap((stanza) => stanza.getChildText("body") ?? []);
    };
    const all = ["one", "two", "three"];

    it("in messages", async () => {
      expect(await asked("maxstanzas='2'")).to.deep.equal(["two", "three"]);
      expect(await asked("maxstanzas='0'")).to.deep.equal([]);
    });

    it("in characters", async () => {
      const [latest] = (await play.enters(wiccarocks, "wicca")).filter(
        (stanza) => stanza.getChildText("body") === "three",
      );
      const long = serialise(latest!).length + 20;
      expect(await asked(`maxchars='${long}'`)).to.deep.equal(["three"]);
      expect(await asked(`maxchars='${2 * long}'`)).to.deep.equal(["two", "three"]);
      expect(await asked(`maxchars='${Math.floor(long / 2)}'`)).to.deep.equal([]);
      expect(await asked("maxchars='0'")).to.deep.equal([]);
    });

    it("since a time, or for some seconds", async () => {
      const later = new Date(Date.now() + 60_000).toISOString();
      expect(await asked(`since='${later}'`)).to.deep.equal([]);
      expect(await asked(`since='${new Date(Date.now() - 60_000).toISOString()}'`)).to.deep.equal(all);
      expect(await asked("since='1969-01-01T00:00:00Z'")).to.deep.equal(all);
      expect(await asked("seconds='60'")).to.deep.equal(all);
      play.db.exec("UPDATE archive SET id = id - 120000000 WHERE stanza LIKE '%>one<%'");
      expect(await asked("seconds='60'")).to.deep.equal(["two", "three"]);
      expect(await asked(`seconds='3600' since='${later}'`), "the later of two").to.deep.equal([]);
      expect(await asked("seconds='0' since='1970-01-01T00:00:00Z'")).to.deep.equal([]);
    });

    it("or everything if the request is invalid", async () => {
      for (const nonsense of ["maxstanzas='many'", "maxchars='-1'", "since='then'", "seconds='1.5'", ""])
        expect(await asked(nonsense), nonsense).to.deep.equal(all);
    });
  });

  it("leaves out messages that are too large with their time", async () => {
    await begin({ history_bytes: 1_000_000 });
    const long = `<message type="groupchat"><body>${"x".repeat(262_000)}</body></message>`;
    play.db.prepare("UPDATE archive SET stanza = ? WHERE stanza LIKE '%>two<%'").run(long);
    expect(await given()).to.deep.equal(["one", "three"]);
  });
});
