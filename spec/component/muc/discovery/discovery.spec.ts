import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, DOMAIN, errorOf, hag, HAG, onStage, ROOM, Play } from "../play.js";
import { roomsConfig, type RoomsConfig } from "../../../../component/config.js";

const INFO = `<query xmlns="http://jabber.org/protocol/disco#info"/>`;
const ITEMS = `<query xmlns="http://jabber.org/protocol/disco#items"/>`;

describe("service discovery of rooms", () => {
  const play = onStage();

  const items = (answer: Element): string[] =>
    (answer.getChild("query")?.getChildren("item") ?? []).map(({ attrs }) => `${attrs.jid} ${attrs.name}`);

  it("describes the service as group chat", async () => {
    const answer = await play.asks(hag, "get", INFO, DOMAIN);
    expect(answer.getChild("query")?.getChild("identity")?.attrs).to.include({
      category: "conference",
      type: "text",
    });
    expect((await play.info(hag, DOMAIN)).features).to.include.members([
      "http://jabber.org/protocol/muc",
      "http://jabber.org/protocol/muc#stable_id",
      "http://jabber.org/protocol/disco#info",
      "http://jabber.org/protocol/disco#items",
      "urn:xmpp:occupant-id:0",
    ]);
  });

  it("lists the service's public rooms with the number of occupants, in pages on request", async () => {
    for (const name of ["a", "b", "c"]) {
      const room = `${name}@${DOMAIN}`;
      await play.enters(hag, "hag", "", room);
      await play.configures(hag, { "muc#roomconfig_publicroom": name === "b" ? "0" : "1" }, room);
    }
    await play.configures(hag, { "muc#roomconfig_roomname": "Cave" }, `a@${DOMAIN}`);
    // A second session of the same occupant doesn't count.
    await play.enters(`${HAG}/phone`, "hag", "", `a@${DOMAIN}`);
    await play.enters(crone, "crone", "", `c@${DOMAIN}`);
    expect(items(await play.asks(crone, "get", ITEMS, DOMAIN))).to.deep.equal([
      `a@${DOMAIN} Cave (1)`,
      `c@${DOMAIN} c (2)`,
    ]);
    const page = async (inside: string): Promise<Element> => {
      const rsm = `<set xmlns="http://jabber.org/protocol/rsm">${inside}</set>`;
      return await play.asks(crone, "get", ITEMS.replace("/>", `>${rsm}</query>`), DOMAIN);
    };
    const setIn = (answer: Element): Element | undefined => answer.getChild("query")?.getChild("set");
    expect(setIn(await play.asks(crone, "get", ITEMS, DOMAIN))).to.equal(undefined);
    expect(setIn(await page(""))?.getChildText("count")).to.equal("2");
    const [a, c] = [`a@${DOMAIN} Cave (1)`, `c@${DOMAIN} c (2)`];
    for (const [asked, given] of [
      ["<max>1</max>", [a]],
      [`<max>1</max><after>a@${DOMAIN}</after>`, [c]],
      ["<max>1</max><before/>", [c]],
      [`<max>1</max><before>c@${DOMAIN}</before>`, [a]],
      ["<before/>", [a, c]],
      [`<before>a@${DOMAIN}</before>`, []],
    ] as const)
      expect(items(await page(asked)), asked).to.deep.equal(given);
    const both = await page(`<before>c@${DOMAIN}</before><after>a@${DOMAIN}</after>`);
    expect(errorOf(both)).to.equal("modify/bad-request");
  });

  it("describes a room", async () => {
    await play.roomOf(hag, "hag", { "muc#roomconfig_roomname": "Cave", "muc#roomconfig_roomdesc": "Dark" });
    const answer = await play.asks(crone, "get", INFO);
    expect(answer.getChild("query")?.getChild("identity")?.attrs.name).to.equal("Cave");
    const { features, fields } = await play.info(crone);
    expect(features).to.include.members([
      ...["muc_hidden", "muc_temporary", "muc_open", "muc_unmoderated", "muc_semianonymous", "muc_unsecured"],
      "http://jabber.org/protocol/muc#stable_id",
      "http://jabber.org/protocol/muc#self-ping-optimization",
      ...["urn:xmpp:mam:2", "urn:xmpp:sid:0", "urn:xmpp:occupant-id:0"],
    ]);
    expect(fields).to.include({
      FORM_TYPE: "http://jabber.org/protocol/muc#roominfo",
      "muc#roominfo_description": "Dark",
      "muc#roominfo_occupants": "1",
      "muc#roominfo_subject": "",
      "muc#roomconfig_roomname": "Cave",
      "muc#roominfo_changesubject": "0",
      "muc#roomconfig_allowinvites": "1",
      "muc#roomconfig_allowpm": "anyone",
    });
    await play.configures(hag, {
      "muc#roomconfig_publicroom": "1",
      "muc#roomconfig_persistentroom": "1",
      "muc#roomconfig_membersonly": "1",
      "muc#roomconfig_moderatedroom": "1",
      "muc#roomconfig_whois": "anyone",
      "muc#roomconfig_roomsecret": "x",
    });
    expect((await play.info(crone)).features).to.include.members([
      "muc_public",
      "muc_persistent",
      "muc_membersonly",
      "muc_moderated",
      "muc_nonanonymous",
      "muc_passwordprotected",
    ]);
  });

  it("answers item-not-found for unknown rooms, and bad-request for occupants to outsiders", async () => {
    expect(errorOf(await play.asks(crone, "get", INFO))).to.equal("cancel/item-not-found by coven");
    await play.roomOf(hag, "hag");
    expect(errorOf(await play.asks(crone, "get", INFO, `${ROOM}/hag`))).to.equal(
      "modify/bad-request by coven",
    );
  });

  it("lists occupants of public rooms, and to occupants", async () => {
    await play.roomOf(hag, "hag");
    expect(items(await play.asks(crone, "get", ITEMS))).to.deep.equal([]);
    expect(items(await play.asks(hag, "get", ITEMS))).to.deep.equal([`${ROOM}/hag hag`]);
    await play.configures(hag, { "muc#roomconfig_publicroom": "1" });
    expect(items(await play.asks(crone, "get", ITEMS))).to.deep.equal([`${ROOM}/hag hag`]);
  });

  it("answers unknown requests with an error", async () => {
    await play.roomOf(hag, "hag");
    for (const to of [ROOM, DOMAIN]) {
      expect(errorOf(await play.asks(hag, "get", `<query xmlns="urn:unknown"/>`, to))).to.contain(
        "service-unavailable",
      );
      expect(errorOf(await play.asks(hag, "set", `<a xmlns="u"/><b xmlns="u"/>`, to))).to.contain(
        "bad-request",
      );
    }
  });
});

const ADMIN = "mailto:admin@example.org";
const ABUSE = ["xmpp:abuse@example.org", "https://example.org/abuse"];

describe("the service's contact addresses", () => {
  const advertised = async (contact: RoomsConfig["contact"]): Promise<Record<string, string>> => {
    const play = await new Play({ rooms: { contact } }).ready();
    const { fields } = await play.info(crone, DOMAIN);
    play.close();
    return fields;
  };

  it("are advertised by kind", async () => {
    expect(await advertised({ admin: [ADMIN], abuse: ABUSE, sales: [] })).to.deep.equal({
      FORM_TYPE: "http://jabber.org/network/serverinfo",
      "admin-addresses": ADMIN,
      "abuse-addresses": ABUSE.join("\n"),
    });
  });

  it("aren't advertised if none are configured", async () => {
    expect(await advertised({})).to.deep.equal({});
  });

  it("must be URIs of a known kind", () => {
    const reads = (contact: unknown): string | undefined =>
      roomsConfig.safeParse({ contact }).error?.issues[0]?.path.join(".");
    expect(reads({ admin: [ADMIN] })).to.equal(undefined);
    expect(reads({ admin: ["admin@example.org"] })).to.equal("contact.admin.0");
    expect(reads({ boss: [ADMIN] })).to.equal("contact");
  });
});
