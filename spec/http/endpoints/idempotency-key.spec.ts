/** Calls with the header Idempotency-Key: a repeated call sends nothing again. */
import { CalledComponent, EVERYBODY } from "../../support/called-component.js";
import { sha256 } from "../../support/interface.js";
import { componentWith, type CallStage } from "../talk.js";
import { component, coven, everybody } from "../../plays/component.js";
import { program } from "../../plays/program.js";
import { acts, forEach } from "../../plays/steps.js";

const text = { From: "test1", To: [{ User: "a" }, { User: "@" }, { User: "b" }], Body: "ok" };
const one = { ...text, To: [{ User: "a" }] };
const many = { ...text, To: Array.from({ length: 1200 }, (_, index) => ({ User: `user${index}` })) };
const again = { from: "test1", to: "a", message: "<message><body>ok</body></message>" };
const KEY = "idempotency-key: order-17";
const quiet = { carbons: false };

describe("An Idempotency-Key", () => {
  componentWith({}).scenes({
    "makes the same array, sent three times, reach its valid receivers once, with one answer": [
      program.POST`send_message ${text} (${KEY}) = 1 To[1]: *; the other 2 were sent`,
      program.sees`x-qtalk-delivery: confirmed`,
      component.sends`A, TEST1, B, TEST1`,
      forEach(["second", "third"], () => [
        program.POST`send_message ${text} (${KEY}) = 1 To[1]: *; the other 2 were sent`,
        program.sees`x-qtalk-delivery: confirmed`,
        component.sends`nothing`,
      ]),
    ],

    "has 1 to 256 characters; a call with another one is refused": [
      program.POST`send_message ${one} (idempotency-key: ${"x".repeat(257)})
        = 1 Idempotency-Key: 257 characters; expected 1 to 256`,
      component.sends`nothing`,
      program.POST`send_message ${one} (idempotency-key: ${"x".repeat(256)}) = ok`,
    ],
  });
  const callers = ["a", "b"].map((name) => ({
    ...EVERYBODY,
    ...{ name, addresses: undefined, token_sha256: sha256(name) },
  }));
  componentWith({ config: { callers }, context: quiet }).scenes({
    "belongs to the caller, the call and the body, and without it equal texts are all sent": [
      program.POST`send_message ${one} as a (${KEY}) = ok`,
      component.sends`A`,
      program.POST`send_message ${one} as b (${KEY}) = ok`,
      component.sends`A`,
      program.POST`send_message ${one} as a (idempotency-key: other) = ok`,
      component.sends`A`,
      program.POST`send_message ${one} {Body: no} as a (${KEY}) = ok`,
      component.sends`A`,
      program.POST`send_message ${one} as a = ok`,
      component.sends`A`,
      program.POST`send_message ${one} as a = ok`,
      component.sends`A`,
      program.POST`send_message ${one} as b (${KEY}) = ok`,
      component.sends`nothing`,
    ],
  });

  it("is known after a restart, and for more receivers than share a row", async () => {
    const called = await CalledComponent.open({ context: quiet });
    await acts<CallStage>(called, [
      program.POST`send_message ${many} (${KEY}) = ok`,
      component.sends`1200 stanzas`,
    ]);
    await called.close();
    const restarted = await CalledComponent.open({ db: called.play.db, context: quiet });
    await acts(restarted, [program.POST`send_message ${many} (${KEY}) = ok`]);
    await acts<CallStage>(restarted, [program.POST`send_message ${one} = ok`, component.sends`A`]);
    await restarted.close();
  });

  const toRoom = { From: "hag", To: [{ User: "coven" }], Type: "groupchat", Body: "ok" };
  const notify = { from: "test1", to: ["a", "b"], category: "1", data: "" };
  const http = { system: "oa", from: "test1", to: [{ user: "a" }], content: "ok" };
  // Notifications may have expired unsent.
  const calls = [
    ["send_message", toRoom, 2, "confirmed"],
    ["send_thirdmessage", [again, again], 2, "confirmed"],
    ["send_notify", notify, 4, "queued"],
    ["/im_http_service/corp/message/send_http_message.qunar", http, 1, "confirmed"],
  ] as const;
  componentWith({ context: quiet }).scenes({
    "holds for messages to rooms, notifications, and equal messages within one call": [
      coven.meets(),
      everybody.hush(),
      forEach(calls, ([call, body, count, later]) => [
        program.POST`${call} ${body} (${KEY}) = ok`,
        component.sends`${count} stanzas`,
        program.POST`${call} ${body} (${KEY}) = ok`,
        program.sees`x-qtalk-delivery: ${later}`,
        component.sends`nothing`,
      ]),
    ],
  });
});
