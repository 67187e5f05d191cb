/** What programs answer to events. */
import { expect } from "chai";
import { answerIn } from "../../../../component/hooks/outgoing/answer.js";
import { messageIn } from "../../../../component/hooks/outgoing/event-message.js";

const NOTHING = { text: "", isReply: false, reactions: undefined, corrects: undefined };

/** So many different keys cost more than an answer may. */
const DEAR = Array.from({ length: 2_000 }, (_, number) => `,"k${number}":1`).join("");

describe("A program's answer", () => {
  for (const [answer, says] of [
    ['{"text":"hi"}', { text: "hi" }],
    [' {"text":"hi","reply":true,"other":1}', { text: "hi", isReply: true }],
    ['{"react":"✅"}', { reactions: ["✅"] }],
    ['{"react":["👀","🏳️‍🌈"],"text":"hi"}', { text: "hi", reactions: ["👀", "🏳️‍🌈"] }],
    ['{"react":[]}', { reactions: [] }],
    ['{"text":"done","update":"msg_1"}', { text: "done", corrects: "msg_1" }],
  ] as const)
    it(`is understood: ${answer}`, () => {
      expect(answerIn(answer)).to.deep.equal({ ...NOTHING, ...says });
    });

  for (const answer of ["", "ok", "[1]", "null", "{}", '{"text":" "}', '{"reply":true}', '"text"', undefined])
    it(`may say nothing: ${String(answer)}`, () => {
      expect(answerIn(answer)).to.equal(undefined);
    });

  for (const [answer, wrong] of [
    ["{'text': 'hi'}", /^it is not valid JSON/],
    ["{", /^it is not valid JSON/],
    ['{"text":7}', /^text: /],
    ['{"text":"x","reply":"yes"}', /^reply: /],
    ['{"react":"two words"}', /^react: /],
    ['{"react":""}', /^react: /],
    ['{"react":["1","2","3","4","5","6","7","8","9"]}', /^react: /],
    [`{"react":"${"x".repeat(33)}"}`, /^react: /],
    ['{"update":"msg_1"}', /^update: needs the new text$/],
    ['{"text":"x","update":""}', /^update: /],
    ['{"text":"x","update":7}', /^update: /],
    [`{"text":"x"${DEAR}}`, /^it has more than 1000 different keys$/],
  ] as const)
    it(`is refused with the field that is wrong: ${answer.slice(0, 60)}`, () => {
      const read = answerIn(answer);
      expect(read !== undefined && "wrong" in read ? read.wrong : read).to.match(wrong);
    });

  it("is about the message that the event tells, if the room gives it an id", () => {
    const about = (type: string, data: object): unknown =>
      messageIn({ body: JSON.stringify({ type, data }), replyTo: "r@x" });
    expect(about("message", { id: "m1", sender: "a@x" })).to.deep.equal({ id: "m1", author: "a@x" });
    expect(about("room-message", { id: "m1", stanza_id: "s1", nick: "A" })).to.deep.equal({
      ...{ id: "m1", stanzaId: "s1", author: "r@x/A" },
    });
    expect(about("room-message", { id: "m1", nick: "A" })).to.equal(undefined);
    expect(about("message", { sender: "a@x" })).to.equal(undefined);
    expect(about("room.made", { id: "m1" })).to.equal(undefined);
    expect(messageIn({ body: '{"topic":"chat"}', replyTo: "r@x" })).to.equal(undefined);
  });
});
