/** Calls for a room's options and vCard. */
import { expect } from "chai";
import { commitWork } from "../../../../component/operations/room-call.js";
import { StanzaError } from "../../../../component/inbound/stanza-error.js";
import { DOMAIN, ROOM } from "../play.js";
import { onStage } from "../stage.js";
import { everybody } from "../../../plays/component.js";
import { HAG, WICCA, crone, hag } from "../../../plays/people.js";

const PHOTO = "<PHOTO><TYPE>image/png</TYPE><BINVAL>iVBORw0KGgo=</BINVAL></PHOTO>";
const PICTURE = "presence coven | <photo>/^[0-9a-f]+$/</photo> <photo>$hash</photo>";

describe("calls for a room's options", () => {
  const play = onStage({}, [
    HAG.calls`create name=群`,
    HAG.calls`add crone1`,
    hag.enters(),
    crone.enters(),
    everybody.hush(),
  ]);

  play.scenes({
    "read what the form shows": [hag.configures`roomname=Cave maxusers=30`, HAG.calls`opts = Cave 30 hag66`],

    "change the named options only, and notify occupants": [
      hag.asks`form | {persistentroom=1} {publicroom=0} {membersonly=1}`,
      HAG.calls`change persistent=false public=true max_users=12`,
      crone.hears`message coven groupchat 104`,
      hag.asks`form | {persistentroom=0} {publicroom=1} {maxusers=12} {membersonly=1} {whois=anyone}`,
      HAG.calls`change persistent=true`,
      hag.asks`form | {persistentroom=1} {publicroom=1} {maxusers=12} {membersonly=1}`,
    ],

    "replace the owners": [
      HAG.calls`change affiliations=crone1`,
      HAG.calls`opts = 群 1000 crone1`,
      hag.notices`presence coven/crone owner/moderator`,
    ],

    "invite an owner who wasn't a member, without naming an inviter": [
      HAG.calls`change affiliations=wiccarocks`,
      WICCA.hears`message ${DOMAIN} "An administrator made you a member of 群: xmpp:${ROOM}?join"`,
    ],

    "refuse more occupants than rooms.max_occupants, and then change nothing": [
      HAG.calls`change max_users=999999999 persistent=false = /^1 max_users: a room here/`,
      hag.asks`form | {persistentroom=1} {maxusers=1000}`,
      crone.hears`nothing`,
    ],

    "announce that the room's vCard has changed, with its picture's hash": [
      HAG.calls`vcard`,
      crone.hears`message coven groupchat 104`,
      hag.sets`<vCard xmlns="vcard">${PHOTO}</vCard>`,
      crone.notices`${PICTURE}`,
      HAG.calls`vcard room=${ROOM}`,
      crone.hears`${PICTURE}
          < message coven groupchat 104`,
      HAG.calls`vcard room=none = /^4 /`,
    ],
  });

  it("have an errcode for retries only if another attempt can succeed", async () => {
    for (const [condition, errcode] of [
      ["not-acceptable", 1],
      ["bad-request", 1],
      ["forbidden", 2],
      ["item-not-found", 4],
      ["resource-constraint", 5],
    ] as const) {
      const refused = await commitWork(play.context, () => {
        throw new StanzaError("cancel", condition, "no");
      });
      expect(refused, condition).to.include({ errcode, message: "no" });
    }
  });
});
