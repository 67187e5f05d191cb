/** Addresses: of those who are there, of those who aren't, and of nobody. */
import fc from "fast-check";
import { DEN, DOMAIN, HALL, HOST, HOSTILE_DOMAIN, hostileName } from "../case.js";
import { carriable } from "./text.js";

/** An attribute's value, escaped. */
export function quoted(value: string): string {
  return `'${value.replace(/[&<>'"\t\n\r]/g, (c) => `&#${c.charCodeAt(0)};`)}'`;
}

export const user = fc.oneof(
  { arbitrary: fc.nat(7).map((index) => `${hostileName(index)}@${HOST}`), weight: 5 },
  {
    arbitrary: fc.constantFrom(
      `nobody@${HOST}`,
      `eve@${HOSTILE_DOMAIN}`,
      "x@far.example",
      HOST,
      HOSTILE_DOMAIN,
    ),
    weight: 2,
  },
);

export const room = fc.oneof(
  { arbitrary: fc.constantFrom(DEN, HALL), weight: 6 },
  { arbitrary: fc.constantFrom(`none@${DOMAIN}`, `new@${DOMAIN}`, DOMAIN), weight: 1 },
);

export const nick = fc.oneof(
  { arbitrary: fc.nat(7).map(hostileName), weight: 3 },
  {
    arbitrary: fc.constantFrom(
      "honest-ann",
      "ＨＯＮＥＳＴ-ann",
      "honest\u200b-ann",
      " a ",
      "ÄÖ",
      "张三",
      "😀",
    ),
    weight: 2,
  },
  { arbitrary: carriable.map((value) => value.slice(0, 1_100)), weight: 1 },
);

/** Anything that could stand for an address. */
export const address = fc.oneof(
  { arbitrary: user, weight: 4 },
  { arbitrary: fc.tuple(user, nick).map(([bare, resource]) => `${bare}/${resource}`), weight: 2 },
  { arbitrary: room, weight: 2 },
  { arbitrary: fc.tuple(room, nick).map(([bare, resource]) => `${bare}/${resource}`), weight: 2 },
  {
    arbitrary: fc.constantFrom(
      "",
      "@",
      "a@",
      "@b",
      "a@b@c",
      "a/b@c",
      "[::1]",
      "xn--x",
      "a@xn--",
      "\u2028@x",
      ".",
      "a..b",
    ),
    weight: 1,
  },
  { arbitrary: carriable.map((value) => value.slice(0, 3_100)), weight: 1 },
);
