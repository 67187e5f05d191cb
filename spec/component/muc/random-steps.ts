/** What people and programs may do to a room, by chance. */
import fc from "fast-check";
import { addMucUser } from "../../../component/operations/add-muc-user.js";
import { clearStaff } from "../../../component/operations/clear-staff.js";
import { createMuc } from "../../../component/operations/create-muc.js";
import { delMucUser } from "../../../component/operations/del-muc-user.js";
import { sendThirdMessage } from "../../../component/operations/send-thirdmessage.js";
import { DOMAIN, ROOM, type Play } from "./play.js";

export const SESSIONS = [
  "a@qtalk.test.org/1",
  "a@qtalk.test.org/2",
  "b@qtalk.test.org/1",
  "c@qtalk.test.org/1",
  "d@x.test/1",
];
const NICKS = ["Ann", "ann", "Bob", "Eve", "测试"];
const room = { id: "coven", domain: DOMAIN };

const session = fc.constantFrom(...SESSIONS);
const nick = fc.constantFrom(...NICKS);
const jid = fc.constantFrom("a@qtalk.test.org", "b@qtalk.test.org", "c@qtalk.test.org", "d@x.test", "x.test");
const affiliation = fc.constantFrom("owner", "admin", "member", "none", "outcast");
const role = fc.constantFrom("moderator", "participant", "visitor", "none");
const field = fc.constantFrom(
  ["muc#roomconfig_membersonly", "1"],
  ["muc#roomconfig_membersonly", "0"],
  ["muc#roomconfig_moderatedroom", "1"],
  ["muc#roomconfig_moderatedroom", "0"],
  ["muc#roomconfig_whois", "anyone"],
  ["muc#roomconfig_whois", "moderators"],
  ["muc#roomconfig_persistentroom", "1"],
  ["muc#roomconfig_maxusers", "2"],
  ["muc#roomconfig_enablearchiving", "0"],
);

type Step = (play: Play) => Promise<unknown>;
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(session, nick).map(
      ([who, as]): Step =>
        (play) =>
          play.appears(who, `${as}`, `<x xmlns="http://jabber.org/protocol/muc"/>`),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(session, nick).map(
      ([who, as]): Step =>
        (play) =>
          play.appears(who, `${as}`, "<show>away</show>"),
    ),
  },
  {
    weight: 2,
    arbitrary: session.map(
      (who): Step =>
        (play) =>
          play.leaves(who),
    ),
  },
  {
    weight: 3,
    arbitrary: session.map(
      (who): Step =>
        (play) =>
          play.says(who, "words"),
    ),
  },
  {
    weight: 1,
    arbitrary: session.map(
      (who): Step =>
        (play) =>
          play.posts(who, "<subject>s</subject>"),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(session, nick, role).map(
      ([who, of, to]): Step =>
        (play) =>
          play.administers(who, `<item nick="${of}" role="${to}"/>`),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(session, jid, affiliation).map(
      ([who, of, to]): Step =>
        (play) =>
          play.administers(who, `<item jid="${of}" affiliation="${to}"/>`),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(session, field).map(
      ([who, [name = "", value = ""]]): Step =>
        (play) =>
          play.configures(who, { [name]: value }),
    ),
  },
  {
    weight: 1,
    arbitrary: session.map(
      (who): Step =>
        (play) =>
          play.sends(
            who,
            `<message to="${ROOM}/x" type="error"><error type="cancel"><gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></message>`,
          ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Step>((play) =>
      createMuc(play.context, {
        room,
        actor: "a",
        ownerHost: undefined,
        trueOwner: undefined,
        name: "",
        description: "",
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: jid.map(
      (of): Step =>
        (play) =>
          addMucUser(play.context, { room, actor: "a", members: [of] }),
    ),
  },
  {
    weight: 1,
    arbitrary: jid.map(
      (of): Step =>
        (play) =>
          delMucUser(play.context, { room, actor: "a", members: [of] }),
    ),
  },
  {
    weight: 1,
    arbitrary: jid.map(
      (of): Step =>
        (play) =>
          clearStaff(play.context, { users: [of], host: undefined }),
    ),
  },
  {
    weight: 1,
    arbitrary: session.map(
      (who): Step =>
        (play) =>
          play.asks(who, "set", `<query xmlns="http://jabber.org/protocol/muc#owner"><destroy/></query>`),
    ),
  },
  {
    weight: 2,
    arbitrary: jid.map(
      (who): Step =>
        (play) =>
          sendThirdMessage(play.context, [
            { from: who, to: ROOM, message: "<message><body>call</body></message>" },
          ]),
    ),
  },
);
