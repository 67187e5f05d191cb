/**
 * Rooms made with the forms of clients: they fill in what they know in the form that is shown, and submit all of it.
 * Their values are those of Gajim 2.5 (get_default_muc_config, with its dialog for a private group), of Monal
 * (MLMucProcessor's options for groups) and of Converse.js 14 (its dialog sets the name alone).
 */
import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { hag } from "../people.js";
import { onStage } from "../stage.js";

const INVITES = "muc#roomconfig_allowinvites";
/** An alias of the former, which Gajim sets otherwise. */
const PROSODYS = "{http://prosody.im/protocol/muc}roomconfig_allowmemberinvites";

const CLIENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Gajim: {
    "muc#roomconfig_roomname": "Coven",
    "muc#roomconfig_roomdesc": "",
    [INVITES]: "1",
    "muc#roomconfig_allowpm": "anyone",
    "muc#roomconfig_changesubject": "1",
    "muc#roomconfig_enablelogging": "0",
    "muc#roomconfig_membersonly": "1",
    "muc#roomconfig_moderatedroom": "0",
    "muc#roomconfig_passwordprotectedroom": "0",
    "muc#roomconfig_persistentroom": "1",
    "muc#roomconfig_publicroom": "0",
    "muc#roomconfig_whois": "anyone",
    allow_voice_requests: "0",
    public_list: "0",
    mam: "1",
    [PROSODYS]: "0",
    "muc#roomconfig_enablearchiving": "1",
  },
  Monal: {
    "muc#roomconfig_persistentroom": "1",
    "muc#roomconfig_membersonly": "1",
    "muc#roomconfig_whois": "anyone",
    "muc#roomconfig_enablelogging": "0",
    "muc#roomconfig_changesubject": "0",
    [INVITES]: "0",
    "muc#roomconfig_getmemberlist": "participant",
    "muc#roomconfig_publicroom": "0",
    "muc#roomconfig_moderatedroom": "0",
    "muc#maxhistoryfetch": "0",
  },
  "Converse.js": { "muc#roomconfig_roomname": "Coven" },
};

describe("a room made with a client's form", () => {
  const play = onStage({}, "hag enters");

  /** Fills in what the form has, and what is sent besides. */
  const fills = async (values: Readonly<Record<string, string>>, all: boolean): Promise<Element> => {
    const fields = await play.form(hag);
    for (const [name, value] of Object.entries(values)) {
      if (all || name in fields) fields[name] = value;
    }
    const lists = Object.entries(fields).flatMap(([name, lines]) =>
      name === "FORM_TYPE" ? [] : [[name, lines === "" ? [] : lines.split("\n")] as const],
    );
    return await play.configures(hag, Object.fromEntries(lists));
  };

  for (const [client, values] of Object.entries(CLIENTS)) {
    for (const all of [false, true]) {
      it(`has the options of ${client}, ${all ? "all of them" : "as far as the form shows them"}, and keeps its archive`, async () => {
        expect((await fills(values, all)).attrs.type).to.equal("result");
        const room = await play.form(hag);
        for (const [name, value] of Object.entries(values)) {
          if (name in room && name !== INVITES) expect(room[name], name).to.equal(value);
        }
        expect(room["muc#roomconfig_enablearchiving"]).to.equal("1");
        await play.acts("hag says Fire burn\nhag reads = Fire burn");
      });
    }
  }
});
