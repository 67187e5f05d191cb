/**
 * A room's rule lies in one file: each option is read in the file of one feature alone. Read from the sources, as
 * TypeScript understands them, so that no other way of writing it goes unnoticed.
 */
import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import ts from "typescript";

const SOURCES = fileURLToPath(new URL("../../../../../component/muc/", import.meta.url));
/** What options there are, and what they are where nobody has configured them. */
const DEFINED = join(SOURCES, "room", "options.ts");

describe("a room's options", () => {
  it("are each read in the file of one feature, and nowhere else", function () {
    this.timeout(120_000);
    const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join(SOURCES, file));
    const readers = readersOf(files);
    expect([...readers.keys()]).to.include.members(["membersOnly", "whois", "history", "name"]);
    for (const [option, where] of readers) {
      expect([...where], option).to.have.length(1);
      expect([...where].join(), option).to.match(/^features\//);
    }
  });
});

/** In which files each option is read, by the option's name. */
function readersOf(files: readonly string[]): Map<string, Set<string>> {
  const options = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const declared = optionsIn(program);
  const readers = new Map([...declared.values()].map((name) => [name, new Set<string>()]));
  for (const file of files.filter((name) => name !== DEFINED)) {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`${file} is not read`);
    const visit = (node: ts.Node): void => {
      for (const declaration of readAt(checker, node)) {
        const option = declared.get(declaration);
        if (option !== undefined) readers.get(option)?.add(relative(SOURCES, file).split(sep).join("/"));
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return readers;
}

/** The declarations of the options, and their names. */
function optionsIn(program: ts.Program): Map<ts.Node, string> {
  const found = program
    .getSourceFile(DEFINED)
    ?.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === "Options");
  if (found === undefined || !ts.isInterfaceDeclaration(found)) throw new Error("there are no options");
  return new Map(found.members.map((member) => [member, member.name?.getText() ?? ""]));
}

/** What is read by `object.name`, `object["name"]`, or `const { name } = object`. */
function readAt(checker: ts.TypeChecker, node: ts.Node): readonly ts.Node[] {
  let symbol: ts.Symbol | undefined;
  if (ts.isPropertyAccessExpression(node)) symbol = checker.getSymbolAtLocation(node.name);
  else if (ts.isElementAccessExpression(node)) symbol = checker.getSymbolAtLocation(node.argumentExpression);
  else if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
    const name = (node.propertyName ?? node.name).getText();
    symbol = checker.getTypeAtLocation(node.parent).getProperty(name);
  }
  return symbol?.declarations ?? [];
}
