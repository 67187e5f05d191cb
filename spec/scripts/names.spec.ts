/** Who searches for a name finds one thing. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { documentAt } from "../../scripts/docs/parts.js";

/** The workshop: programs that the product doesn't contain. */
const WORKSHOP = /^scripts\/(?:bench|clients|docs|fuzz|lab|mutants|ready|soak)\//;
const EXPORTED =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|const|let|interface|type|enum) (\w+)/gm;

/** Returns the names that more than one of the files export, each with its files. */
function repeated(sources: ReadonlyMap<string, string>): string[] {
  const files = new Map<string, Set<string>>();
  for (const [file, source] of sources)
    for (const [, name = ""] of source.matchAll(EXPORTED))
      files.set(name, (files.get(name) ?? new Set()).add(file));
  return [...files].flatMap(([name, all]) => (all.size > 1 ? [`${name}: ${[...all].join(", ")}`] : []));
}

describe("An exported name", () => {
  const product = ["component", "http", "storage", "scripts"].flatMap((layer) =>
    readdirSync(documentAt(layer), { recursive: true, encoding: "utf8" }).map((file) => join(layer, file)),
  );
  const sources = new Map(
    product
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts") && !WORKSHOP.test(file))
      .filter((file) => !file.includes("node_modules"))
      .map((file) => [file, readFileSync(documentAt(file), "utf8")]),
  );

  it("means one thing: no other file of the product exports the same", () => {
    expect(sources.size).to.be.greaterThan(300);
    expect(repeated(sources), "let each name say its subject").to.eql([]);
  });

  it("would be found, whatever it names", () => {
    const twice = new Map([
      ["a.ts", "export const one = 1;\nexport interface Two {}\nexport async function three() {}"],
      ["b.ts", "export type one = 1;\nexport abstract class Two {}\nexport function* three() {}"],
    ]);
    expect(repeated(twice)).to.have.length(3);
  });
});
