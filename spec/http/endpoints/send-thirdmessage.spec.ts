/** send_thirdmessage: what goes out for what comes in. */
import { expect } from "chai";
import { limitsConfig } from "../../../component/config.js";
import { UnreachableHosts } from "../../../component/inbound/unreachable-hosts.js";
import { CalledComponent } from "../../support/called-component.js";
import { DOMAIN } from "../../component/muc/stanza-lines.js";
import { coven } from "../../plays/component.js";
import { componentWith, type CallStage } from "../talk.js";
import { settledAnswer } from "../../support/settled-answer.js";
import { component } from "../../plays/component.js";
import { program } from "../../plays/program.js";
import { acts, forEach } from "../../plays/steps.js";

const chat = (id: string, text = "x"): string =>
  `<message type='chat'><body id='${id}' msgType='1'>${text}</body></message>`;
const item = { from: "test1", to: "test2", message: chat("a") };
const large = (length: number): object => ({
  ...item,
  message: `<message type='chat'><body>${"x".repeat(length)}</body></message>`,
});
const most = limitsConfig.parse({}).stanza_bytes - 16 * 1024;
const values = {
  item,
  emoji: { ...item, message: chat("a", "你好 😀") },
  ok: { ...item, message: "<message><body>ok</body></message>" },
  b: { ...item, to: "b@second.test.org", message: chat("b") },
  c: { ...item, to: "c" },
  foreign: { ...item, from: "a@x.org" },
  none: { ...item, to: "@" },
  junk: [item, ...Array<number>(1001).fill(7)],
  tooLarge: large(most),
  large: large(most - 400),
};
const quiet = { context: { carbons: false } };
const copy = (more = ""): string => `TEST1 <sent xmlns="carbons"/>${more}`;

describe("send_thirdmessage", () => {
  componentWith({}).scenes({
    "sends one message or several, in their order, each with a copy for its sender's own sessions": [
      program.POST`send_thirdmessage ${values.emoji} = ok`,
      component.sends`TEST2 <this from="test1@qtalk.test.org"/><body id="a" msgType="1">你好 😀</body>
          < ${copy("<body>你好 😀</body>")}`,
      program.POST`send_thirdmessage [${values.b}, ${values.c}] = ok`,
      component.sends`b@second.test.org
          < ${copy()}
          < C
          < ${copy()}`,
    ],

    "says which field is at fault, and what was expected": [
      program.POST`send_thirdmessage {to: b, message: c} = 1 from: expected a string, but it is missing`,
      program.POST`send_thirdmessage ${values.item} {to: 5} = 1 to: expected a string, not a number`,
      program.POST`send_thirdmessage ${values.item} {message: null} = 1 message: expected a string, not null`,
      program.POST`send_thirdmessage 5 = 1 the request's body: expected an object or an array, not a number`,
      program.POST`send_thirdmessage ${values.item} {to: a b} = 1 to: "a b" is not an address; expected id or id@host`,
      program.POST`send_thirdmessage ${values.item} {from: a@other.org}
        = 2 from: "a@other.org" is not a user of the hosts served here (qtalk.test.org, second.test.org)`,
      program.POST`send_thirdmessage ${values.item} {to: nowhere@conference.qtalk.test.org}
        = 4 there is no room nowhere@conference.qtalk.test.org`,
      program.POST`send_thirdmessage [${values.none}] = 1 item 0: to: "@" is not an address; expected id or id@host`,
      program.POST`send_thirdmessage [{from: a, to: 5}] = 1 item 0: to: expected a string, not a number`,
      program.POST`send_thirdmessage [] = 1 the array holds no message`,
      component.sends`nothing`,
    ],
  });
  componentWith(quiet).scenes({
    "sends no copies if carbons are switched off, and knows a retry by its sender, receiver, id and bytes, and by nothing less":
      [
        program.POST`send_thirdmessage ${values.item} = ok`,
        component.sends`TEST2`,
        program.POST`send_thirdmessage ${values.item} = ok`,
        component.sends`nothing`,
        forEach(
          [{ from: "test3" }, { to: "test3" }, { message: chat("b") }, { message: chat("a", "y") }],
          (other) => [
            program.POST`send_thirdmessage ${values.item} ${other} = ok`,
            component.sends`1 stanza`,
          ],
        ),
        program.POST`send_thirdmessage ${values.ok} = ok`,
        component.sends`TEST2`,
        program.POST`send_thirdmessage ${values.ok} = ok`,
        component.sends`TEST2`,
      ],

    "sends the good items of an array, and names the first three at fault and how many more": [
      program.POST`send_thirdmessage [{from: a, to: [b], message: x}, 7, {to: b, message: x}, ${values.item}, ${values.foreign}, ${values.none}]
        = 1 item 0: to: expected a string, not an array; item 1: expected an object, not a number;
        item 2: from: expected a string, but it is missing; and 2 more; the other one was sent`,
      program.sees`x-qtalk-delivery: confirmed`,
      component.sends`TEST2`,
      program.POST`send_thirdmessage [${values.foreign}, ${values.b}, ${values.c}, ${values.none}] = 2 item 0: from: *; item 3: to: *; the other 2 were sent`,
      component.sends`b@second.test.org, C`,
      program.POST`send_thirdmessage [${values.none}, ${values.foreign}] = 1 item 0: to: *; item 1: from: *; nothing was sent`,
      program.sees`x-qtalk-delivery: !`,
      component.sends`nothing`,
    ],

    "takes a host by its alias, in every field and attribute that holds an address": [
      program.POST`send_thirdmessage {from: robot@qtalk, to: test2@Qtalk/phone,
        message: "<message type='consult' realfrom='shop@QTALK/x' realto='c@qtalk' from='a@qtalk'/>"}
        = ok`,
      component.sends`test2@second.test.org/phone <this from="robot@second.test.org"/>
            <this realfrom="shop@second.test.org/x" realto="c@second.test.org"/>
            <message-attributes realfrom="shop@second.test.org/x" realto="c@second.test.org"/>`,
      program.POST`send_notify {from: robot@qtalk, to: a@qtalk, category: "1", data: ""} = ok`,
      component.sends`a@second.test.org, a@second.test.org <this from="/^robot@second/"/>`,
    ],
  });
  componentWith({ config: { batches: "whole" } }).scenes({
    "sends nothing of an array with a faulty item if batches are whole": [
      program.POST`send_thirdmessage [${values.item}, ${values.none}] = 1 item 1: to: "@" is not an address; expected id or id@host`,
      program.POST`send_thirdmessage [${values.item}, {from: a, to: 5}] = 1 item 1: to: expected a string, not a number`,
      program.POST`send_notify {from: test1, category: "1", data: "", to: [a, "@", b]}
        = 1 to[1]: to: "@" is not an address*`,
      component.sends`nothing`,
    ],
  });
  componentWith({ limits: { batch: 2000 } }).scenes({
    "refuses an array with more than a thousand unreadable items whole": [
      program.POST`send_thirdmessage ${values.junk} = 1 item 1: expected an object, not a number`,
      component.sends`nothing`,
    ],
  });

  it("copies the largest message that is taken; the server takes that, too", async () => {
    const called = await CalledComponent.open({ limits: { message_bytes: 2 ** 20 } });
    const tooLarge = "1 message: the stanza has * bytes, more than the * allowed (limits.stanza_bytes)";
    await acts(called, [program.POST`send_thirdmessage ${values.tooLarge} = ${tooLarge}`]);
    await acts(called, [program.POST`send_thirdmessage ${values.large} = ok`]);
    const sizes = called.sentStanzas().map((stanza) => Buffer.byteLength(String(stanza)));
    expect(sizes).to.have.length(2);
    expect(Math.max(...sizes)).to.be.within(most, most + 16 * 1024);
    await called.close();
  });

  it("leaves a room's uncommitted work alone if a later message of a whole batch is too large", async () => {
    const called = await CalledComponent.open({
      limits: { message_bytes: 2 ** 20 },
      config: { batches: "whole" },
    });
    await called.play.acts([coven.meets()]);
    const to = `coven@${DOMAIN}`;
    const batch = [
      { ...item, from: "hag66", to },
      { ...large(most + 100), from: "hag66", to },
    ];
    const refused = "1 item 1: message: the stanza has * bytes*";
    await Promise.all([
      acts(called, [program.POST`send_thirdmessage ${batch} = ${refused}`]),
      called.play.sends("wiccarocks@qtalk.test.org/laptop", "<presence to='coven/wicca'/>"),
    ]);
    expect(called.play.log.about("could not be stored")).to.deep.equal([]);
    await called.close();
  });

  it("notes in the log, but doesn't obey, what callers add of their own", async () => {
    const called = await CalledComponent.open(quiet);
    await acts<CallStage>(called, [
      program.POST`send_thirdmessage ${item} {system: oa, type: headline} = ok`,
      component.sends`TEST2 <this type="chat"/>`,
    ]);
    expect(called.http.log.about("ignored unknown keys", "debug")).to.deep.equal([
      "send_thirdmessage: ignored unknown keys: system, type",
    ]);
    await called.close();
  });

  it("warns with the call's id of a host that the server can't reach, whichever call sends there", async () => {
    const first = await CalledComponent.open();
    const { log, metrics } = first.play;
    const ask = () => settledAnswer({ kind: "error", condition: "remote-server-not-found" } as const);
    const unreachable = new UnreachableHosts(["qtalk.test.org"], { ask }, metrics, log.logger);
    await first.close();
    const called = await CalledComponent.open({ context: { unreachable } });
    await acts(called, [
      program.POST`send_thirdmessage ${values.item} {to: a@far.org} (x-request-id: first) = ok`,
      program.POST`send_message {From: a, To: [{User: a@near.org}, {User: b}], Body: x} (x-request-id: second) = ok`,
    ]);
    const warned = (): unknown[] =>
      log.lines.filter(({ message }) => message.includes("can't reach")).map(({ request }) => request);
    while (warned().length < 2) await new Promise(setImmediate);
    expect(warned()).to.deep.equal(["first", "second"]);
    await called.close();
  });
});
