/** What people and programs may do to a room, by chance. */
import fc from "fast-check";
import { addMucUser, delMucUser } from "../../../component/operations/members.js";
import { clearStaff } from "../../../component/operations/users.js";
import { sendThirdMessage } from "../../../component/operations/send-thirdmessage.js";
import { createMuc } from "../../../component/operations/rooms.js";
import { DOMAIN, ROOM, type Play } from "./play.js";

export const SESSIONS = [
  "a@qtalk.test.org/1",
  "a@qtalk.test.org/2",
  "b@qtalk.test.org/1",
  "c@qtalk.test.org/1",
  "d@x.test/1",
];
const room = { id: "coven", domain: DOMAIN };
const made = { room, actor: "a", ownerHost: undefined, trueOwner: undefined, name: "", description: "" };

const session = fc.constantFrom(...SESSIONS);
const nick = fc.constantFrom("Ann", "ann", "Bob", "Eve", "测试");
const jid = fc.constantFrom("a@qtalk.test.org", "b@qtalk.test.org", "c@qtalk.test.org", "d@x.test", "x.test");
const affiliation = fc.constantFrom("owner", "admin", "member", "none", "outcast");
const role = fc.constantFrom("moderator", "participant", "visitor", "none");
const field = fc.constantFrom(
  ...["membersonly 1", "membersonly 0", "moderatedroom 1", "moderatedroom 0", "whois anyone"],
  ...["whois moderators", "persistentroom 1", "maxusers 2", "enablearchiving 0"],
);
const gone = `<error type="cancel"><gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`;
const destroy = `<query xmlns="http://jabber.org/protocol/muc#owner"><destroy/></query>`;

type Step = (play: Play) => Promise<unknown>;
type Take<T extends unknown[]> = (play: Play, ...chosen: T) => Promise<unknown>;

/** A step that is taken so often, with what is chosen for it. */
function often<T extends unknown[]>(
  weight: number,
  choices: { [K in keyof T]: fc.Arbitrary<T[K]> },
  take: Take<T>,
) {
  const arbitrary = fc.tuple<T>(...choices).map(
    (chosen): Step =>
      (play) =>
        take(play, ...chosen),
  );
  return { weight, arbitrary };
}

export const step: fc.Arbitrary<Step> = fc.oneof(
  often(6, [session, nick], (play, who, as) =>
    play.appears(who, as, `<x xmlns="http://jabber.org/protocol/muc"/>`),
  ),
  often(2, [session, nick], (play, who, as) => play.appears(who, as, "<show>away</show>")),
  often(2, [session], (play, who) => play.leaves(who)),
  often(3, [session], (play, who) => play.says(who, "words")),
  often(1, [session], (play, who) => play.posts(who, "<subject>s</subject>")),
  often(2, [session, nick, role], (play, who, of, to) => play.gives(who, of, to)),
  often(4, [session, jid, affiliation], (play, who, of, to) => play.affiliates(who, of, to)),
  often(2, [session, field], (play, who, chosen) => {
    const [name, value = ""] = chosen.split(" ");
    return play.configures(who, { [`muc#roomconfig_${name}`]: value });
  }),
  often(1, [session], (play, who) =>
    play.sends(who, `<message to="${ROOM}/x" type="error">${gone}</message>`),
  ),
  often(1, [session], (play, who) => play.asks(who, "set", destroy)),
  often(1, [], (play) => createMuc(play.context, made)),
  often(1, [jid], (play, of) => addMucUser(play.context, { room, actor: "a", members: [of] })),
  often(1, [jid], (play, of) => delMucUser(play.context, { room, actor: "a", members: [of] })),
  often(1, [jid], (play, of) => clearStaff(play.context, { users: [of], host: undefined })),
  often(2, [jid], (play, from) =>
    sendThirdMessage(play.context, [{ from, to: ROOM, message: "<message><body>call</body></message>" }]),
  ),
);
