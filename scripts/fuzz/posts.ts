/** Posts to webhooks of each format: the format's sample with parts replaced, repeated or left out. */
import fc from "fast-check";
import { FORMATS, formatNamed } from "../../component/hooks/formats/formats.js";
import { documentationOf } from "../../http/docs/formats.js";
import type { Generator, Step } from "./case.js";
import { INHERITED, text, weighted, word } from "./text.js";

/** The approximate maximum size of a post, in bytes. */
const MAX_POST_BYTES = 4e6;
/** The maximum size of a form, in characters. The component refuses larger forms. */
const MAX_FORM_CHARACTERS = 20_000;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Repetitions that may take long to match, with an end that almost matches. */
const repeated = fc
  .tuple(
    fc.constantFrom(" ", "\t ", " \n", "\r\n", ..."* _ ` < <a| &lt; []( {{ {% \ufdfa a@".split(" ")),
    fc.constantFrom(60, 900, 30_000, 65_000),
    fc.constantFrom("", "x", "\n", ">"),
  )
  .map(([piece, times, end]) => `x${piece.repeat(times)}${end}`);
const deep = fc
  .constantFrom(50, 1_000)
  .map((depth) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`) as Json);
const wide = fc
  .constantFrom(30, 5_000, 60_000)
  .map((count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, "v"])));
const odd: fc.Arbitrary<Json> = weighted<Json>(
  [4, text],
  [4, repeated],
  [2, fc.constantFrom<Json>(null, true, -1, 1e308, "", {}, [], [[[]]])],
  [2, fc.constantFrom<Json>(...INHERITED, Object.fromEntries(INHERITED.map((name) => [name, name])))],
  [1, deep],
  [1, wide],
);

/** Changes one part of a value. @param choices the index of an entry at each level, modulo the number of entries */
function changed(value: Json, choices: readonly number[], change: (part: Json) => Json): Json {
  const [choice, ...rest] = choices;
  if (choice === undefined || typeof value !== "object" || value === null) return change(value);
  const entries = Object.entries(value);
  const [key, part] = entries[choice % entries.length] ?? [];
  if (key === undefined || part === undefined) return change(value);
  const copy = changed(part, rest, change);
  return isList(value) ? value.with(Number(key), copy) : { ...value, [key]: copy };
}

/** Repeats a part of a post, but not beyond MAX_POST_BYTES: the component would refuse the post unread. */
function copies(part: Json, count: number): Json {
  const most = Math.ceil(MAX_POST_BYTES / JSON.stringify(part).length);
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
const events = word("push issue_comment pull_request release workflow_run constructor x");

function stepsOf(format: string): fc.Arbitrary<readonly Step[]> {
  const known = formatNamed(format);
  const { headers, body } = known ? documentationOf(known).sample : { headers: {}, body: "{}" };
  const sample = valueOf(body);
  return fc.tuple(changes, events, fc.boolean()).map(([some, event, isForm]): Step[] => {
    const post = some.reduce((before, [choices, how]) => changed(before, choices, how), sample);
    const written = typeof sample === "string" && typeof post === "string" ? post : JSON.stringify(post);
    if (isForm && written.length < MAX_FORM_CHARACTERS) return [{ do: "post", format, ...asForm(written) }];
    const ownEvent = headers["x-github-event"] === undefined ? {} : { "x-github-event": event };
    return [{ do: "post", format, headers: { ...headers, ...ownEvent }, body: written }];
  });
}

/** Returns the value of a post in JSON; other posts are text. */
function valueOf(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}

function asForm(value: string): Pick<Extract<Step, { do: "post" }>, "headers" | "body"> {
  const body = `payload=${encodeURIComponent(value.replace(/\p{Surrogate}/gu, "?"))}`;
  return { headers: { "content-type": "application/x-www-form-urlencoded" }, body };
}

/** A comment on GitHub, whose text any user can write. */
const comment = fc.oneof(text, repeated).map((body): Step[] => {
  const html_url = "https://git.example.org/1";
  const event = {
    action: "created",
    issue: { number: 1, title: body.slice(0, 200), html_url },
    comment: { body, html_url },
    repository: { full_name: "team/app" },
    sender: { login: "x" },
  };
  const headers = { "content-type": "application/json", "x-github-event": "issue_comment" };
  return [{ do: "post", format: "github", headers, body: JSON.stringify(event) }];
});

export const posts: Generator = {
  name: "posts",
  batch: 20,
  steps: weighted([6, fc.oneof(...FORMATS.map(({ name }) => stepsOf(name)))], [2, comment]),
};
