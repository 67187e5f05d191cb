/** send_http_message: what goes out for what comes in. */
import { componentWith } from "../talk.js";
import { component } from "../../plays/component.js";
import { program } from "../../plays/program.js";
import { forEach } from "../../plays/steps.js";

const PATH = "/im_http_service/corp/message/send_http_message.qunar";
const call = {
  system: "oa",
  from: "test1",
  fromhost: "qtalk",
  type: "consult",
  msgtype: 257,
  content: "红包 <&>",
  extendinfo: "{}",
  backupinfo: { b: 1 },
  auto_reply: "true",
  to: [{ user: "a" }, { user: "b", host: "qtalk" }],
};
const values = { call, x64000: "x".repeat(64_000), x300: "x".repeat(300), control: "\u0001" };

describe("send_http_message", () => {
  const ofBody = (id: string): string =>
    `<this type="chat" auto_reply="true" from="test1@second.test.org"/>` +
    `<body id="${id}" msgType="257" maType="20" extendInfo="{}" backupinfo="{&quot;b&quot;:1}">红包 &lt;&amp;></body>` +
    `<message-attributes auto_reply="true" type="consult"/>`;
  componentWith({ limits: { batch: 3 } }).scenes({
    "makes a message for each receiver, as the Java service did, each with an id of its own, and no copies of replies":
      [
        program.POST`${PATH} ${values.call} = ok`,
        component.sends`A ${ofBody("/^qtalk-corp-service-/")} <body id="$first"/> !<body id="x"/>
          < b@second.test.org ${ofBody("/^qtalk-corp-service-/")} !<body id="$first"/>`,
      ],

    "is a plain chat by default": [
      program.POST`${PATH} {system: oa, from: test1, to: [{user: a}], content: x} = ok`,
      component.sends`A <this type="chat"/><body msgType="1" maType="20" extendInfo="" backupinfo="">x</body>
          < TEST1`,
    ],

    "is sent to all or to none, and refused in the service's words": [
      program.POST`${PATH} ${values.call} {system: ""} = 1 no system`,
      program.POST`${PATH} ${values.call} {system: test} = 1 no system`,
      program.POST`${PATH} ${values.call} {content: ${values.x64000}} = 101 MSG too lang`,
      program.POST`${PATH} ${values.call} {to: [{user: a}, {user: b}, {user: "@"}]} = 1 to[2]: user: "@"*`,
      program.POST`${PATH} ${values.call} {to: []} = 1 to: names nobody`,
      program.POST`${PATH} ${values.call} {to: [{}, {}, {}, {}]} = 1 to: 4 messages in one call, more than the 3 allowed`,
      program.POST`${PATH} ${values.call} {fromhost: elsewhere.org} = 2 from: *`,
      program.POST`${PATH} ${values.call} {msgtype: ${values.x300}} = 1 msgtype: 300 bytes*`,
      program.POST`${PATH} ${values.call} {type: error} = 1 type: *`,
      forEach(["content", "extendinfo", "backupinfo", "auto_reply", "type", "msgtype"], (field) => [
        program.POST`${PATH} ${values.call} {${field}: ${values.control}} = 1 *has a character that XML forbids`,
        component.sends`nothing`,
      ]),
    ],
  });
});
