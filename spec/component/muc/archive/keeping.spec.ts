import { expect } from "chai";
import { askArchive, MAM, pageOf } from "../asking.js";
import { request, RETRACT } from "../features/moderating.js";
import { crone, hag, onStage, wiccarocks } from "../play.js";

const HINTS = "urn:xmpp:hints";

describe("the messages that a room keeps", () => {
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

  it("are those with text or changes of text, whatever hints they carry, unless they forbid it", async () => {
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

  it("include subjects in the archive, but not in the history", async () => {
    await sends("<subject>Macbeth</subject>", "subject", hag);
    const [message] = await archived();
    expect(message?.getChildText("subject")).to.equal("Macbeth");
    expect((await play.entry(wiccarocks, "wicca")).slice(3)).to.deep.equal([
      'message coven/hag groupchat "Macbeth" delayed',
    ]);
  });

  it("aren't replayed if the room had no history when they were sent", async () => {
    await play.configures(hag, { "muc#roomconfig_historylength": "0" });
    await sends("<body>unheard</body>", "unheard");
    await play.configures(hag, { "muc#roomconfig_historylength": "20" });
    await sends("<body>heard</body>", "heard");
    expect(await history()).to.deep.equal(["heard"]);
    expect(await archived()).to.have.length(2);
  });

  it("lose a message that its sender retracts: the archive has a tombstone, the history nothing", async () => {
    await sends("<body>a secret</body>", "secret");
    await sends(
      `<body>another secret</body><replace xmlns="urn:xmpp:message-correct:0" id="secret"/>`,
      "corrected",
    );
    await sends("<body>harmless</body>", "harmless");
    const id = await stanzaIdOf("secret");
    await sends(`<retract xmlns="${RETRACT}" id="${id}"/><body>/me took something back</body>`, "retraction");
    const kept = await archived();
    const ids = ["secret", "corrected", "harmless", "retraction"];
    expect(kept.map(({ attrs }) => attrs.id)).to.deep.equal(ids);
    expect(kept.join("")).not.to.contain("secret</body>");
    expect(kept[0]?.getChild("retracted", RETRACT)?.attrs.id).to.equal("retraction");
    expect(kept[0]?.getChild("moderated")).to.equal(undefined);
    expect(await history()).to.deep.equal(["harmless"]);
  });

  it("lose a message that is retracted by its origin-id", async () => {
    await sends(`<body>a secret</body><origin-id xmlns="urn:xmpp:sid:0" id="own"/>`, "x1");
    await sends(`<retract xmlns="${RETRACT}" id="own"/>`);
    expect((await archived())[0]?.getChild("retracted", RETRACT)).not.to.equal(undefined);
  });

  it("lose a message that isn't on disk yet; a second retraction changes nothing", async () => {
    const retracts = (by: string, id?: string): Promise<void> =>
      sends(`<retract xmlns="${RETRACT}" id="${id}"/>`, by);
    await Promise.all([sends("<body>a secret</body>", "secret"), retracts("first", "secret")]);
    await retracts("second", await stanzaIdOf("secret"));
    expect((await archived())[0]?.getChild("retracted", RETRACT)?.attrs.id).to.equal("first");
  });

  it("lose a retracted message without an archive, and the history has the retraction", async () => {
    await play.configures(hag, { "muc#roomconfig_enablearchiving": "0" });
    await sends("<body>a secret</body>", "secret");
    const id = play.hears(crone).at(-1)?.getChild("stanza-id")?.attrs.id;
    await sends(`<retract xmlns="${RETRACT}" id="${id}"/>`, "retraction");
    expect(await history()).to.deep.equal(["retraction"]);
  });

  it("lose only the retracted message if messages have no id", async () => {
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

  it("keep messages that another user retracts", async () => {
    await sends("<body>a secret</body>", "secret");
    const id = await stanzaIdOf("secret");
    for (const name of [id, "secret"]) await sends(`<retract xmlns="${RETRACT}" id="${name}"/>`, "r", hag);
    expect((await archived())[0]?.getChildText("body")).to.equal("a secret");
    expect(await history()).to.deep.equal(["secret"]);
  });

  it("lose a message that a moderator retracts, with its corrections", async () => {
    await sends("<body>an insult</body>", "insult");
    await sends(`<body>an insult!</body><replace xmlns="urn:xmpp:message-correct:0" id="insult"/>`, "worse");
    const id = await stanzaIdOf("insult");
    await play.asks(hag, "set", request(id ?? ""));
    expect((await archived()).join("")).not.to.contain("an insult");
    expect(await history()).to.deep.equal([]);
  });
});

describe("a room's archive and its public logging", () => {
  const play = onStage();

  const features = async (): Promise<string[]> => (await play.info(hag)).features;
  const count = async (): Promise<string | null> => pageOf(await askArchive(play, hag), "count");

  it("are two options: a room without public logging keeps its archive and sends no 170", async () => {
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

  it("what was archived stays if the archive is switched off", async () => {
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

  it("the archive is advertised only if there is one", async () => {
    await play.roomOf(hag, "hag");
    expect(await features()).to.include.members([MAM, `${MAM}#extended`]);
    await play.configures(hag, { mam: "0" });
    expect(await features()).not.to.include.members([MAM]);
    expect((await features()).filter((name) => name.startsWith(MAM))).to.deep.equal([]);
  });
});
