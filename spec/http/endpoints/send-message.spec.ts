/** send_message, and the gateway's calls that send several texts: what goes out for what comes in. */
import { EVERYBODY } from "../../support/called-component.js";
import { componentWith } from "../talk.js";
import { component } from "../../plays/component.js";
import { program } from "../../plays/program.js";
import { forEach } from "../../plays/steps.js";

const SENDER = "test1@second.test.org";
const call = {
  From: "test1",
  To: [{ User: "test2" }, { User: "test3@qtalk.test.org" }],
  Body: "你好",
  Host: "second.test.org",
  Domain: "qtalk.test.org",
};
const text = { From: "test1", To: [{ User: "a" }], Body: "x" };
const entry = { name: "", department: "" };
const people = { "a@qtalk.test.org": entry, "b@qtalk.test.org": entry };
/** A copy for the sender's own sessions. */
const copyOf = (to: string): string =>
  `<sent xmlns="carbons"/><message to="${to}@qtalk.test.org"><body>你好</body></message>`;
const toAll = { From: "test1", To: [{ User: "All" }], Body: "x" };
const [two, three] = [2, 3].map((count) => ({ ...text, To: Array(count).fill({ User: "a" }) }));

describe("Texts", () => {
  componentWith({}).scenes({
    "go from From@Host to every User@Domain under one id, with a copy of each for the sender, but of none to the sender":
      [
        program.POST`send_message ${call} {To: [{User: a}, {User: ${SENDER}}], Msg_Type: 257, Extend_Info: "{}"} = ok`,
        component.sends`A <this type="chat" from="${SENDER}" id="$id"/><body msgType="257" extendInfo="{}">你好</body>
          < ${SENDER} ${copyOf("a")}
          < ${SENDER} <this type="chat" from="${SENDER}" id="$id"/>`,
      ],

    "are plain chats to the default host by default": [
      forEach(["", ", Type: null, Msg_Type: null, Host: null, Domain: null, Extend_Info: null"], (more) => [
        program.POST`send_message {From: test1, To: [{User: a}], Body: x${more}} = ok`,
        component.sends`A <this type="chat" from="test1@qtalk.test.org"/><body msgType="1">x</body>
          < TEST1`,
      ]),
    ],

    "go to every receiver whose address is one, and the answer names the others": [
      program.POST`send_message ${call} {To: [{User: a}, {User: "@"}, {user: c}, {User: b}]}
        = 1 To[1]: User: "@" is not *; To[2]: User: expected a string, but it is missing; the other 2 were sent`,
      component.sends`A <body>你好</body>
          < ${SENDER} ${copyOf("a")}
          < B <body>你好</body>
          < ${SENDER} ${copyOf("b")}`,
    ],

    "are refused in the original's words, or by the field at fault": [
      program.POST`send_message {From: test1, To: [{User: a}]} = 1 Message Body is Null`,
      program.POST`send_message ${call} {Body: ""} = 1 Message Body is Null`,
      program.POST`send_message ${call} {To: []} = 1 To not suit`,
      program.POST`send_message ${call} {Type: groupchat} = 1 To not suit`,
      program.POST`send_message ${call} {Type: headline} = 1 Type: expected "chat" or "groupchat"`,
      program.POST`send_message {To: [{User: a}], Body: x} = 1 From: expected a string, but it is missing`,
      program.POST`send_message ${call} {To: b} = 1 To: expected an array, not a string`,
      program.POST`send_message ${call} {To: [{User: "@"}]} = 1 To[0]: User: "@" is not an address*`,
      program.POST`send_message ${call} {Body: null} = 1 Message Body is Null`,
      program.POST`/sendmessage [{From: test1, To: [{User: b}]}] = 1 item 0: Message Body is Null`,
      program.POST`send_message ${call} {Body: 5} = 1 Body: expected a string, not a number`,
      program.POST`send_message ${call} {Type: groupchat, To: [{User: nowhere}], Domain: conference.qtalk.test.org} = 4 *`,
      component.sends`nothing`,
    ],
  });
  componentWith({ limits: { batch: 3, recipients: 4 } }).scenes({
    "of one call through the gateway are sent all or none": [
      program.POST`/sendmessage [${text}, {From: test1, To: [{User: b}, {User: "@"}], Body: x}]
        = 1 item 1: To[1]: User: "@"*`,
      program.POST`/sendmessage [] = 1 the array holds no message`,
      program.POST`/sendmessage [${text}, ${text}, ${text}, ${text}] = 1 4 messages in one call, more than the 3 allowed`,
      program.POST`/sendmessage [${three}, ${two}] = 1 5 receivers, more than the 4 allowed`,
      component.sends`nothing`,
      program.POST`/sendmessage [${text}, {From: test1, Host: second.test.org, To: [{User: b}], Body: x}] = ok`,
      component.sends`A <body>x</body>
          < TEST1 <sent xmlns="carbons"/>
          < b@second.test.org <body>x</body>
          < ${SENDER} <sent xmlns="carbons"/>`,
    ],
  });
  componentWith({ people, context: { carbons: false } }).scenes({
    "go to all users of the directory": [
      program.POST`/sendnotice [{From: test1, Body: x}] = ok`,
      component.sends`A, B <this type="headline"/>`,
      program.POST`/sendmessage [{From: test1, To: [{User: All}], Body: x}] = ok`,
      component.sends`A, B <this type="chat"/>`,
    ],
  });
  componentWith({ people: {} }).scenes({
    "say so if the directory is empty": [
      program.POST`/sendnotice [{From: test1, Body: x}] = 4 the directory is empty, so there is nobody to send to: *`,
      program.POST`/sendmessage [{From: test1, To: [{User: All}], Body: x}] = 4 the directory is empty*`,
      component.sends`nothing`,
    ],
  });
  componentWith({ people, config: { callers: [{ ...EVERYBODY, everyone: false }] } }).scenes({
    "go to all users only for callers with that permission": [
      forEach([[toAll], [text, toAll]], (texts) => [
        program.POST`/sendmessage ${texts} = 1 messages to everybody need a caller with everyone: true in http.callers`,
      ]),
      program.POST`/sendnotice [{From: test1, Body: x}] = 1 messages to everybody need a caller *`,
      component.sends`nothing`,
    ],
  });
});
