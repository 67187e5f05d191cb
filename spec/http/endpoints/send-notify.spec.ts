/** send_notify: what goes out for what comes in. */
import { notifyConfig } from "../../../component/config.js";
import { DIRECT } from "../../support/send-modes.js";
import { componentWith } from "../talk.js";
import { component } from "../../plays/component.js";
import { program } from "../../plays/program.js";
import { forEach } from "../../plays/steps.js";

const notify = { from: "test1", to: ["test2", "test3@second.test.org"], category: "8", data: '{"时间":1}' };
const company = Array.from({ length: 100_000 }, (_, i) => `user${i}@qtalk.test.org`);
const [x1025, nul] = ["x".repeat(1025), "\u0000"];
const occupant = "coven@conference.qtalk.test.org/hag";
const session = "/^test1@qtalk\\.test\\.org\\/notify-[0-9a-f-]+$/";

describe("send_notify", () => {
  componentWith({}).scenes({
    "sends each receiver a presence with the event, from a session that doesn't exist, and ends it": [
      program.POST`send_notify ${notify} {to: [test2]} = ok`,
      component.sends`TEST2 <this from="${session}"/><priority>-128</priority>
            <notify xmlns="notify" category="8" data="{&quot;时间&quot;:1}"/>
          < TEST2 <this from="${session}" type="unavailable"/>`,
      program.POST`send_notify ${notify} = ok`,
      component.sends`TEST2, test3@second.test.org <this from="$session"/><notify/>
          < TEST2, test3@second.test.org <this from="$session" type="unavailable"/>`,
      forEach(["laptop", "notify"], (from) => [
        program.POST`send_notify ${notify} {from: test1@qtalk.test.org/${from}, to: a} = ok`,
        component.sends`A <this from="${session}"/><notify/>
          < A <this from="${session}" type="unavailable"/>`,
      ]),
    ],

    "takes one receiver, numbers as texts, and every user of a large company at once": [
      program.POST`send_notify ${notify} {to: test2, category: 100, data: -2.5} = ok`,
      component.sends`TEST2 <notify category="100" data="-2.5"/>
          < TEST2 <this type="unavailable"/>`,
      program.POST`send_notify {to: ${company}, from: a, category: 1, data: x} = ok`,
    ],

    "reaches everybody but those whose address is none": [
      program.POST`send_notify ${notify} {to: [a, "@", {}, b]}
        = 1 to[1]: to: "@" is not an address; expected id or id@host; to[2]: expected a string, not an object;
        the other 2 were sent`,
      component.sends`A, B, A, B`,
    ],
  });
  const late = { ...notifyConfig.parse({}), max_age: -1 };
  componentWith({ context: { notify: late, carbons: false } }).scenes({
    "isn't sent any more once it is older than notify.max_age": [
      program.POST`send_notify ${notify} = ok`,
      program.POST`send_thirdmessage {from: a, to: b, message: <message><body>x</body></message>} = ok`,
      component.sends`B <body>x</body>`,
    ],
  });
  const limits = { recipients: 4, message_bytes: 1024 };
  componentWith({ limits }).scenes({
    "refuses rooms, occupants, no receivers, too many, and what can't be sent, each with its message": [
      program.POST`send_notify ${notify} {to: ${occupant}} = 1 to: ${occupant} is a room; notifications go to users`,
      program.POST`send_notify ${notify} {to: [${occupant}]} = 1 to[0]: to: ${occupant} is a room; notifications go to users`,
      program.POST`send_notify ${notify} {to: [5]} = 1 to[0]: expected a string, not a number`,
      program.POST`send_notify ${notify} {to: []} = 1 to: names nobody`,
      program.POST`send_notify ${notify} {to: [a, b, c, d, e]} = 1 to: 5 receivers, more than the 4 allowed`,
      program.POST`send_notify ${notify} {data: ${nul}} = 1 data: has a character that XML forbids`,
      program.POST`send_notify ${notify} {data: ${x1025}} = 1 data: 1025 bytes, more than the 1024 allowed`,
      program.POST`send_notify ${notify} {to: 5} = 1 to: expected a string or an array, not a number`,
      program.POST`send_notify {from: a, category: 1, data: x} = 1 to: expected a string or an array, but it is missing`,
      program.POST`send_notify ${notify} {category: true} = 1 category: expected a string or a number, not a boolean`,
      program.POST`send_notify ${notify} {to: [a b, "@"]} = 1 to[0]: *; to[1]: *; nothing was sent`,
      component.sends`nothing`,
    ],
  });
  componentWith({ context: { notify: notifyConfig.parse({ carrier: "headline" }) } }).scenes({
    "goes as a headline if so configured": [
      program.POST`send_notify ${notify} {to: test2} = ok`,
      component.sends`TEST2 <this from="test1@qtalk.test.org" type="headline"/><notify/>`,
    ],
  });
  componentWith({ context: { modes: { ...DIRECT, of: () => "privileged" } } }).scenes({
    "goes as a headline if the host permits messages": [
      program.POST`send_notify ${notify} {to: test2} = ok`,
      component.sends`TEST2 <this type="headline"/><notify/>`,
    ],
  });
});
