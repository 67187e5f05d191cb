/** The lists of owners and administrators in a room's form: one change for each account (XEP-0045 §10.2). */
import { onStage } from "../stage.js";

const are = "db shows SELECT affiliation FROM affiliations ORDER BY jid";

describe("the configuration form's lists of owners and administrators", () => {
  onStage({}, "coven meets wicca\nhag makes CRONE admin\nall hush").scenes(`
    make an administrator an owner, announced once, whichever lists they are in
      hag configures roomowners=HAG roomowners=CRONE roomadmins=()
      ${are} = owner, owner
      wicca < presence coven/crone owner/moderator
      hag configures roomowners=HAG roomadmins=CRONE
      hag configures roomowners=HAG roomowners=CRONE roomadmins=CRONE
      ${are} = owner, owner

    hand the room over: the former owner becomes a member
      hag configures roomowners=CRONE roomadmins=()
      ${are} = owner, member
      hag ~ presence coven/hag member/

    exchange an owner and an administrator
      hag configures roomowners=CRONE roomadmins=HAG
      ${are} = owner, admin
      wicca ~ presence coven/hag admin/moderator
            ~ presence coven/crone owner/moderator

    keep the other list if only one is submitted, and owners stay owners
      hag configures roomadmins=HAG roomadmins=WICCA
      ${are} = member, owner, admin
      hag configures roomowners=HAG roomowners=CRONE
      ${are} = owner, owner, admin

    refuse to leave the room without an owner
      hag configures roomowners=() roomadmins=HAG roomadmins=CRONE = cancel/conflict by coven
      ${are} = admin, owner
      hag < nothing

    may have blank lines, and nothing else that is no account
      hag configures roomowners=HAG roomowners= roomowners=CRONE
      for $wrong in qtalk.test.org "a b@@"
        hag configures roomowners=HAG roomowners="$wrong" = modify/jid-malformed by coven
      ${are} = owner, owner
  `);
});
