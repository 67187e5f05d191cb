/** The tool that shows what the tests don't notice, in a small repository of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { mutantsOf, mutated } from "../../scripts/mutants/mutation.js";
import { formerLine } from "../../scripts/mutants/repository.js";
import { Folder } from "../support/folder.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PACKAGES = [
  "mocha",
  "chai",
  "typescript",
  "@types/mocha",
  "@types/chai",
  "@types/node",
  "@types/deep-eql",
];

const FILES = {
  ".gitignore": "node_modules/\ndist/\n",
  "package.json": JSON.stringify({ type: "module" }),
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "es2023",
      module: "nodenext",
      strict: true,
      noUnusedLocals: true,
      skipLibCheck: true,
      types: ["node", "mocha"],
      sourceMap: true,
      rootDir: ".",
      outDir: "dist",
    },
    include: ["storage", "spec"],
  }),
  "storage/till.ts": `/** A till. */

/** Says whether a price can be paid. */
export function isEnough(coins: number, price: number): boolean {
  return coins >= price;
}

/** Returns the change. */
export function change(coins: number, price: number): number {
  return coins - price;
}

/** Returns what nobody asks for. */
export function tip(coins: number): number {
  return coins + 1;
}

/** Returns how often the bell rings. */
export function ring(coins: number): number {
  return coins * 2 + 1;
}
`,
  "spec/till.spec.ts": `import { expect } from "chai";
import { change, isEnough, ring } from "../storage/till.js";
it("sells for the exact price", () => expect(isEnough(5, 5)).to.equal(true));
it("gives change", () => expect(change(6, 5)).to.equal(1));
it("rings", () => ring(1));
`,
};

describe("npm run mutants", () => {
  const folder = new Folder();
  const git = (...options: readonly string[]): string => {
    const identity = ["-c", "user.name=juliet", "-c", "user.email=juliet@capulet.example"];
    return execFileSync("git", [...identity, ...options], { cwd: folder.path, encoding: "utf8" });
  };
  const mutants = (
    ...options: readonly string[]
  ): { readonly text: string; readonly status: number | null } => {
    const program = [`${ROOT}dist/scripts/mutants.js`, ...options];
    const { stdout, stderr, status } = spawnSync(process.execPath, program, {
      cwd: folder.path,
      encoding: "utf8",
    });
    return { text: stdout + stderr, status };
  };
  const build = (): void => {
    const compiler = `${ROOT}node_modules/typescript/bin/tsc`;
    execFileSync(process.execPath, [compiler, "-p", "."], { cwd: folder.path });
  };

  before(() => {
    for (const [name, content] of Object.entries(FILES)) {
      mkdirSync(dirname(folder.at(name)), { recursive: true });
      folder.file(name, content);
    }
    for (const name of PACKAGES) {
      mkdirSync(dirname(folder.at(`node_modules/${name}`)), { recursive: true });
      symlinkSync(`${ROOT}node_modules/${name}`, folder.at(`node_modules/${name}`));
    }
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "--message", "till: sell");
    build();
  });
  after(() => folder.remove());

  it("shows which changes no test notices, what could be lost, and leaves dist as it is", () => {
    const compiled = readFileSync(folder.at("dist/storage/till.js"), "utf8");
    const { text, status } = mutants("--in", "storage", "--seed", "1");
    expect(status, text).to.equal(0);
    expect(text).to.match(/^First, 1 spec is run to see what they cover: \d+ s\.$/m);
    expect(text).to.match(/^storage, seed 1: 4 changes, \d+ s, at most \d+ s\.$/m);
    expect(text).to.match(/^storage\/till\.ts +4 +2$/m);
    expect(text).to.include(
      "storage/till.ts:15 tip\n" +
        "  sign or extreme changed: + → -\n" +
        "  Could be lost: Returns what nobody asks for.\n" +
        "  No spec runs this line.\n",
    );
    expect(text).to.include("  Could be lost: Returns how often the bell rings.\n  1 spec runs this line.\n");
    expect(text).to.include("storage, seed 1: 2 of 4 noticed (50 %)");
    expect(text).not.to.include("isEnough");
    expect(readFileSync(folder.at("dist/storage/till.js"), "utf8")).to.equal(compiled);
    expect(git("status", "--porcelain")).to.equal("");
  });

  it("continues a run that was stopped, and finds covered lines again after they moved", () => {
    const path = folder.at("storage/till.ts");
    folder.file(
      "storage/till.ts",
      readFileSync(path, "utf8").replace("/** A till. */", "/** A till. */\n\n// New."),
    );
    git("commit", "--quiet", "--all", "--message", "till: explain");
    build();
    const { text } = mutants("--in", "storage", "--seed", "1");
    expect(text).not.to.include("First,");
    expect(text).to.include("2 of 4 noticed");
    const again = mutants("--in", "storage", "--seed", "1").text;
    expect(again).to.include("4 changes, 0 s, at most 0 s.").and.to.include("2 of 4 noticed");
  });

  it("tries only lines of the last commit with --changed", () => {
    const path = folder.at("storage/till.ts");
    folder.file("storage/till.ts", readFileSync(path, "utf8").replace("coins + 1", "coins + 2"));
    git("commit", "--quiet", "--all", "--message", "till: raise tips");
    build();
    const { text } = mutants("--changed");
    expect(text).to.match(/^last commit, seed \d+: 0 of 1 noticed \(0 %\)$/m);
    expect(text).to.include("till.ts:17 tip").and.not.to.include("change\n");
  });

  it("refuses folders that aren't product, missing tests and uncommitted changes", () => {
    expect(mutants("--in", "spec").text).to.include("spec has no code of the product.");
    expect(mutants("--in", "storage", "--specs", "spec/shop").text).to.include("spec/shop has no tests.");
    expect(mutants().text).to.include("--in FOLDER");
    folder.file("storage/new.ts", "export {};\n");
    const { text, status } = mutants("--in", "storage");
    expect(text).to.include("There are uncommitted changes.");
    expect(status).to.equal(1);
  });
});

describe("A change of meaning", () => {
  /** Returns the texts that a line can become by mistake. */
  const slips = (text: string): string[] =>
    mutantsOf("storage/x.ts", text).map((mutant) => mutated(text, mutant));

  it("is one that people make", () => {
    expect(slips("if (a) b = 1;")).to.deep.equal(["if (!(a)) b = 1;", "if (a) ;"]);
    expect(slips("const x = a < b && c === d;")).to.have.members([
      "const x = a <= b && c === d;",
      "const x = a < b && c !== d;",
      "const x = a < b;",
      "const x = c === d;",
    ]);
    expect(slips("const x = f(a, b);")).to.deep.equal(["const x = f(b, a);"]);
    expect(slips("const x = await f();")).to.deep.equal(["const x = f();"]);
    expect(slips("async function f() { return await g(); }")).to.not.include("g()");
    expect(slips("const x = { a, b: c };")).to.deep.equal(["const x = {  b: c };", "const x = { a,  };"]);
    expect(slips("const x = [a, b];")).to.deep.equal(["const x = [ b];", "const x = [a, ];"]);
    expect(slips("const PAUSE_MS = 3 * 60;")).to.deep.equal([
      "const PAUSE_MS = 3 * 10 * 60;",
      "const PAUSE_MS = 3 * 60 * 10;",
    ]);
    expect(slips("const x = Math.min(a);")).to.deep.equal(["const x = Math.max(a);"]);
    expect(slips("const x = Math.min(a, b);")).to.deep.equal(["const x = Math.max(a, b);"]);
    expect(slips("for (const a of b) c = a;")).to.deep.equal([
      "for (const a of b) { c = a; break; }",
      "for (const a of b) ;",
    ]);
    expect(slips("function f() { const a = 1; if (b) return; }")).to.include(
      "function f() { const a = 1; return; if (b) return; }",
    );
    expect(slips("function f() { if (b) return; }")).to.include("function f() { ; }");
  });

  it("is found in SQL, too", () => {
    expect(slips('const x = "SELECT a FROM b WHERE c <= ? AND d = 1 ORDER BY e";')).to.have.members([
      'const x = "SELECT a FROM b WHERE c < ? AND d = 1 ORDER BY e";',
      'const x = "SELECT a FROM b WHERE c <= ? ORDER BY e";',
      'const x = "SELECT a FROM b WHERE c <= ? AND d = 1 ORDER BY e DESC";',
    ]);
    expect(slips('const x = "one < two";')).to.deep.equal([]);
  });

  it("isn't one of types, imports or debug logs", () => {
    expect(slips('import { a, b } from "c";')).to.deep.equal([]);
    expect(slips("type X = [a, b];")).to.deep.equal([]);
    expect(slips("const x = () => log.debug({ a });")).to.deep.equal([]);
  });

  it("says where it is, and what is promised there", () => {
    const text = `/** A store. More. */
      class Store {
        /** Adds a row: at the end. Errors are thrown. */
        add() { return a < b; }
      }`;
    const [mutant] = mutantsOf("storage/x.ts", text);
    expect(mutant).to.include({ where: "Store.add", promise: "Adds a row:", line: 4, before: "<" });
  });
});

it("A line is found where it was before other lines changed", () => {
  // Two lines were added after line 3, line 10 was replaced by one line, and line 20 was deleted.
  const changes = [
    { oldStart: 3, before: 0, newStart: 4, after: 2 },
    { oldStart: 10, before: 1, newStart: 12, after: 1 },
    { oldStart: 20, before: 1, newStart: 21, after: 0 },
  ];
  const former = (line: number): number => formerLine(line, changes);
  expect([3, 4, 5, 6].map(former)).to.deep.equal([3, 3, 3, 4]);
  expect([12, 13].map(former)).to.deep.equal([10, 11]);
  expect([21, 22].map(former)).to.deep.equal([19, 21]);
});
