import { onStage } from "../stage.js";
import { db, everybody } from "../../../plays/component.js";
import { crone, hag, wicca } from "../../../plays/people.js";
import { meanwhile } from "../../../plays/steps.js";

const ids = (count: number): string => Array.from({ length: count }, (_, id) => `ids=${id}`).join(" ");
const query = (fields: string): string =>
  `<query xmlns="mam"><x xmlns="data" type="submit"><field var="FORM_TYPE"><value>urn:xmpp:mam:2</value></field>` +
  `${fields}</x></query>`;
const LONG = "x".repeat(250_000);

describe("a room's archive", () => {
  onStage({}, [
    hag.opens(),
    crone.enters(),
    crone.says`#id1 m1`,
    hag.says`#id2 m2`,
    crone.says`#id3 m3`,
    hag.says`#id4 m4`,
    crone.says`#id5 m5`,
  ]).scenes({
    "returns all messages to users who may enter, from the occupants' addresses": [
      wicca.reads`= m1, m2, m3, m4, m5 | <fin complete="true"/> <count>5</count>
        <result queryid="q1" id="$id"><forwarded xmlns="forward"><delay stamp="/^20/"/>
        <message from="coven/crone" type="groupchat" id="id1" xmlns="client" to="!"><stanza-id id="$id"/></message>
        </forwarded></result>`,
    ],

    "shows real addresses to users who may see them now": [
      crone.reads`| !<item/>`,
      wicca.reads`| !<item/>`,
      hag.reads`| <message id="id1"><x xmlns="user"><item jid="CRONE"/></x></message>`,
      hag.makes`WICCA admin`,
      wicca.reads`| <message id="id1"><x xmlns="user"><item jid="CRONE"/></x></message>`,
      hag.configures`whois=anyone`,
      crone.reads`| <message id="id2"><x xmlns="user"><item jid="HAG"/></x><stanza-id id="$id"/></message>`,
      hag.moderates`$id`,
      hag.reads`= m1, -, m3, m4, m5, - | !<message from="coven"><x/></message>`,
    ],

    "returns pages forwards and backwards": [
      hag.reads`<max>2</max> = m1, m2 | <fin complete="!"/> <first index="0"/> <last>$2</last>`,
      hag.reads`<max>2</max><after>$2</after> = m3, m4 | <first index="2"/> <last>$4</last>`,
      hag.reads`<max>2</max><after>$4</after> = m5 | <fin complete="true"/>`,
      hag.reads`<max>2</max><before/> = m4, m5 | <first>$from</first>`,
      hag.reads`<max>4</max><before>$from</before> = m1, m2, m3 | <fin complete="true"/>`,
      hag.reads`<max>0</max> = nothing | <count>5</count> <fin complete="!"/>`,
      hag.pages`backwards = m5, m4`,
    ],

    "filters by time, occupant and id": [
      hag.reads`| <message id="id1"><stanza-id id="$i1"/></message> <message id="id2"><stanza-id id="$i2"/></message>
        <message id="id3"><stanza-id id="$i3"/></message> <message id="id4"><stanza-id id="$i4"/></message>
        <message id="id5"><stanza-id id="$i5"/></message>`,
      hag.reads`start=2020-01-01T00:00:00Z = m1, m2, m3, m4, m5`,
      hag.reads`end=2020-01-01T00:00:00Z = nothing`,
      hag.reads`with=coven/hag = m2, m4`,
      hag.reads`with=CRONE = m1, m3, m5`,
      crone.reads`with=CRONE = m1, m3, m5`,
      crone.reads`with=coven = m1, m2, m3, m4, m5`,
      crone.reads`with=HAG = auth/forbidden by coven`,
      hag.reads`after-id=$i2 before-id=$i5 = m3, m4`,
      hag.reads`after-id=$i2 before-id=$i4 <after>$i1</after> = m3`,
      hag.reads`after-id=$i2 before-id=$i4 <before>$i5</before> = m3`,
      hag.reads`ids=$i3 = m3 | <fin complete="true"/>`,
      hag.reads`ids=$i4 ids=$i1 ids=$i4 = m1, m4`,
    ],

    "answers unknown ids with item-not-found, and invalid queries with bad-request": [
      hag.reads`<after>1</after> = cancel/item-not-found by coven`,
      hag.reads`<before>nonsense</before> = cancel/item-not-found by coven`,
      hag.reads`ids=7 = cancel/item-not-found by coven`,
      hag.reads`unknown=1 = cancel/feature-not-implemented by coven`,
      hag.reads`unknown=1 with=coven = cancel/feature-not-implemented by coven`,
      hag.reads`${ids(100)} = cancel/item-not-found by coven`,
      hag.reads`${ids(101)} = modify/bad-request by coven`,
      hag.sets`${query(`<field var="ids"/><field var="end"><value>2030-01-01T00:00:00Z</value></field>`)}
        = modify/bad-request by coven`,
      hag.reads`start=yesterday = modify/bad-request by coven`,
      hag.reads`end=tomorrow = modify/bad-request by coven`,
      hag.reads`with=@ = modify/bad-request by coven`,
      hag.reads`<max>many</max> = modify/bad-request by coven`,
      hag.sets`<query xmlns="mam"><x xmlns="data" type="cancel"/></query> = modify/bad-request by coven`,
    ],

    "accepts query ids of up to 256 characters": [
      crone.sets`<query xmlns="mam" queryid="${"q".repeat(256)}"/>`,
      crone.sets`<query xmlns="mam" queryid="${"q".repeat(257)}"/> = modify/bad-request by coven`,
    ],

    "includes messages of the start and of the end": [
      db.runs`UPDATE archive SET id = 1580608922020000 - 1 + (SELECT count(*) FROM archive AS a WHERE a.id < archive.id)`,
      db.runs`UPDATE archive SET id = id + 998 WHERE id > 1580608922020000`,
      hag.reads`start=2020-02-02T02:02:02.020Z = m2, m3, m4, m5`,
      hag.reads`end=2020-02-02T02:02:02.020Z = m1, m2, m3`,
      hag.reads`start=2020-02-02T02:02:02.020Z end=2020-02-02T02:02:02.020Z = m2, m3
        | <delay stamp="2020-02-02T02:02:02.020Z"/>`,
    ],

    "contains messages that aren't on disk yet": [
      meanwhile(hag.says`m6`),
      crone.reads`= m1, m2, m3, m4, m5, m6`,
      meanwhile(hag.says`#id7 m7`),
      crone.asks`metadata | <end id="$last"/>`,
      crone.reads`| <message id="id7"><stanza-id id="$last"/></message>`,
    ],

    "leaves out a message that fits into no stanza": [
      db.runs`UPDATE archive SET stanza = '<message><body>${LONG}${LONG}</body></message>' WHERE stanza LIKE '%>m3<%'`,
      crone.reads`= m1, m2, m4, m5`,
    ],

    "returns at most about a mebibyte per page": [
      hag.says`m6`,
      crone.reads`| <message id="id1"><stanza-id id="$i1"/></message> <message id="id2"><stanza-id id="$i2"/></message>
        <message id="id3"><stanza-id id="$i3"/></message> <message id="id4"><stanza-id id="$i4"/></message>
        <message id="id5"><stanza-id id="$i5"/></message> <last>$i6</last>`,
      db.runs`UPDATE archive SET stanza = '<message><body>${LONG}</body></message>'`,
      hag.reads`ids=$i1 ids=$i2 ids=$i3 ids=$i4 ids=$i5 ids=$i6 = modify/policy-violation by coven`,
      hag.reads`= ${Array(5).fill(LONG).join(", ")} | <fin complete="!"/>`,
    ],

    "has no first and last message while it is empty, and is complete": [
      db.runs`DELETE FROM archive`,
      crone.asks`metadata | !<start/> !<end/>`,
      crone.reads`= nothing | <fin complete="true"/> <count>0</count>`,
      crone.reads`<max>0</max> = nothing | <fin complete="true"/> <count>0</count>`,
    ],

    "continues after a message that isn't archived": [
      everybody.hush(),
      hag.posts`<composing xmlns="states"/>`,
      crone.hears`message coven/hag groupchat | <stanza-id id="$typing"/>`,
      hag.says`m6`,
      crone.reads`<after>$typing</after> = m6`,
    ],

    "describes its form, and its first and last message": [
      crone.asks`archive | {FORM_TYPE=urn:xmpp:mam:2} <field var="with"/> <field var="start"/> <field var="end"/>
        <field var="after-id"/> <field var="ids"><validate><open/></validate></field>`,
      crone.reads`| <first>$first</first> <last>$last</last>`,
      crone.asks`metadata | <start id="$first"/> <end id="$last"/>`,
    ],
  });
});
