/** The verbs of plays (spec/plays), as lists for their page: from the classes that have them, and what is said there. */
import { readFileSync } from "node:fs";
import ts from "typescript";
import { documentAt } from "./parts.js";

/** The files with verbs, in the order of the page. */
const FILES = ["people", "component", "program", "time", "elsewhere"] as const;

/** Returns the verbs of all files: a heading for each file and class, and a line for each verb. */
export function verbLists(): string {
  return FILES.flatMap((name) => {
    const path = documentAt(`spec/plays/${name}.ts`);
    const text = readFileSync(path, "utf8");
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const [, about = ""] = /^\/\*\* (.*) \*\//.exec(text) ?? [];
    const names = namesIn(file);
    const lists = file.statements.filter(ts.isClassDeclaration).flatMap((each) => listOf(each, names));
    return [`### \`${name}.ts\``, about, ...lists];
  }).join("\n\n");
}

function listOf(each: ts.ClassDeclaration, names: ReadonlyMap<string, readonly string[]>): string[] {
  const verbs = each.members.filter(ts.isMethodDeclaration).filter(isVerb);
  const called = names.get(each.name?.text ?? "") ?? [];
  if (verbs.length === 0 || called.length === 0) return [];
  const lines = verbs.map((verb) => {
    const comment = commentOf(verb);
    return `- **${verb.name.getText()}**${comment.startsWith("`") ? "" : ":"} ${comment}`;
  });
  return [`#### ${called.map((name) => `\`${name}\``).join(", ")}`, lines.join("\n")];
}

/** Whether a method is a verb: it makes a step. */
const isVerb = ({ type }: ts.MethodDeclaration): boolean => /Step(?:<\w+>)?$/.test(type?.getText() ?? "");

/** Returns the names under which plays have the objects of each class: `hag`, `bot(…)`. */
function namesIn(file: ts.SourceFile): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  const makers = new Map<string, string>();
  const declarations = file.statements
    .filter(ts.isVariableStatement)
    .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true)
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  for (const { name, initializer } of declarations) {
    if (initializer === undefined) continue;
    const isFunction = ts.isArrowFunction(initializer);
    const made = isFunction ? initializer.body.getText() : initializer.getText();
    const [, called = ""] = /^(?:new )?(\w+)\(/.exec(made) ?? [];
    const className = made.startsWith("new ") ? called : makers.get(called);
    if (className === undefined) continue;
    if (isFunction) makers.set(name.getText(), className);
    names.set(className, [
      ...(names.get(className) ?? []),
      isFunction ? `${name.getText()}(…)` : name.getText(),
    ]);
  }
  return names;
}

/** Returns what the comment in front of a declaration says, in one line. */
function commentOf(node: ts.Node): string {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return (ts.getTextOfJSDocComment(doc?.comment) ?? "").replace(/\s+/g, " ").trim();
}
