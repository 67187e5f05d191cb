/** Posts to hooks, one hook a format: what its products post, with any part of it replaced, repeated or left out. */
import fc from "fast-check";
import { ALL_FORMATS, formatNamed } from "../../component/hooks/formats/formats.js";
import type { Generator, Step } from "./case.js";
import { text, weighted } from "./text.js";

const MOST_BYTES = 4e6;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Patterns and templates stumble over the same again and again, and over what nearly ends. */
const repeated = fc
  .tuple(
    fc.constantFrom(
      " ",
      "\t ",
      " \n",
      "\r\n",
      "*",
      "_",
      "`",
      "<",
      "<a|",
      "&lt;",
      "[](",
      "{{",
      "{%",
      "\ufdfa",
      "a@",
    ),
    fc.constantFrom(60, 900, 30_000, 65_000),
    fc.constantFrom("", "x", "\n", ">"),
  )
  .map(([piece, times, end]) => `x${piece.repeat(times)}${end}`);
const odd: fc.Arbitrary<Json> = weighted<Json>(
  [4, text],
  [4, repeated],
  [2, fc.constantFrom<Json>(null, true, -1, 1e308, "", {}, [], [[[]]])],
  [
    1,
    fc.constantFrom(50, 1_000).map((depth) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`) as Json),
  ],
  [
    1,
    fc
      .constantFrom(30, 5_000, 60_000)
      .map((count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"]))),
  ],
);

/** The same with something changed at one place below it, which the choices lead to. */
function changed(value: Json, choices: readonly number[], change: (part: Json) => Json): Json {
  const [choice, ...rest] = choices;
  const isLeaf = typeof value !== "object" || value === null || Object.keys(value).length === 0;
  if (choice === undefined || isLeaf) return change(value);
  if (isList(value)) {
    const at = choice % value.length;
    return value.map((part, index) => (index === at ? changed(part, rest, change) : part));
  }
  const keys = Object.keys(value);
  const key = keys[choice % keys.length] ?? "";
  return { ...value, [key]: changed(value[key] ?? null, rest, change) };
}

/** As many as a post of a few megabytes holds; a larger one is refused unread. */
function copies(part: Json, count: number): Json {
  const most = Math.ceil(MOST_BYTES / JSON.stringify(part).length);
  return Array.from({ length: Math.min(count, most) }, () => part);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

const change = weighted<(part: Json) => Json>(
  [6, odd.map((value) => () => value)],
  [1, fc.constantFrom(20, 1_000).map((count) => (part) => copies(part, count))],
  [1, fc.constant((part) => (isList(part) && part[0] !== undefined ? copies(part[0], 500) : part))],
);
const changes = fc.array(fc.tuple(fc.array(fc.nat(30), { maxLength: 5 }), change), { maxLength: 3 });

const events = fc.constantFrom(
  "push",
  "issue_comment",
  "pull_request",
  "release",
  "workflow_run",
  "constructor",
  "x",
);

function stepsOf(format: string): fc.Arbitrary<readonly Step[]> {
  const { headers, body } = formatNamed(format)?.sample ?? { headers: {}, body: "{}" };
  const isText = format === "text";
  const sample = isText ? body : (JSON.parse(body) as Json);
  return fc.tuple(changes, events, fc.boolean()).map(([some, event, isForm]) => {
    const post = some.reduce((before, [choices, how]) => changed(before, choices, how), sample);
    const written = isText && typeof post === "string" ? post : JSON.stringify(post);
    const type = "application/x-www-form-urlencoded";
    const ownEvent = headers["x-github-event"] === undefined ? {} : { "x-github-event": event };
    return [
      isForm && written.length < 20_000
        ? { do: "post", format, headers: { "content-type": type }, body: `payload=${asForm(written)}` }
        : { do: "post", format, headers: { ...headers, ...ownEvent }, body: written },
    ];
  });
}

function asForm(value: string): string {
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, "?"));
}

/** What a forge posts of a comment, which anybody may write. */
const comment = fc.oneof(text, repeated).map((body): Step[] => [
  {
    do: "post",
    format: "github",
    headers: { "content-type": "application/json", "x-github-event": "issue_comment" },
    body: JSON.stringify({
      action: "created",
      issue: { number: 1, title: body.slice(0, 200), html_url: "https://git.example.org/1" },
      comment: { body, html_url: "https://git.example.org/1#2" },
      repository: { full_name: "team/app" },
      sender: { login: "x" },
    }),
  },
]);

export const FORMATS = ALL_FORMATS.map(({ name }) => name);
export const posts: Generator = {
  name: "posts",
  batch: 20,
  steps: weighted([6, fc.oneof(...FORMATS.map(stepsOf))], [2, comment]),
};
