import { expect } from "chai";
import { roomsConfig } from "../../../../component/config.js";
import { DOMAIN } from "../play.js";
import { onStage } from "../stage.js";
import { crone, hag } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

const rooms = (...names: readonly string[]): string =>
  ["a Cave (1)", "b b (1)", "c c (2)"]
    .map((room) => room.split(/ (.*)/))
    .map(([id = "", name]) => `${names.includes(id) ? "" : "!"}<item jid="${id}" name="${name}"/>`)
    .join(" ");
const page = (inside: string): string =>
  `service <query xmlns="discoItems"><set xmlns="rsm">${inside}</set></query>`;

const at = (room: string): string => `${room}@${DOMAIN}`;

describe("service discovery of rooms", () => {
  onStage().scenes({
    "describes the service as group chat": [
      hag.asks`service info | <identity category="conference" type="text"/> {http://jabber.org/protocol/muc}
        {http://jabber.org/protocol/muc#stable_id} {http://jabber.org/protocol/disco#info}
        {http://jabber.org/protocol/disco#items} {urn:xmpp:occupant-id:0}`,
    ],

    "lists the service's public rooms with the number of occupants, in pages on request": [
      forEach(["a", "b", "c"], (room) => [hag.enters`${room}`, hag.configures`${room} publicroom=1`]),
      hag.configures`a roomname=Cave`,
      hag.configures`b publicroom=0`,
      hag.at("phone").enters`a as hag`,
      crone.enters`c`,
      crone.asks`service items | ${rooms("a", "c")} !<set/>`,
      crone.asks`${page("")} | ${rooms("a", "c")} <count>2</count>`,
      crone.asks`${page("<max>1</max>")} | ${rooms("a")}`,
      crone.asks`${page(`<max>1</max><after>${at("a")}</after>`)} | ${rooms("c")}`,
      crone.asks`${page("<max>1</max><before/>")} | ${rooms("c")}`,
      crone.asks`${page(`<max>1</max><before>${at("c")}</before>`)} | ${rooms("a")}`,
      crone.asks`${page("<before/>")} | ${rooms("a", "c")}`,
      crone.asks`${page(`<before>${at("a")}</before>`)} | ${rooms()}`,
      crone.asks`${page(`<before>${at("c")}</before><after>${at("a")}</after>`)} = modify/bad-request`,
    ],

    "describes a room": [
      hag.opens`roomname=Cave roomdesc=Dark`,
      crone.asks`info | <identity name="Cave"/> {muc_hidden} {muc_temporary} {muc_open} {muc_unmoderated}
        {muc_semianonymous} {muc_unsecured} {http://jabber.org/protocol/muc#stable_id}
        {http://jabber.org/protocol/muc#self-ping-optimization} {urn:xmpp:mam:2} {urn:xmpp:sid:0} {urn:xmpp:occupant-id:0}
        {FORM_TYPE=http://jabber.org/protocol/muc#roominfo} {muc#roominfo_description=Dark} {muc#roominfo_occupants=1}
        {urn:xmpp:message-moderate:1} {muc#roominfo_subject=/^$/} {roomname=Cave} {muc#roominfo_changesubject=0} {allowinvites=1} {allowpm=anyone}`,
      hag.configures`publicroom=1 persistentroom=1 membersonly=1 moderatedroom=1 whois=anyone roomsecret=x`,
      crone.asks`info | {muc_public} {muc_persistent} {muc_membersonly} {muc_moderated} {muc_nonanonymous}
        {muc_passwordprotected}`,
    ],

    "answers item-not-found for unknown rooms, and bad-request for occupants to outsiders": [
      crone.asks`info = cancel/item-not-found by coven`,
      hag.opens(),
      crone.asks`coven/hag info = modify/bad-request by coven`,
    ],

    "lists occupants of public rooms, and to occupants": [
      hag.opens(),
      crone.asks`items | !<item/>`,
      hag.asks`items | <item jid="coven/hag" name="hag"/>`,
      hag.configures`publicroom=1`,
      crone.asks`items | <item jid="coven/hag" name="hag"/>`,
    ],

    "answers unknown requests with an error": [
      hag.opens(),
      hag.asks`coven <query xmlns="urn:unknown"/> = cancel/service-unavailable`,
      hag.asks`service <query xmlns="urn:unknown"/> = cancel/service-unavailable`,
      hag.sets`coven <a xmlns="u"/><b xmlns="u"/> = modify/bad-request`,
      hag.sets`service <a xmlns="u"/><b xmlns="u"/> = modify/bad-request`,
    ],
  });
});

describe("the service's contact addresses", () => {
  const ADMIN = "mailto:admin@example.org";

  onStage({
    rooms: {
      contact: { admin: [ADMIN], abuse: ["xmpp:one@example.org", "xmpp:two@example.org"], sales: [] },
    },
  }).scenes({
    "are advertised by kind": [
      crone.asks`service info | {FORM_TYPE=http://jabber.org/network/serverinfo}
        <field var="admin-addresses"><value>${ADMIN}</value></field> !<field var="sales-addresses"/>
        <field var="abuse-addresses"><value>xmpp:one@example.org</value><value>xmpp:two@example.org</value></field>`,
    ],
  });

  onStage().scenes({
    "aren't advertised if none are configured": [crone.asks`service info | !<x xmlns="data"/>`],
  });

  it("must be URIs of a known kind", () => {
    const reads = (contact: unknown): string | undefined =>
      roomsConfig.safeParse({ contact }).error?.issues[0]?.path.join(".");
    expect(reads({ admin: [ADMIN] })).to.equal(undefined);
    expect(reads({ admin: ["admin@example.org"] })).to.equal("contact.admin.0");
    expect(reads({ boss: [ADMIN] })).to.equal("contact");
  });
});
