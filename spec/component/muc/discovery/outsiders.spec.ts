import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { CRONE, crone, DOMAIN, errorOf, hag, onStage, ROOM, stranger, wiccarocks } from "../play.js";

const DISCO = "http://jabber.org/protocol/disco";
const SECRETS = ["Cave", "Dark", "tlh", "Brew", "1</value>", "allowinvites", "avatarhash"];

/** Reasons for which a user may not enter, and the room's options for them. */
const CLOSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "of members": { "muc#roomconfig_membersonly": "1" },
  "with a password": { "muc#roomconfig_roomsecret": "cauldron" },
  "that they are banned from": {},
};

describe("what outsiders learn about a room", () => {
  const play = onStage({}, async (play) => {
    await play.roomOf(hag, "hag", {
      "muc#roomconfig_roomname": "Cave",
      "muc#roomconfig_roomdesc": "Dark",
      "muc#roomconfig_lang": "tlh",
    });
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}" nick="third"/>`);
    await play.posts(hag, "<subject>Brew</subject>");
    await play.says(hag, "Bubble");
    const vcard = `<vCard xmlns="vcard-temp"><PHOTO><BINVAL>YQ==</BINVAL></PHOTO></vCard>`;
    await play.asks(hag, "set", vcard);
  });

  const info = (from: string): Promise<Element> => play.asks(from, "get", `<query xmlns="${DISCO}#info"/>`);
  const nicks = async (from: string): Promise<string[]> =>
    ((await play.asks(from, "get", `<query xmlns="${DISCO}#items"/>`)).getChild("query")?.children ?? []).map(
      (item) => (typeof item === "string" ? item : (item.attrs.name ?? "")),
    );
  const outcome = async (from: string, type: "get" | "set", payload: string): Promise<string> => {
    const answer = await play.asks(from, type, payload);
    return answer.attrs.type === "error" ? errorOf(answer) : "result";
  };
  const ban = (): Promise<Element> => play.affiliates(hag, "elsewhere.test", "outcast");

  for (const [how, fields] of Object.entries(CLOSED)) {
    describe(`one ${how}`, () => {
      beforeEach(async () => {
        await play.configures(hag, fields);
        await ban();
      });

      it("is that it exists, and its features", async () => {
        const answer = await info(stranger);
        expect(answer.attrs.type).to.equal("result");
        expect(answer.getChild("query")?.getChild("identity")?.attrs.name).to.equal("coven");
        const features = (answer.getChild("query")?.getChildren("feature") ?? []).map(
          ({ attrs }) => attrs.var,
        );
        expect(features).to.include.members([
          "http://jabber.org/protocol/muc",
          "urn:xmpp:mam:2",
          "muc_hidden",
        ]);
        expect(features).to.include("muc#roomconfig_membersonly" in fields ? "muc_membersonly" : "muc_open");
        for (const secret of SECRETS) expect(answer.toString()).not.to.contain(secret);
      });

      it("is everything for members outside and occupants", async () => {
        for (const who of [hag, crone, "crone1@qtalk.test.org/elsewhere"]) {
          for (const secret of SECRETS) expect((await info(who)).toString()).to.contain(secret);
        }
      });

      it("excludes occupants, picture, messages and their times", async () => {
        expect(await nicks(stranger)).to.deep.equal([]);
        await play.configures(hag, { "muc#roomconfig_publicroom": "1" });
        expect(await nicks(stranger)).to.deep.equal([]);
        expect(await nicks(crone)).to.deep.equal(["hag"]);
        for (const [type, payload] of [
          ["get", `<vCard xmlns="vcard-temp"/>`],
          ["set", `<query xmlns="urn:xmpp:mam:2"/>`],
          ["get", `<metadata xmlns="urn:xmpp:mam:2"/>`],
        ] as const) {
          expect(await outcome(stranger, type, payload), payload).to.equal("auth/forbidden by coven");
          expect(await outcome(crone, type, payload), payload).to.equal("result");
        }
      });

      it("excludes whether a nickname is inside, whatever they request", async () => {
        const asked = async (nick: string): Promise<string[]> => {
          const item = `<query xmlns="http://jabber.org/protocol/muc#admin"><item nick="${nick}" role="none"/></query>`;
          const results = [await outcome(stranger, "set", item)];
          for (const payload of [
            `<query xmlns="${DISCO}#info"/>`,
            `<query xmlns="${DISCO}#items"/>`,
            `<query xmlns="jabber:iq:version"/>`,
            `<ping xmlns="urn:xmpp:ping"/>`,
            `<vCard xmlns="vcard-temp"/>`,
          ]) {
            results.push(errorOf(await play.asks(stranger, "get", payload, `${ROOM}/${nick}`)));
          }
          play.hears(stranger);
          const x = `<x xmlns="http://jabber.org/protocol/muc"/>`;
          await play.sends(stranger, `<message to="${ROOM}/${nick}" type="chat"><body>psst</body></message>`);
          await play.appears(stranger, nick, x);
          return [...results, ...play.hears(stranger).map(errorOf)];
        };
        expect(await asked("hag")).to.deep.equal(await asked("nobody"));
      });
    });
  }

  it("includes the name if the room is in the public list", async () => {
    await play.configures(hag, { "muc#roomconfig_membersonly": "1", "muc#roomconfig_publicroom": "1" });
    const list = await play.asks(stranger, "get", `<query xmlns="${DISCO}#items"/>`, DOMAIN);
    expect(list.toString()).to.contain("Cave");
    const answer = (await info(stranger)).toString();
    expect(answer).to.contain('name="Cave"');
    for (const secret of SECRETS.slice(1)) expect(answer).not.to.contain(secret);
  });

  it("is everything if they may enter", async () => {
    for (const secret of SECRETS) expect((await info(stranger)).toString()).to.contain(secret);
    expect(await outcome(stranger, "get", `<vCard xmlns="vcard-temp"/>`)).to.equal("result");
  });

  it("excludes occupants whose presence isn't broadcast", async () => {
    await play.configures(hag, {
      "muc#roomconfig_publicroom": "1",
      "muc#roomconfig_presencebroadcast": ["moderator"],
    });
    await play.enters(wiccarocks, "wicca");
    expect(await nicks(stranger)).to.deep.equal(["hag"]);
  });

  it("excludes a locked room's data", async () => {
    const locked = `locked@${DOMAIN}`;
    await play.enters(hag, "hag", "", locked);
    const answer = await play.asks(stranger, "get", `<query xmlns="${DISCO}#info"/>`, locked);
    expect(answer.toString()).not.to.contain("occupants");
    const archive = `<query xmlns="urn:xmpp:mam:2"/>`;
    expect(errorOf(await play.asks(stranger, "set", archive, locked))).to.equal("auth/forbidden by locked");
    expect((await play.asks(hag, "set", archive, locked)).attrs.type).to.equal("result");
  });

  it("excludes the archive of a room with a password, which occupants may read", async () => {
    await play.configures(hag, { "muc#roomconfig_roomsecret": "cauldron" });
    const archive = `<query xmlns="urn:xmpp:mam:2"/>`;
    expect(await outcome(wiccarocks, "set", archive)).to.equal("auth/forbidden by coven");
    await play.enters(wiccarocks, "wicca", "<password>cauldron</password>");
    expect(await outcome(wiccarocks, "set", archive)).to.equal("result");
  });
});
