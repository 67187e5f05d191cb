/** Every endpoint, called with what its documentation asks for and with anything else. */
import fc from "fast-check";
import { contract } from "../../../http/contract.js";
import { routesOf, type Route } from "../../../http/endpoint.js";
import { address, room, user } from "../arbitrary/address.js";
import { text } from "../arbitrary/text.js";
import { DEN, DOMAIN, HOST, type Step } from "../case.js";
import type { Generator } from "../generator.js";

const json = fc.oneof(
  { arbitrary: text, weight: 3 },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 1 },
  { arbitrary: fc.array(fc.oneof(text, address, fc.integer()), { maxLength: 4 }), weight: 1 },
  {
    arbitrary: fc
      .constantFrom(10, 1_100, 30_000)
      .map((count) => Array.from({ length: count }, (_, i) => `u${i}`)),
    weight: 1,
  },
);

/** What a field of this name usually holds, for those who are there. */
function usual(key: string, example: unknown): fc.Arbitrary<unknown> {
  if (/^(?:from|to|muc_owner|u)$/i.test(key)) return fc.oneof(user, address);
  if (/^(?:muc_member|users)$/.test(key)) return fc.array(fc.oneof(user, address), { maxLength: 5 });
  if (key === "muc_id") return fc.constantFrom(DEN.split("@")[0], "other", "x y", DEN);
  if (/domain$/i.test(key)) return fc.constantFrom(DOMAIN, HOST);
  if (key === "message")
    return fc
      .tuple(room, text)
      .map(([to, body]) => `<message to="${to}" type="chat"><body>${body}</body></message>`);
  return fc.constant(example);
}

function argumentsOf(route: Route): fc.Arbitrary<unknown> {
  const [example = {}] = [route.example].flat();
  const fields = Object.entries(example).map(([key, value]): [string, fc.Arbitrary<unknown>] => [
    key,
    fc.oneof({ arbitrary: usual(key, value), weight: 6 }, { arbitrary: json, weight: 2 }),
  ]);
  const object = fc
    .tuple(
      fc.record(Object.fromEntries(fields), { requiredKeys: [] }),
      fc.dictionary(text, json, { maxKeys: 1 }),
    )
    .map(([known, others]) => ({ ...others, ...known }));
  return fc.oneof(
    { arbitrary: object, weight: 8 },
    { arbitrary: fc.array(object, { maxLength: 3 }), weight: 1 },
    { arbitrary: json, weight: 1 },
  );
}

function stepOf({ path, method }: Route, call: unknown): Step {
  if (method === "POST") return { do: "call", method: "POST", path, body: JSON.stringify(call) };
  const entries = typeof call === "object" && call !== null ? Object.entries(call) : [["u", call]];
  const query = entries.map(([key, value]) => `${encoded(key)}=${encoded(value)}`).join("&");
  return { do: "call", method: "GET", path: `${path}?${query.slice(0, 12_000)}` };
}

/** A lone surrogate has no encoding. */
function encoded(part: unknown): string {
  const raw = typeof part === "string" ? part : JSON.stringify(part);
  return encodeURIComponent(raw.replace(/\p{Surrogate}/gu, "?"));
}

/** Wrong keys are slowed on purpose, and rooms that are destroyed are made again by no one. */
const rows = routesOf(contract).filter(({ name }) => name !== "auth_uk");

export const calls: Generator = {
  name: "calls",
  steps: fc
    .oneof(...rows.map((row) => argumentsOf(row).map((call) => stepOf(row, call))))
    .map((step) => [step]),
};
