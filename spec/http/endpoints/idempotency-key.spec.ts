/** Calls with the header Idempotency-Key: a repeated call sends nothing again. */
import { CalledComponent, EVERYBODY } from "../../support/called-component.js";
import { sha256 } from "../../support/interface.js";
import { componentWith, says } from "../talk.js";

const text = { From: "test1", To: [{ User: "a" }, { User: "@" }, { User: "b" }], Body: "ok" };
const one = { ...text, To: [{ User: "a" }] };
const many = { ...text, To: Array.from({ length: 1200 }, (_, index) => ({ User: `user${index}` })) };
const again = { from: "test1", to: "a", message: "<message><body>ok</body></message>" };
const KEY = "idempotency-key: order-17";
const quiet = { carbons: false };

describe("An Idempotency-Key", () => {
  componentWith({}, { text, one }).scenes(`
    makes the same array, sent three times, reach its valid receivers once, with one answer
      POST send_message $text (${KEY}) = 1 To[1]: *; the other 2 were sent
        < x-qtalk-delivery: confirmed
        > a, test1, b, test1
      for $time in second third
        POST send_message $text (${KEY}) = 1 To[1]: *; the other 2 were sent
          < x-qtalk-delivery: confirmed
          > nothing
    has 1 to 256 characters; a call with another one is refused
      POST send_message $one (idempotency-key: ${"x".repeat(257)})
        = 1 Idempotency-Key: 257 characters; expected 1 to 256
        > nothing
      POST send_message $one (idempotency-key: ${"x".repeat(256)}) = ok
  `);
  const callers = ["a", "b"].map((name) => ({
    ...EVERYBODY,
    ...{ name, addresses: undefined, token_sha256: sha256(name) },
  }));
  componentWith({ config: { callers }, context: quiet }, { one }).scenes(`
    belongs to the caller, the call and the body, and without it equal texts are all sent
      POST send_message $one as a (${KEY}) = ok
        > a
      POST send_message $one as b (${KEY}) = ok
        > a
      POST send_message $one as a (idempotency-key: other) = ok
        > a
      POST send_message $one {Body: no} as a (${KEY}) = ok
        > a
      POST send_message $one as a = ok
        > a
      POST send_message $one as a = ok
        > a
      POST send_message $one as b (${KEY}) = ok
        > nothing
  `);

  it("is known after a restart, and for more receivers than share a row", async () => {
    const called = await CalledComponent.open({ context: quiet });
    await says(called, `POST send_message $many (${KEY}) = ok\n  > 1200 stanzas`, { many });
    await called.close();
    const restarted = await CalledComponent.open({ db: called.play.db, context: quiet });
    await says(restarted, `POST send_message $many (${KEY}) = ok`, { many });
    await says(restarted, "POST send_message $one = ok\n  > a", { one });
    await restarted.close();
  });

  const toRoom = { From: "hag", To: [{ User: "coven" }], Type: "groupchat", Body: "ok" };
  const notify = { from: "test1", to: ["a", "b"], category: "1", data: "" };
  const http = { system: "oa", from: "test1", to: [{ user: "a" }], content: "ok" };
  // Notifications may have expired unsent.
  const calls = [
    ["send_message $toRoom", 2, "confirmed"],
    ["send_thirdmessage [$again, $again]", 2, "confirmed"],
    ["send_notify $notify", 4, "queued"],
    ["/im_http_service/corp/message/send_http_message.qunar $http", 1, "confirmed"],
  ] as const;
  componentWith({ context: quiet }, { toRoom, again, notify, http }).scenes(`
    holds for messages to rooms, notifications, and equal messages within one call
      coven meets
      ${calls
        .map(
          ([call, count, later]) => `POST ${call} (${KEY}) = ok
        > ${count} stanzas
      POST ${call} (${KEY}) = ok
        < x-qtalk-delivery: ${later}
        > nothing`,
        )
        .join("\n      ")}
  `);
});
