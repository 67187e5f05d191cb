/** Trying changes of meaning: which there are, and which of them tests are said to notice. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { instrument } from "../../../scripts/mutate/instrument.js";
import { Mutation } from "../../../scripts/mutate/mutation.js";
import { Outcomes } from "../../../scripts/mutate/outcomes.js";
import { targetOf } from "../../../scripts/mutate/units.js";
import { scratch } from "../../support/sender.js";

describe("Changes of meaning", () => {
  const changes = (text: string): string[] => instrument("x.ts", text).mutants.map(({ words }) => words);

  it("are a clause left out, a boundary moved, a condition taken for true or false, a statement gone", () => {
    expect(changes("export const f = (a: number, b: boolean) => a < 3 && !b;")).to.have.members([
      "&& !b left out",
      "a < 3 && left out",
      "a < 3: < → <=",
      "! of !b left out",
    ]);
    expect(changes("if (ready) go();")).to.have.members([
      "if (ready) always",
      "if (ready) never",
      "go(); left out",
    ]);
    expect(changes("export const f = (): boolean => list.some(isTall) ?? true;")).to.have.members([
      ".some() → .every()",
      "list.some(isTall) ?? true: ?? left out",
      "true → false",
    ]);
  });

  it("leave what is there as it was until they are tried", () => {
    const { code } = instrument("x.ts", "let a = 1; if (a === 1) a++; else a = 7; if (a > 2) a = 0;");
    expect(runInNewContext(`${code}; a`)).to.equal(2);
  });

  it("leave alone what is written for people, types, numbers, and what an index makes the compiler ask", () => {
    expect(changes("if (late) log.warn(`late: ${late ? 1 : 2}`);")).to.deep.equal([]);
    expect(changes("class A { #log = make(); f() { this.#log.info(a ? b : c); } }")).to.deep.equal([]);
    expect(changes("type A = true | false; const most = 20, first = list[0] ?? 1;")).to.deep.equal([]);
    expect(changes("export const fault = new StorageFault(isFull ? 'full' : 'broken');")).to.deep.equal([]);
  });

  it("keep their keys when what is around moves, and not when it changes", () => {
    const keys = (text: string): string[] => instrument("x.ts", text).mutants.map(({ key }) => key);
    const before = keys("const f = () => a && b;\nconst g = () => a && b;");
    expect(new Set(before).size).to.equal(4);
    expect(keys("const h = 1;\n\nconst g = () => a && b;")).to.deep.equal(before.slice(2));
    const after = keys("const g = () => a && b && c;");
    expect(after.filter((key) => before.includes(key))).to.deep.equal([]);
  });
});

describe("Mutation testing", function () {
  // It starts many processes one after another.
  this.timeout(240_000);
  const folder = scratch();
  let leftOut: readonly string[] = [];
  const put = (path: string, text: string): void => {
    mkdirSync(join(folder.path, dirname(path)), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  };
  /** Who notices each change: a test, nobody, or nobody as none comes there. */
  const run = async (): Promise<Map<string, string>> => {
    const mutation = new Mutation({
      root: folder.path,
      target: targetOf(folder.path, "component/age"),
      outcomes: new Outcomes(join(folder.path, ".mutate/age.json"), false),
      longest: 10_000,
      times: { least: 500, times: 10, around: 500 },
      concurrency: 2,
      onTests: (_, titles) => (leftOut = titles),
      onTried: () => undefined,
    });
    const who = (await mutation.run()).map(({ line, words, outcome }): [string, string] => [
      `${line} ${words}`,
      outcome.by ?? (outcome.isReached ? "nobody" : "none comes here"),
    ]);
    return new Map(who);
  };
  const HEAD = 'import assert from "node:assert";\nimport * as age from "../../../component/age/age.js";\n';

  before(() => {
    put("package.json", '{ "type": "module" }');
    put(
      "component/age/age.ts",
      [
        "export const seen: number[] = [];",
        "export const isGrown = (age: number): boolean => age >= 18;",
        "export function count(list: number[]): number {",
        "  let n = 0;",
        "  for (const one of list) n += one;",
        "  seen.push(n);",
        "  return n;",
        "}",
        "export const atLoad = [isGrown(3), isGrown(30)];",
        "export const unused = (): boolean => true;",
        "export function end(n: number): number {",
        "  while (n > 0) n--;",
        "  return n;",
        "}",
      ].join("\n"),
    );
    put("dist/component/age/age.js", "");
    put(
      "dist/spec/component/age/server.spec.js",
      'import "../../support.js"; it("asks a server", () => {});',
    );
    put("dist/spec/support.js", 'import "node:child_process";');
    put(
      "dist/spec/component/age/age.spec.js",
      `${HEAD}
      it("is grown", () => assert(age.isGrown(30) && !age.isGrown(3)));
      it("counts", () => assert.equal(age.count([1, 2]), 3));
      it("ends", () => assert.equal(age.end(2), 0));
      it("is of the start", () => assert.deepEqual(age.atLoad, [false, true]));
      it("fails as it is", () => assert.fail("always"));`,
    );
  });

  after(() => folder.remove());

  it("tells which changes a test notices, which none does, and where none comes", async () => {
    const who = await run();
    expect(leftOut).to.deep.equal(["fails as it is (fails as it is: always)"]);
    expect(who.get("2 age >= 18: >= → >")).to.equal("nobody");
    expect(who.get("6 seen.push(n); left out")).to.equal("nobody");
    expect(who.get("10 true → false")).to.equal("none comes here");
    expect(who.get("5 n += one: += → -=")).to.equal("counts");
    expect(who.get("9 [isGrown(3), isGrown(30)] → []")).to.equal("is of the start");
    // Never ends, but the run goes on.
    expect(who.get("12 n-- → ++")).to.equal("ends");
  });

  it("keeps what it knows until a test changes that it depends on", async () => {
    const path = "dist/spec/component/age/age.spec.js";
    put(path, `${HEAD} it("is grown", () => assert(age.isGrown(18) && !age.isGrown(17)));`);
    const who = await run();
    expect(who.get("2 age >= 18: >= → >")).to.equal("is grown");
    expect(who.get("5 n += one: += → -=")).to.equal("none comes here");
  });

  it("counts nothing as noticed by a test that needs the ones before it", async () => {
    put(
      "dist/spec/component/age/age.spec.js",
      `${HEAD} let n; it("first", () => { n = 3; }); it("second", () => assert.equal(age.count([1, 2]), n));`,
    );
    const who = await run();
    expect(who.get("6 seen.push(n); left out")).to.equal("nobody");
    expect(who.get("5 n += one: += → -=")).to.equal("second");
  });
});
