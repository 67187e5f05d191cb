/** The stage of plays: a new one for each test (see script.ts). */
import { expect } from "chai";
import type { Element } from "../../../component/xml/builder.js";
import { Play, type PlayOptions } from "./play.js";
import { blocksIn, differs, isValue, sessionOf } from "./script.js";
import { lineOf, outcomeOf } from "./stanza-lines.js";
import { ACTIONS, REQUESTS, take, wordsIn, type Outcome } from "./verbs.js";

/** A stage that begins anew for each test, with these options and this scene. */
export function onStage(
  options: PlayOptions = {},
  scene?: string | ((stage: Stage) => Promise<unknown>),
): Stage {
  const stage = new Stage();
  beforeEach(async () => {
    stage.names.clear();
    await stage.begins(options);
    await (typeof scene === "string"
      ? stage.acts(scene.replace(/^(?=\S)/, /\n(\s*)/.exec(scene)?.[1] ?? ""))
      : scene?.(stage));
  });
  afterEach(() => stage.ends());
  return stage;
}

export class Stage extends Play {
  /** The values that the play has named. */
  readonly names = new Map<string, string>();

  /** Declares a test for each scene of a text. */
  scenes(text: string): void {
    for (const block of blocksIn(text)) {
      const [title = "", ...lines] = block.split("\n");
      it(title, () => this.acts(lines.join("\n")));
    }
  }

  /** Plays a scene. */
  async acts(text: string): Promise<void> {
    const going: Promise<unknown>[] = [];
    for (const line of blocksIn(text)) {
      const [, name, values = "", inner] = /^for \$(\w+) in (.*)\n([^]*)$/.exec(line) ?? [];
      for (const value of name === undefined ? [] : wordsIn(this.#filled(values))) {
        const known = [...this.names.keys()];
        this.names.set(name ?? "", value);
        await this.acts(inner ?? "");
        for (const key of this.names.keys()) if (!known.includes(key)) this.names.delete(key);
      }
      if (name !== undefined) continue;
      try {
        const [, who, kind, what] = /^(\S+(?:, \S+)*) (<|~|!~) ([^]*)$/.exec(line) ?? [];
        if (who !== undefined) await Promise.all(going.splice(0));
        if (who !== undefined)
          for (const one of this.#filled(who).split(", ")) this.#looks(one, kind, what ?? "");
        else if (line.endsWith(" &")) going.push(this.#does(line.slice(0, -2)));
        else await this.#does(line);
      } catch (error) {
        if (error instanceof Error) error.message = `${this.#filled(line)}\n${error.message}`;
        throw error;
      }
    }
    await Promise.all(going);
  }

  /** Plays so many lines at once; each succeeds, or is refused for now. @returns how many are refused */
  async refuses(count: number, line: (i: number) => string): Promise<number> {
    const all = await Promise.allSettled(Array.from({ length: count }, (_, i) => this.acts(line(i))));
    const refused = all.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
    for (const reason of refused) expect(reason).to.contain("wait/resource-constraint by coven");
    return refused.length;
  }

  /** Compares what somebody received since the last look. */
  #looks(who: string, kind: string | undefined, text: string): void {
    const heard = this.hears(sessionOf(who));
    const lines = heard.map(lineOf);
    const items = text
      .split(/\n\s*(?:<|~|!~) /)
      .map((item) => item.replace(/\n\s*/g, " ").split(/(?:^| )\| /))
      .map(([line = "", inside = ""]) => ({ line: this.#filled(line), inside: this.#filled(inside) }));
    if (kind === "<") {
      const [, count] = /^(\d+) stanzas?$/.exec(text) ?? [];
      if (count !== undefined) return void expect(lines, who).to.have.length(Number(count));
      const isEnd = items[0]?.line === "...";
      const wanted = items.slice(isEnd ? 1 : 0).filter(({ line }) => line !== "nothing");
      const from = isEnd ? Math.max(0, lines.length - wanted.length) : 0;
      expect(lines.slice(from), who).to.deep.equal(wanted.map(({ line }) => line));
      for (const [at, { inside }] of wanted.entries())
        expect(differs(heard[from + at]!, inside, this.names), who).to.equal(undefined);
    } else {
      for (const { line, inside } of items) {
        const found = heard.some((stanza, at) => {
          return lines[at]?.includes(line) === true && differs(stanza, inside, this.names) === undefined;
        });
        const all = heard.map(
          (stanza, at) => `${lines[at] ?? ""}${inside === "" ? "" : `  ${String(stanza)}`}`,
        );
        expect(found, `${who} received “${line} ${inside}” among:\n${all.join("\n")}\n`).to.equal(
          kind === "~",
        );
      }
    }
  }

  #filled(text: string): string {
    return text.replace(/\$\(?(\w+)\)?/g, (whole, name: string) => this.names.get(name) ?? whole);
  }

  /** Makes an action, and compares its outcome. */
  async #does(line: string): Promise<void> {
    const [said = "", inside = ""] = this.#filled(line.replace(/\n\s*/g, " ")).split(/ \| /);
    const [, who = "", verb = "", rest = ""] = /^(\S+) (\S+)([^]*)$/.exec(said) ?? [];
    const action = ACTIONS[verb];
    if (action !== undefined) {
      await action(this, sessionOf(who), take(rest.slice(1), who));
      return;
    }
    const request = REQUESTS[verb] ?? expect.fail(`there is no verb ${verb}`);
    const at = rest.lastIndexOf(" = ");
    const [text, wanted] = at < 0 ? [rest] : [rest.slice(0, at), rest.slice(at + 3)];
    const outcome = await request(this, sessionOf(who), take(text.slice(1), who));
    const { result, from } = read(outcome);
    const usual = verb === "calls" ? "done" : from === outcome ? "result" : undefined;
    const expected = wanted ?? usual;
    const shown = from === undefined ? "the outcome" : `the outcome in ${String(from)}`;
    if (expected !== undefined && !isValue(result, expected, this.names))
      expect(result, shown).to.equal(expected);
    if (inside !== "") expect(from && differs(from, inside, this.names), who).to.equal(undefined);
  }
}

function read(outcome: Outcome): { readonly result?: string; readonly from?: Element } {
  if (typeof outcome === "string") return { result: outcome };
  return "outcome" in outcome
    ? { result: outcome.outcome, from: outcome.from }
    : { result: outcomeOf(outcome), from: outcome };
}
