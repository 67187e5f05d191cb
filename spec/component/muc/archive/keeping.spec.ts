import { expect } from "chai";
import { askArchive } from "../asking.js";
import { crone, hag, onStage, wiccarocks } from "../play.js";

const MAM = "urn:xmpp:mam:2";
const RETRACT = "urn:xmpp:message-retract:1";
const HINTS = "urn:xmpp:hints";

describe("what is kept of what is said in a room", () => {
  const play = onStage();
  const open = async (fields: Readonly<Record<string, string>> = {}): Promise<void> => {
    await play.begins();
    await play.roomOf(hag, "hag", fields);
    await play.enters(crone, "crone");
    play.hush();
  };
  beforeEach(() => open());

  const sends = (children: string, id = "i", from = crone): Promise<void> => play.posts(from, children, id);
  /** The messages in the archive. */
  const archived = async () => (await askArchive(play, hag)).messages;
  /** The ids of what somebody who enters is told of. */
  const history = async (): Promise<(string | undefined)[]> => {
    const heard = await play.enters(wiccarocks, "wicca");
    await play.leaves(wiccarocks);
    play.hears(wiccarocks);
    return heard
      .filter((stanza) => stanza.is("message") && !stanza.getChild("subject"))
      .map(({ attrs }) => attrs.id);
  };
  const stanzaIdOf = async (id: string): Promise<string | undefined> => {
    const message = (await archived()).find(({ attrs }) => attrs.id === id);
    return message?.getChild("stanza-id")?.attrs.id;
  };

  it("is what has a text or changes one, and nothing that passes, whatever hint it carries", async () => {
    const store = `<store xmlns="${HINTS}"/>`;
    await sends("<body>a text</body>", "text");
    await sends(`<encrypted xmlns="urn:xmpp:omemo:2"/>${store}`, "encrypted");
    await sends(`<body>better</body><replace xmlns="urn:xmpp:message-correct:0" id="text"/>`, "correction");
    await sends(
      `<reactions xmlns="urn:xmpp:reactions:0" id="1"><reaction>👍</reaction></reactions>${store}`,
      "reaction",
    );
    await sends(`<displayed xmlns="urn:xmpp:chat-markers:0" id="1"/>${store}`, "marker");
    await sends(`<received xmlns="urn:xmpp:receipts" id="1"/>${store}`, "receipt");
    await sends(`<composing xmlns="http://jabber.org/protocol/chatstates"/>${store}`, "state");
    await sends(`<body>psst</body><no-store xmlns="${HINTS}"/>`, "no-store");
    await sends(`<body>psst</body><no-permanent-store xmlns="${HINTS}"/>`, "no-permanent-store");
    await sends(`<body>for all</body><no-store xmlns="urn:example:hints"/>`, "another's hint");
    const kept = ["text", "encrypted", "correction", "reaction", "another's hint"];
    expect((await archived()).map(({ attrs }) => attrs.id)).to.deep.equal(kept);
    expect(play.count("archive")).to.equal(kept.length);
    expect(await history()).to.deep.equal(kept);
  });

  it("has subjects in the archive, and not in the history", async () => {
    await sends("<subject>Macbeth</subject>", "subject", hag);
    const [message] = await archived();
    expect(message?.getChildText("subject")).to.equal("Macbeth");
    expect((await play.entry(wiccarocks, "wicca")).slice(3)).to.deep.equal([
      'message coven/hag groupchat "Macbeth" delayed',
    ]);
  });

  it("isn't told later to those who enter where the room had no history when it was said", async () => {
    await play.configures(hag, { "muc#roomconfig_historylength": "0" });
    await sends("<body>unheard</body>", "unheard");
    await play.configures(hag, { "muc#roomconfig_historylength": "20" });
    await sends("<body>heard</body>", "heard");
    expect(await history()).to.deep.equal(["heard"]);
    expect(await archived()).to.have.length(2);
  });

  for (const form of [
    { name: "today's form", retract: (id: string) => `<retract xmlns="${RETRACT}" id="${id}"/>` },
    {
      name: "the form of older clients",
      retract: (id: string) =>
        `<apply-to xmlns="urn:xmpp:fasten:0" id="${id}"><retract xmlns="urn:xmpp:message-retract:0"/></apply-to>`,
    },
  ]) {
    it(`loses what its sender takes back in ${form.name}: a tombstone stays, and the history is without it`, async () => {
      await sends("<body>a secret</body>", "secret");
      await sends(
        `<body>another secret</body><replace xmlns="urn:xmpp:message-correct:0" id="secret"/>`,
        "corrected",
      );
      await sends("<body>harmless</body>", "harmless");
      const id = await stanzaIdOf("secret");
      await sends(`${form.retract(id ?? "")}<body>/me took something back</body>`, "retraction");
      const kept = await archived();
      expect(kept.map(({ attrs }) => attrs.id)).to.deep.equal([
        "secret",
        "corrected",
        "harmless",
        "retraction",
      ]);
      expect(kept.join("")).not.to.contain("secret</body>");
      expect(kept[0]?.getChild("retracted", RETRACT)?.attrs.id).to.equal("retraction");
      expect(kept[0]?.getChild("moderated")).to.equal(undefined);
      expect(await history()).to.deep.equal(["harmless"]);
    });
  }

  it("loses it, too, where the client names its own id", async () => {
    await sends(`<body>a secret</body><origin-id xmlns="urn:xmpp:sid:0" id="own"/>`, "x1");
    await sends(`<retract xmlns="${RETRACT}" id="own"/>`);
    expect((await archived())[0]?.getChild("retracted", RETRACT)).not.to.equal(undefined);
  });

  it("loses it before the disk has it, and once: the tombstone says by what first", async () => {
    const retracts = (by: string, id?: string): Promise<void> =>
      sends(`<retract xmlns="${RETRACT}" id="${id}"/>`, by);
    await Promise.all([sends("<body>a secret</body>", "secret"), retracts("first", "secret")]);
    await retracts("second", await stanzaIdOf("secret"));
    expect((await archived())[0]?.getChild("retracted", RETRACT)?.attrs.id).to.equal("first");
  });

  it("loses it without an archive, and then tells those who enter of the retraction", async () => {
    await play.configures(hag, { "muc#roomconfig_enablearchiving": "0" });
    await sends("<body>a secret</body>", "secret");
    const id = play.hears(crone).at(-1)?.getChild("stanza-id")?.attrs.id;
    await sends(`<retract xmlns="${RETRACT}" id="${id}"/>`, "retraction");
    expect(await history()).to.deep.equal(["retraction"]);
  });

  it("loses that alone where it has no id, and the tombstone is found by its stanza-id", async () => {
    const say = (text: string) => play.posts(crone, `<body>${text}</body>`);
    for (const text of ["a secret", "harmless", "harmless, too"]) await say(text);
    const id = (await archived())[0]?.getChild("stanza-id")?.attrs.id;
    await sends(`<retract xmlns="${RETRACT}" id="${id}"/>`, "retraction");
    const [tombstone, ...others] = await archived();
    expect(tombstone?.getChild("retracted", RETRACT)).not.to.equal(undefined);
    expect(tombstone?.getChild("stanza-id")?.attrs.id).to.equal(id);
    expect(others.map((message) => message.getChildText("body"))).to.deep.equal([
      "harmless",
      "harmless, too",
      null,
    ]);
  });

  it("loses nothing that is somebody else's", async () => {
    await sends("<body>a secret</body>", "secret");
    const id = await stanzaIdOf("secret");
    for (const name of [id, "secret"]) await sends(`<retract xmlns="${RETRACT}" id="${name}"/>`, "r", hag);
    expect((await archived())[0]?.getChildText("body")).to.equal("a secret");
    expect(await history()).to.deep.equal(["secret"]);
  });

  it("is what a moderator retracts with its corrections, too", async () => {
    await sends("<body>an insult</body>", "insult");
    await sends(`<body>an insult!</body><replace xmlns="urn:xmpp:message-correct:0" id="insult"/>`, "worse");
    const id = await stanzaIdOf("insult");
    await play.asks(
      hag,
      "set",
      `<moderate xmlns="urn:xmpp:message-moderate:1" id="${id}"><retract xmlns="${RETRACT}"/></moderate>`,
    );
    expect((await archived()).join("")).not.to.contain("an insult");
    expect(await history()).to.deep.equal([]);
  });
});

describe("a room's archive and its public logging", () => {
  const play = onStage();

  const features = async (): Promise<string[]> => (await play.info(hag)).features;
  const count = async (): Promise<string | null | undefined> => {
    const answer = await play.asks(hag, "set", `<query xmlns="${MAM}"/>`);
    return answer.getChild("fin")?.getChild("set")?.getChildText("count");
  };

  it("are two options: a room that isn't logged in public keeps its archive and says no 170", async () => {
    await play.roomOf(hag, "hag", {
      "muc#roomconfig_enablelogging": "0",
      "{http://prosody.im/protocol/muc}roomconfig_unknown": "1",
    });
    await play.says(hag, "hello");
    expect(await count()).to.equal("1");
    expect(await play.entry(crone, "crone")).to.include("presence coven/crone none/participant 110");
    await play.configures(hag, {
      "muc#roomconfig_enablelogging": "1",
      "muc#roomconfig_enablearchiving": "0",
    });
    await play.says(hag, "not kept");
    expect(await count()).to.equal("1");
    expect(await play.entry(wiccarocks, "w")).to.include("presence coven/w none/participant 170 110");
  });

  it("what was kept stays when the archive is turned off and much is said afterwards", async () => {
    await play.roomOf(hag, "hag");
    await play.says(hag, "kept", "k");
    await play.configures(hag, {
      "muc#roomconfig_enablearchiving": "0",
      "muc#roomconfig_historylength": "1",
    });
    for (const id of ["a", "b", "c"]) await play.says(hag, `not kept ${id}`, id);
    expect(play.count("archive WHERE kept = 1")).to.equal(1);
    expect(play.count("archive")).to.equal(2);
  });

  it("the archive is told of only where there is one", async () => {
    await play.roomOf(hag, "hag");
    expect(await features()).to.include.members([MAM, `${MAM}#extended`]);
    await play.configures(hag, { mam: "0" });
    expect(await features()).not.to.include.members([MAM]);
    expect((await features()).filter((name) => name.startsWith(MAM))).to.deep.equal([]);
  });
});
