/** How steps in rooms are taken: actions, requests with their outcomes, and looks at what somebody received. */
import { expect } from "chai";
import type { Element } from "../../component/xml/builder.js";
import type { Play } from "../component/muc/play.js";
import { lineOf, outcomeOf } from "../component/muc/stanza-lines.js";
import { placeOf } from "./cast.js";
import { filled, Step, textOf, type Said } from "./steps.js";
import type { StillStage, TimedStage } from "./time.js";
import { differs, isText, isValue, patternsIn, take, type Taken } from "./text.js";

/** A stage with rooms. */
export interface RoomStage extends TimedStage, StillStage {
  readonly rooms: Play;
}

export type RoomStep = Step<RoomStage>;

/** The answer to a request, a text, or a text and what it was taken from. */
export type Outcome = Element | string | { readonly outcome: string; readonly from: Element };

interface Actor {
  readonly name: string;
}

interface Receiver extends Actor {
  readonly address: string;
}

const oneLine = (text: string): string => text.replace(/\n\s*/g, " ").trim();

/** A step that does something. */
export function does(
  who: Actor,
  verb: string,
  said: Said,
  act: (play: Play, taken: Taken) => unknown,
): RoomStep {
  const text = oneLine(textOf(said));
  return new Step(`${who.name} ${verb} ${text}`.trim(), (stage: RoomStage) => {
    const [given, inside] = partsOf(filled(text, stage.names));
    expect(inside, "an action has no stanza to look into").to.equal("");
    return act(stage.rooms, take(given, who.name));
  });
}

/** A request: what it asks, and what its outcome is if the step names none; that of a stanza is `result`. */
interface Request {
  readonly usual?: string;
  readonly ask: (play: Play, taken: Taken) => Outcome | Promise<Outcome>;
}

/** A step that has an outcome: `… = outcome | <xml/>`. */
export function asks(who: Actor, verb: string, said: Said, { ask, usual }: Request): RoomStep {
  const text = oneLine(textOf(said));
  return new Step(`${who.name} ${verb} ${text}`.trim(), async (stage: RoomStage) => {
    const [asked, inside] = partsOf(filled(text, stage.names));
    const rest = ` ${asked}`;
    const at = rest.lastIndexOf(" = ");
    const [given, wanted] = at < 0 ? [rest, undefined] : [rest.slice(0, at), rest.slice(at + 3)];
    const outcome = await ask(stage.rooms, take(given.slice(1), who.name));
    const { result, from } = read(outcome);
    const expected = wanted ?? usual ?? (from === outcome ? "result" : undefined);
    const shown = from === undefined ? "the outcome" : `the outcome in ${String(from)}`;
    if (expected === undefined && inside === "") expect.fail(`nothing is expected of the outcome: ${result}`);
    if (expected !== undefined && !isValue(result, expected, stage.names))
      expect(result, shown).to.equal(expected);
    if (inside === "") return;
    if (from === undefined) expect.fail(`there is no stanza to look into, only ${result}`);
    has(from, inside, stage.names);
  });
}

/** Fails, with the whole stanza, if it hasn't what a text names. */
function has(stanza: Element, inside: string, names: Map<string, string>): void {
  const wrong = differs(stanza, inside, names);
  if (wrong !== undefined) expect.fail(wrong);
}

/** Returns a step's text in front of ` | `, and the XML behind. */
function partsOf(text: string): readonly [said: string, inside: string] {
  const [said = "", inside = "", ...more] = text.split(/(?:^| )\| /);
  expect(more, "a second |").to.deep.equal([]);
  return [said, inside];
}

function read(outcome: Outcome): { readonly result: string; readonly from?: Element } {
  if (typeof outcome === "string") return { result: outcome };
  return "outcome" in outcome
    ? { result: outcome.outcome, from: outcome.from }
    : { result: outcomeOf(outcome), from: outcome };
}

/** What is compared with a stanza: its line, and what is inside. */
interface Wanted {
  readonly line: string;
  readonly inside: string;
}

type Look = "hears" | "notices" | "misses";

/** A step that compares what somebody received since the last look. */
export function looks(who: Receiver | readonly Receiver[], verb: Look, said: Said): RoomStep {
  const all = "name" in who ? [who] : who;
  const text = textOf(said).trim();
  if (text === "") throw new Error(`${verb} what?`);
  return new Step(
    `${all.map(({ name }) => name).join(", ")} ${verb} ${text}`,
    ({ rooms, names }: RoomStage) => {
      const items = text.split(/\n\s*< /).map((item): Wanted => {
        const [line, inside] = partsOf(oneLine(item));
        // What is wrong in it is a fault, whether a stanza is compared with it or not.
        patternsIn(filled(inside, names));
        return { line: filled(line, names), inside: filled(inside, names) };
      });
      for (const { name, address } of all) {
        const heard = rooms.hears(address);
        if (verb === "hears") compare(name, heard, items, names);
        else for (const item of items) find(name, heard, item, { names, isThere: verb === "notices" });
      }
    },
    { looks: true },
  );
}

/** A step that compares what the component sent since the last look: receivers, and XML that each stanza has. */
export function seesSent(said: Said): RoomStep {
  const text = textOf(said).trim();
  return new Step(
    `component sends ${text}`,
    ({ rooms, names }: RoomStage) => {
      const sent = rooms.sent();
      const shown = sent.map(String).join("\n");
      const items = text.split(/\n\s*< /).map((item) => filled(oneLine(item), names));
      const [first = ""] = items;
      const count = first === "nothing" ? 0 : Number(/^(\d+) stanzas?$/.exec(first)?.[1]);
      if (!Number.isNaN(count)) return void expect(sent, shown).to.have.length(count);
      const wanted = items.flatMap((item) => {
        const [, receivers = "", inside = ""] = /^(.*?)(?: (<.*))?$/.exec(item) ?? [];
        return receivers.split(", ").map((receiver) => [placeOf(receiver), inside] as const);
      });
      expect(
        sent.map(({ attrs }) => attrs.to),
        shown,
      ).to.deep.equal(wanted.map(([receiver]) => receiver));
      for (const [at, [, inside]] of wanted.entries()) has(sent[at]!, inside, names);
    },
    { looks: true },
  );
}

function compare(
  who: string,
  heard: readonly Element[],
  items: readonly Wanted[],
  names: Map<string, string>,
): void {
  const lines = heard.map(lineOf);
  const [, count] = /^(\d+) stanzas?$/.exec(items[0]?.line ?? "") ?? [];
  if (count !== undefined) return void expect(lines, who).to.have.length(Number(count));
  const isEnd = items[0]?.line === "...";
  const wanted = items.slice(isEnd ? 1 : 0).filter(({ line }) => line !== "nothing");
  const from = isEnd ? Math.max(0, lines.length - wanted.length) : 0;
  const compared = lines.slice(from);
  const all = wanted.map(({ line }, at) => (isText(compared[at] ?? "", line) ? compared[at] : line));
  expect(compared, [who, ...heard].join("\n")).to.deep.equal(all);
  for (const [at, { inside }] of wanted.entries()) has(heard[from + at]!, inside, names);
}

function find(
  who: string,
  heard: readonly Element[],
  { line, inside }: Wanted,
  { names, isThere }: { readonly names: Map<string, string>; readonly isThere: boolean },
): void {
  const lines = heard.map(lineOf);
  const isFound = (stanza: Element, at: number): boolean => {
    if (!isText(lines[at] ?? "", `*${line}*`)) return false;
    // What a stanza names counts only if it is the one.
    const tried = new Map(names);
    if (differs(stanza, inside, tried) !== undefined) return false;
    for (const [name, value] of tried) names.set(name, value);
    return true;
  };
  const found = heard.some(isFound);
  const all = heard.map((stanza, at) => `${lines[at] ?? ""}${inside === "" ? "" : `  ${String(stanza)}`}`);
  expect(found, `${who} received “${line} ${inside}” among:\n${all.join("\n")}\n`).to.equal(isThere);
}
