import { expect } from "chai";
import { MUC } from "../../../../component/muc/wire/ns.js";
import { UNUSUAL } from "../fields.js";
import { onStage } from "../stage.js";
import { component, coven, db, everybody } from "../../../plays/component.js";
import { CRONE, HAG, crone, each, hag, wicca } from "../../../plays/people.js";
import { forEach, meanwhile } from "../../../plays/steps.js";

const submit = (fields: string): string =>
  `<query xmlns="owner"><x xmlns="data" type="submit">${fields}</x></query>`;
const TYPE = `<field var="FORM_TYPE"><value>http://jabber.org/protocol/muc#roomconfig</value></field>`;
const CANCEL = `<query xmlns="owner"><x xmlns="data" type="cancel"/></query>`;
const fields = (count: number): string =>
  Array.from({ length: count }, (_, n) => `<field var="a${n}"/>`).join("");
const LONGEST = "x".repeat(255);

describe("creating and destroying a room", () => {
  onStage({ rooms: { tombstone_days: 0 } }).scenes({
    "unlocks the room by an empty submit": [
      hag.enters(),
      hag.notices`presence coven/hag owner/moderator 201 110`,
      hag.sets`${submit("")}`,
      hag.hears`nothing`,
      crone.enters(),
      crone.hears`3 stanzas`,
    ],

    "destroys the room by the first cancel, and does nothing by a later one": [
      hag.enters(),
      everybody.hush(),
      hag.sets`${CANCEL}`,
      hag.hears`presence coven/hag unavailable none/none 110`,
      hag.sets`${CANCEL} = cancel/item-not-found by coven`,
      hag.opens(),
      hag.sets`${CANCEL}`,
      hag.hears`nothing`,
    ],

    "destroys a locked room when its creator leaves": [
      hag.enters(),
      hag.leaves(),
      crone.enters(),
      crone.notices`presence coven/crone owner/moderator 201 110`,
    ],

    "is for owners only": [
      hag.opens(),
      hag.makes`CRONE admin`,
      crone.configures`= auth/forbidden by coven`,
      crone.destroys`= auth/forbidden by coven`,
      crone.sets`${CANCEL} = auth/forbidden by coven`,
      crone.asks`form = auth/forbidden by coven`,
    ],

    "sends each occupant the alternative and the reason, then answers the owner": [
      coven.meets(),
      hag.says`last words`,
      everybody.hush(),
      hag.destroys`jid=new@x.test <reason>Macbeth doth come</reason>`,
      crone.hears`presence coven/crone unavailable none/none 110
            | <destroy jid="new@x.test"><reason>Macbeth doth come</reason></destroy>`,
      hag.hears`presence coven/hag unavailable none/none 110`,
      component.wrote`1 = iq hag`,
      forEach(["rooms", "affiliations", "occupants", "archive"], (table) => [db.has`${table} = 0`]),
    ],

    "sends the alternative's password, and nothing that wasn't given": [
      forEach(["jid=", ""], (jid) => [
        hag.opens(),
        hag.destroys`${jid}`,
        hag.hears`presence coven/hag unavailable none/none 110 | <destroy jid="!"/> !<password/> !<reason/>`,
      ]),
      hag.opens(),
      hag.destroys`jid="a b@@" = modify/jid-malformed by coven`,
      hag.destroys`jid=new@x.test <password>p</password>`,
      hag.hears`presence coven/hag unavailable none/none 110
            | <destroy jid="new@x.test"><password>p</password></destroy> !<reason/>`,
    ],

    "lets anybody create a room of the same name at once if the operator configures no tombstones": [
      hag.opens(),
      meanwhile(hag.destroys()),
      crone.enters(),
      crone.notices`presence coven/crone owner/moderator 201 110`,
      crone.configures(),
      wicca.enters(),
      wicca.hears`3 stanzas`,
    ],
  });
});

describe("the number of rooms", () => {
  onStage({ rooms: { max_rooms: 1 } }, [hag.opens()]).scenes({
    "is limited": [
      hag.enters`second`,
      hag.hears`presence second/hag error wait/resource-constraint by second`,
    ],
  });
});

describe("configuring a room", () => {
  const play = onStage({}, [coven.meets()]);

  play.scenes({
    "answers first, then sends 104 to everybody, which isn't in the history": [
      hag.configures`roomname="A Dark Cave"`,
      component.wrote`5 = iq hag, message hag, message crone, presence hag, presence crone`,
      crone.hears`message coven groupchat 104`,
      wicca.enters(),
      wicca.misses`104`,
    ],

    "sends 170 to 173 if public logging or the visibility of addresses changes, and all codes of several changes":
      [
        hag.configures`enablelogging=1`,
        hag.hears`message coven groupchat 170`,
        hag.configures`enablelogging=0`,
        hag.hears`message coven groupchat 171`,
        hag.configures`:mam=0`,
        hag.hears`message coven groupchat 104`,
        hag.configures`whois=anyone`,
        hag.hears`message coven groupchat 172`,
        hag.configures`whois=moderators`,
        hag.hears`message coven groupchat 173`,
        hag.configures`roomname=Cave whois=anyone enablelogging=1`,
        hag.hears`message coven groupchat 104 170 172`,
      ],

    "accepts the longest name, several lines, true and false, none as the upper limit, and nothing as the default":
      [
        hag.configures`roomname=${LONGEST} membersonly=true maxusers=none historylength=none`,
        hag.asks`form | {roomname=${LONGEST}} {membersonly=1} {maxusers=1000} {historylength=100}`,
        hag.configures`roomname=one roomname=two membersonly=false historylength=`,
        hag.asks`form | {membersonly=0} {historylength=20} {roomname=/^one\\stwo$/}`,
      ],

    "puts out non-members with 322 when the room becomes members-only": [
      hag.makes`WICCA member`,
      wicca.enters(),
      everybody.hush(),
      hag.configures`membersonly=1`,
      crone.hears`message coven groupchat 104
          < presence coven/crone unavailable none/none 322 110`,
      wicca.notices`presence coven/crone unavailable none/none 322`,
    ],

    "answers a bad request, and announces nothing": [
      hag.sets`<query xmlns="owner"/> = modify/bad-request by coven`,
      hag.sets`${submit(`<field var="FORM_TYPE"><value>jabber:iq:search</value></field>`)} = modify/bad-request by coven`,
      hag.sets`${submit(`<field var="a"><value>1</value></field>`)} = modify/bad-request by coven`,
      hag.sets`${submit(`${TYPE}<field><value>1</value></field>`)} = modify/bad-request by coven`,
      hag.sets`${submit(`${TYPE}<field var="a"/><field var="a"/>`)} = modify/bad-request by coven`,
      hag.sets`${submit(TYPE + fields(300))} = modify/bad-request by coven`,
      hag.sets`<query xmlns="owner"><x xmlns="data" type="result"/></query> = modify/bad-request by coven`,
      each(hag, crone).hears`nothing`,
    ],

    "refuses a value that a field can't have, and changes nothing": [
      forEach(
        [
          "membersonly=perhaps",
          "whois=nobody",
          "maxusers=-1",
          "maxusers=0",
          "maxusers=1000000",
          "historylength=1.5",
        ],
        (wrong) => [hag.configures`roomdesc=changed ${wrong} = modify/not-acceptable by coven`],
      ),
      forEach(
        [
          "getmemberlist=owner",
          "lang=zh_TW",
          "lang=&lt;en>",
          "presencebroadcast=all",
          "passwordprotectedroom=1",
        ],
        (wrong) => [hag.configures`roomdesc=changed ${wrong} = modify/not-acceptable by coven`],
      ),
      hag.configures`roomdesc=changed roomname=${LONGEST}x = modify/not-acceptable by coven`,
      hag.asks`form | !<value>changed</value> {membersonly=0} {whois=moderators} {passwordprotectedroom=0}`,
      each(hag, crone).hears`nothing`,
    ],
  });

  it("stores every field, keeps fields that aren't submitted, and ignores unknown ones", async () => {
    const fields: Record<string, string> = {
      ...UNUSUAL,
      "muc#roomconfig_roomname": "Name",
      "muc#roomconfig_roomdesc": "Description",
      "muc#roomconfig_passwordprotectedroom": "1",
      "muc#roomconfig_roomsecret": "cauldron",
      "muc#roomconfig_roomowners": HAG.address,
      "muc#roomconfig_roomadmins": CRONE.address,
    };
    expect((await play.configures(hag.address, { ...fields, invented: "1" })).attrs.type).to.equal("result");
    expect(await play.form(hag.address)).to.include(fields);
    await play.acts([
      hag.configures`roomname=Other`,
      hag.asks`form | {roomdesc=Description} {roomadmins=${CRONE.address}}`,
    ]);
  });

  it("changes nothing if the form is submitted as it was shown", async () => {
    const shown = await play.asks(hag.address, "get", `<query xmlns="${MUC.owner}"/>`);
    const given = shown.getChild("query")?.getChild("x")?.getChildren("field") ?? [];
    await play.acts([hag.sets`${submit(given.map(String).join(""))}`, hag.hears`nothing`]);
  });
});
