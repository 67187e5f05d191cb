/** The lists of owners and administrators in a room's form: one change for each account (XEP-0045 §10.2). */
import { onStage } from "../stage.js";
import { coven, everybody, db } from "../../../plays/component.js";
import { hag, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

const are = "SELECT affiliation FROM affiliations ORDER BY jid";

describe("the configuration form's lists of owners and administrators", () => {
  onStage({}, [coven.meets`wicca`, hag.makes`CRONE admin`, everybody.hush()]).scenes({
    "make an administrator an owner, announced once, whichever lists they are in": [
      hag.configures`roomowners=HAG roomowners=CRONE roomadmins=()`,
      db.shows`${are} = owner, owner`,
      wicca.hears`presence coven/crone owner/moderator`,
      hag.configures`roomowners=HAG roomadmins=CRONE`,
      hag.configures`roomowners=HAG roomowners=CRONE roomadmins=CRONE`,
      db.shows`${are} = owner, owner`,
    ],

    "hand the room over: the former owner becomes a member": [
      hag.configures`roomowners=CRONE roomadmins=()`,
      db.shows`${are} = owner, member`,
      hag.notices`presence coven/hag member/`,
    ],

    "exchange an owner and an administrator": [
      hag.configures`roomowners=CRONE roomadmins=HAG`,
      db.shows`${are} = owner, admin`,
      wicca.notices`presence coven/hag admin/moderator
          < presence coven/crone owner/moderator`,
    ],

    "keep the other list if only one is submitted, and owners stay owners": [
      hag.configures`roomadmins=HAG roomadmins=WICCA`,
      db.shows`${are} = member, owner, admin`,
      hag.configures`roomowners=HAG roomowners=CRONE`,
      db.shows`${are} = owner, owner, admin`,
    ],

    "refuse to leave the room without an owner": [
      hag.configures`roomowners=() roomadmins=HAG roomadmins=CRONE = cancel/conflict by coven`,
      db.shows`${are} = admin, owner`,
      hag.hears`nothing`,
    ],

    "may have blank lines, and nothing else that is no account": [
      hag.configures`roomowners=HAG roomowners= roomowners=CRONE`,
      forEach(["qtalk.test.org", "a b@@"], (wrong) => [
        hag.configures`roomowners=HAG roomowners="${wrong}" = modify/jid-malformed by coven`,
      ]),
      db.shows`${are} = owner, owner`,
    ],
  });
});
