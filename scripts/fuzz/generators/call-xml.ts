/** The XML that callers hand to send_thirdmessage, well-formed or not, for users and for rooms, alone and in arrays. */
import fc from "fast-check";
import { room, user } from "../arbitrary/address.js";
import { element, inside } from "../arbitrary/element.js";
import { text } from "../arbitrary/text.js";
import type { Generator } from "../generator.js";

const attributes = fc
  .array(
    fc.constantFrom(
      " xmlns:a='urn:x' a:b='c'",
      " a:b='c'",
      " xmlns='jabber:client'",
      " xmlns='urn:x'",
      " xml:lang='zh'",
      " type='groupchat'",
      " type='consult'",
      " type='error'",
      " client_ver='0'",
      " msgType='5'",
      " id='i'",
      " id=''",
      " xmlns:xml='urn:x'",
      " xmlns:b=''",
      " ё='1'",
    ),
    { maxLength: 3 },
  )
  .map((some) => [...new Set(some)].join(""));

const message = fc.oneof(
  {
    arbitrary: fc
      .tuple(attributes, attributes, inside, inside)
      .map(
        ([ofMessage, ofBody, body, more]) =>
          `<message${ofMessage}><body${ofBody}>${body}</body>${more}</message>`,
      ),
    weight: 6,
  },
  { arbitrary: element, weight: 1 },
  { arbitrary: text, weight: 1 },
  { arbitrary: fc.tuple(text, text).map(([a, b]) => `<message><body>${a}</body>${b}</message>`), weight: 1 },
);

const item = fc.record({ from: user, to: fc.oneof(user, room), message });

export const callXml: Generator = {
  name: "call-xml",
  steps: fc
    .oneof(
      { arbitrary: item, weight: 4 },
      { arbitrary: fc.array(item, { minLength: 1, maxLength: 6 }), weight: 1 },
    )
    .map((call) => [
      { do: "call", method: "POST", path: "/qtalk/send_thirdmessage", body: JSON.stringify(call) },
    ]),
};
