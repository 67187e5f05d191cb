/** What a room says of itself (XEP-0045 §6.4, §15.5.4): each option as it is. */
import { expect } from "chai";
import { Jid, type AccountJid } from "../../../../component/address.js";
import { roomsConfig } from "../../../../component/config.js";
import { joinLink, nameOf } from "../../../../component/muc/room/names.js";
import type { Described } from "../../../../component/muc/features/feature.js";
import { infoFields } from "../../../../component/muc/admin/config-fields.js";
import { HOOKS } from "../../../../component/muc/features.js";
import { optionsOfEntered } from "../../../../component/muc/room/options.js";
import type { RoomView } from "../../../../component/muc/room/room-view.js";

const usual = optionsOfEntered(roomsConfig.parse({}));
const plain = {
  jid: { text: "coven@r", local: "coven", domain: "r" },
  options: usual,
  pictures: [],
  hasHats: false,
} as unknown as Described;
const other: Described = {
  ...plain,
  options: {
    ...{ ...usual, persistent: true, public: true, membersOnly: true, moderated: true, whois: "anyone" },
    ...{
      name: "Coven",
      description: "A dark cave",
      language: "en",
      changeSubject: true,
      allowInvites: false,
    },
    ...{ allowPm: "none", allowQueries: false, password: "cauldron", archive: false, logged: true },
  },
  pictures: ["hash"],
  hasHats: true,
};

const ALWAYS = [
  "urn:xmpp:message-retract:1",
  "urn:xmpp:message-moderate:1",
  "urn:xmpp:message-moderate:0",
  "jabber:iq:register",
  "http://jabber.org/protocol/muc#request",
  "vcard-temp",
];

describe("a room says of itself", () => {
  const features = (room: Described): string[] => HOOKS.disco.flatMap((disco) => disco(room));
  const form = (room: Described): Record<string, string> =>
    Object.fromEntries(
      [...infoFields(room.options), ...HOOKS.info.flatMap((info) => info(room))].map(({ name, values }) => [
        name,
        values.join(),
      ]),
    );

  it("what it can do, and what its owner chose", () => {
    expect(features(plain)).to.have.members([
      ...["muc_temporary", "muc_hidden", "muc_open", "muc_unsecured", "muc_unmoderated", "muc_semianonymous"],
      ...["urn:xmpp:mam:2", "urn:xmpp:mam:2#extended", "urn:xmpp:fulltext:0", ...ALWAYS],
    ]);
    expect(features(other)).to.have.members([
      ...["muc_persistent", "muc_public", "muc_membersonly", "muc_passwordprotected", "muc_moderated"],
      ...["muc_nonanonymous", "urn:xmpp:hats:0", ...ALWAYS],
    ]);
  });

  it("how it is called, and what may be done in it, in a form", () => {
    expect(form(plain)).to.deep.equal({
      ...{ "muc#roomconfig_roomname": "", "muc#roominfo_description": "", "muc#roominfo_lang": "" },
      ...{ "muc#roominfo_changesubject": "0", "muc#roomconfig_changesubject": "0" },
      ...{ "muc#roomconfig_allowinvites": "1", "muc#roomconfig_allowpm": "anyone" },
      ...{ "muc#roomconfig_allow_query_users": "1", "muc#roomconfig_enablelogging": "0" },
    });
    expect(form(other)).to.deep.equal({
      ...{ "muc#roomconfig_roomname": "Coven", "muc#roominfo_description": "A dark cave" },
      ...{
        "muc#roominfo_changesubject": "1",
        "muc#roomconfig_changesubject": "1",
        "muc#roominfo_lang": "en",
      },
      ...{ "muc#roomconfig_allowinvites": "0", "muc#roomconfig_allowpm": "none" },
      ...{ "muc#roomconfig_allow_query_users": "0", "muc#roomconfig_enablelogging": "1" },
      "muc#roominfo_avatarhash": "hash",
    });
  });

  it("to those who come in that it is logged, and that addresses are seen, where it is so", () => {
    const codes = (room: Described): unknown[] =>
      HOOKS.entryCode.flatMap((entryCode) => entryCode(room as RoomView) ?? []);
    expect(codes(plain)).to.deep.equal([]);
    expect(codes(other)).to.deep.equal([100, 170]);
  });

  it("in invitations by its name, or by the first part of its address", () => {
    expect([nameOf(plain), nameOf(other)]).to.deep.equal(["coven", "Coven"]);
  });

  it("in invitations by a link that enters it, in ASCII whatever its address (RFC 5122 §2.7.2)", () => {
    expect(joinLink(plain)).to.equal("xmpp:coven@r?join");
    const jid = Jid.parse("ji\u0159i(1)?@\u010dechy.example") as AccountJid;
    expect(joinLink({ jid })).to.equal("xmpp:ji%C5%99i(1)%3F@%C4%8Dechy.example?join");
  });
});
