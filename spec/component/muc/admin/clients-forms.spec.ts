/**
 * Rooms made with the forms of clients, which fill in what they know, and send back the rest of the form as it was
 * shown (see configuration.spec.ts). Their values are those of Gajim 2.5 (get_default_muc_config, with its dialog for a
 * private group), of Monal (MLMucProcessor's options for groups) and of Converse.js 14 (its dialog sets the name alone).
 */
import { onStage } from "../stage.js";
import { hag } from "../../../plays/people.js";

/** The fields that the form has, and what is sent besides, some of it an alias of a field. */
const CLIENTS = {
  Gajim: [
    "roomname=Coven roomdesc= allowpm=anyone changesubject=1 enablelogging=0 membersonly=1 moderatedroom=0 " +
      "passwordprotectedroom=0 persistentroom=1 publicroom=0 whois=anyone enablearchiving=1",
    "allowinvites=1 {http://prosody.im/protocol/muc}roomconfig_allowmemberinvites=0 :allow_voice_requests=0 " +
      ":public_list=0 :mam=1",
  ],
  Monal: [
    "persistentroom=1 membersonly=1 whois=anyone enablelogging=0 changesubject=0 allowinvites=0 " +
      "getmemberlist=participant publicroom=0 moderatedroom=0",
    "muc#maxhistoryfetch=0",
  ],
  "Converse.js": ["roomname=Coven", ""],
} as const;

describe("a room made with a client's form", () => {
  for (const [client, [shown, besides]] of Object.entries(CLIENTS)) {
    const fields = shown.split(" ").map((field) => `{${field}}`);
    onStage({}, [hag.enters()]).scenes({
      [`has the options of ${client}, and keeps its archive`]: [
        hag.configures`${shown} ${besides}`,
        hag.asks`form | ${fields.join(" ")} {enablearchiving=1}`,
        hag.says`Fire burn`,
        hag.reads`= Fire burn`,
      ],
    });
  }
});
