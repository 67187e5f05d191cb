/**
 * What a post of the largest size may cost, in each format: one long text in each place where the format's sample has a
 * text, and many of them at once.
 */
import { expect } from "chai";
import { limitsConfig } from "../../../component/config.js";
import { HookFault } from "../../../component/hooks/fault.js";
import { FORMATS } from "../../../component/hooks/formats/formats.js";
import { renderPost } from "../../../component/hooks/rendering.js";
import { Templates } from "../../../component/hooks/templates.js";
import { documentationOf } from "../../../http/docs/formats.js";
import { postContentOf, payloadOf } from "../../../http/hooks/payload.js";
import { busiestTurn } from "../../support/turns.js";

/** Some took 500 to 800 ms. */
const MOST_MS = 200;
const LIMITS = limitsConfig.parse({});
const templates = await Templates.load();
const BYTES = 1024 ** 2;
const PIECES = ["* ", "<b>"];

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** Returns a value with all its texts replaced. @param at the number of each text, in the order of the value */
function withTexts(value: Json, textAt: (at: number) => string | undefined, count = { texts: 0 }): Json {
  if (typeof value === "string") return textAt(count.texts++) ?? value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => withTexts(part, textAt, count));
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, withTexts(part, textAt, count)]),
  );
}

describe("The price of a post's text", () => {
  for (const format of FORMATS.filter(({ needsTemplate, name }) => needsTemplate !== true && name !== "mail"))
    it(`is small in the format ${format.name}`, async () => {
      const { headers, body } = documentationOf(format).sample;
      const isJson = /^\s*[{[]/.test(body);
      const sample = isJson ? (JSON.parse(body) as Json) : body;
      const count = { texts: 0 };
      withTexts(sample, () => undefined, count);
      const bodies = PIECES.flatMap((piece) => {
        const long = piece.repeat((BYTES - body.length - 1_000) / piece.length);
        const each = long.slice(0, long.length / count.texts);
        const places = Array.from(
          { length: count.texts },
          (_, place) => (at: number) => (at === place ? long : undefined),
        );
        return [...places, () => each].map((textAt) => withTexts(sample, textAt));
      });
      for (const value of bodies) {
        const bytes = Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
        const posted = payloadOf(headers, postContentOf(headers, bytes), format.name === "text");
        if (posted instanceof HookFault) throw new Error(posted.message);
        const render = () => renderPost(format, posted, { templates, limits: LIMITS });
        const ms = await busiestTurn(() => Promise.resolve(render()), { times: 3 });
        expect(ms).to.be.below(MOST_MS);
      }
    });
});
