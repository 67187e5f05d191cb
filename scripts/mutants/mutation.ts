/** Small changes of meaning in a source file, such as somebody could make by mistake: found in TypeScript's syntax tree. */
import ts from "typescript";
import { sqlSlips } from "./sql-slips.js";

/** A text of the source that is replaced by another one. */
export interface Slip {
  readonly kind: Kind;
  /** Offsets in the file. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

export const KINDS = [
  "condition negated",
  "part of a condition dropped",
  "boundary moved",
  "sign or extreme changed",
  "statement dropped",
  "guard dropped",
  "arguments swapped",
  "await missing",
  "property dropped",
  "row forgotten",
  "constant changed",
  "returned early",
  "loop ended early",
  "SQL changed",
] as const;

export type Kind = (typeof KINDS)[number];

/** A slip in a file, with what people need to judge it. */
export interface Mutant extends Slip {
  /** The path from the repository's root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The text that is replaced. */
  readonly before: string;
  /** The declaration around it, such as "OutboxStore.add". */
  readonly where: string;
  /** The first sentence of the documentation of this declaration, or of the file. */
  readonly promise: string;
}

/** A node's own slips; its children are asked separately. */
type Finder = (node: ts.Node, source: ts.SourceFile) => Iterable<Slip>;

/** Returns all slips of a file, in the order of the text. Whether they compile isn't checked. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const found: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (isWithoutMeaning(node)) return;
    for (const find of FINDERS) {
      for (const slip of find(node, source)) {
        const line = source.getLineAndCharacterOfPosition(slip.start).line + 1;
        const before = text.slice(slip.start, slip.end);
        found.push({ ...slip, file, line, before, ...placeOf(node, source) });
      }
    }
    node.forEachChild(visit);
  };
  visit(source);
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Returns the text of the file with the slip. */
export function mutated(text: string, { start, end, replacement }: Slip): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** Imports and types vanish when the file is compiled; nothing is promised about debug logs. */
function isWithoutMeaning(node: ts.Node): boolean {
  return (
    ts.isImportDeclaration(node) ||
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    (ts.isCallExpression(node) && /\blog\??\.debug$/.test(node.expression.getText()))
  );
}

const replaced = (kind: Kind, node: ts.Node, source: ts.SourceFile, replacement: string): Slip => {
  return { kind, start: node.getStart(source), end: node.getEnd(), replacement };
};

const OPPOSITES = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "==="],
]);

const NEIGHBOURS = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.LessThanToken, "<="],
  [ts.SyntaxKind.LessThanEqualsToken, "<"],
  [ts.SyntaxKind.GreaterThanToken, ">="],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">"],
]);

const SIGNS = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.PlusToken, "-"],
  [ts.SyntaxKind.MinusToken, "+"],
  [ts.SyntaxKind.PlusEqualsToken, "-="],
  [ts.SyntaxKind.MinusEqualsToken, "+="],
]);

/** Names of numbers that are times or bounds. */
const MEASURE = /^[A-Z][A-Z\d_]+$|ms$|seconds$|minutes$|hours$|days$|timeout|pause|limit|most|bytes/i;

const FINDERS: readonly Finder[] = [
  function* conditions(node, source) {
    const condition =
      ts.isIfStatement(node) || ts.isWhileStatement(node)
        ? node.expression
        : ts.isConditionalExpression(node)
          ? node.condition
          : undefined;
    if (condition !== undefined && !isComparison(condition))
      yield replaced("condition negated", condition, source, `!(${condition.getText(source)})`);
  },

  function* operators(node, source) {
    if (!ts.isBinaryExpression(node)) return;
    const { operatorToken: operator, left, right } = node;
    const both = [
      ["condition negated", OPPOSITES],
      ["boundary moved", NEIGHBOURS],
      ["sign or extreme changed", SIGNS],
    ] as const;
    for (const [kind, others] of both) {
      const other = others.get(operator.kind);
      if (other !== undefined) yield replaced(kind, operator, source, other);
    }
    const isLogical = [ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken].includes(
      operator.kind,
    );
    if (isLogical || operator.kind === ts.SyntaxKind.QuestionQuestionToken)
      yield replaced("part of a condition dropped", node, source, left.getText(source));
    if (isLogical) yield replaced("part of a condition dropped", node, source, right.getText(source));
  },

  function* extremes(node, source) {
    const other = new Map([
      ["Math.min", "Math.max"],
      ["Math.max", "Math.min"],
    ]).get(ts.isPropertyAccessExpression(node) ? node.getText(source) : "");
    if (other !== undefined) yield replaced("sign or extreme changed", node, source, other);
  },

  function* statements(node, source) {
    if (ts.isExpressionStatement(node)) {
      const { expression } = node;
      const isSuper =
        ts.isCallExpression(expression) && expression.expression.kind === ts.SyntaxKind.SuperKeyword;
      if (!isSuper) yield replaced("statement dropped", node, source, ";");
    }
    if (ts.isIfStatement(node) && node.elseStatement === undefined && endsFlow(node.thenStatement))
      yield replaced("guard dropped", node, source, ";");
  },

  function* swaps(node, source) {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
    // In any order, they mean the same.
    if (/^Math\.(?:min|max|hypot)$/.test(node.expression.getText(source))) return;
    const given = node.arguments ?? [];
    for (const [index, first] of given.entries()) {
      const second = given[index + 1];
      if (second === undefined || first.getText(source) === second.getText(source)) continue;
      const between = source.text.slice(first.getEnd(), second.getStart(source));
      const replacement = second.getText(source) + between + first.getText(source);
      const [start, end] = [first.getStart(source), second.getEnd()];
      yield { kind: "arguments swapped", start, end, replacement };
    }
  },

  function* awaits(node, source) {
    if (ts.isAwaitExpression(node) && !isPassedOn(node))
      yield replaced("await missing", node, source, node.expression.getText(source));
  },

  function* lists(node, source) {
    const [kind, items] = ts.isObjectLiteralExpression(node)
      ? (["property dropped", node.properties] as const)
      : ts.isArrayLiteralExpression(node)
        ? (["row forgotten", node.elements.length > 1 ? node.elements : []] as const)
        : (["row forgotten", []] as const);
    for (const item of items) {
      const rest = /^\s*,/.exec(source.text.slice(item.getEnd()))?.[0] ?? "";
      yield { kind, start: item.getStart(source), end: item.getEnd() + rest.length, replacement: "" };
    }
  },

  function* constants(node, source) {
    if (!ts.isNumericLiteral(node) || Number(node.text) === 0) return;
    const name = nameOfValue(node.parent)?.getText(source);
    if (name !== undefined && MEASURE.test(name))
      yield replaced("constant changed", node, source, `${node.getText(source)} * 10`);
  },

  function* bodies(node) {
    if (!ts.isBlock(node)) return;
    const [first, second] = node.statements;
    if (first === undefined || second === undefined) return;
    const at = { start: first.getEnd(), end: first.getEnd() };
    if (ts.isFunctionLike(node.parent)) yield { kind: "returned early", ...at, replacement: " return;" };
  },

  function* loops(node, source) {
    if (!ts.isForOfStatement(node) && !ts.isWhileStatement(node)) return;
    const { statement } = node;
    const replacement = `{ ${statement.getText(source)} break; }`;
    yield replaced("loop ended early", statement, source, replacement);
  },

  function* sql(node, source) {
    const isText =
      ts.isStringLiteralLike(node) ||
      node.kind === ts.SyntaxKind.TemplateHead ||
      node.kind === ts.SyntaxKind.TemplateMiddle ||
      node.kind === ts.SyntaxKind.TemplateTail;
    if (!isText) return;
    const start = node.getStart(source);
    for (const { from, to, replacement } of sqlSlips(node.getText(source)))
      yield { kind: "SQL changed", start: start + from, end: start + to, replacement };
  },
];

/** Conditions that are comparisons are negated at their operator. */
/** Whether a function's own promise waits for the value anyway. */
function isPassedOn(node: ts.Node): boolean {
  const around = ts.findAncestor(node, (each) => ts.isFunctionLike(each) || ts.isTryStatement(each));
  return ts.isReturnStatement(node.parent) && around !== undefined && !ts.isTryStatement(around);
}

function isComparison(node: ts.Node): boolean {
  return (
    ts.isBinaryExpression(node) &&
    (OPPOSITES.has(node.operatorToken.kind) || NEIGHBOURS.has(node.operatorToken.kind))
  );
}

/** Whether nothing after the statement runs: it returns, continues, breaks or throws. */
function endsFlow(statement: ts.Statement): boolean {
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return (
    last !== undefined &&
    (ts.isReturnStatement(last) ||
      ts.isContinueStatement(last) ||
      ts.isBreakStatement(last) ||
      ts.isThrowStatement(last))
  );
}

/** Names the declaration around a node, and says what it promises. */
function placeOf(node: ts.Node, source: ts.SourceFile): Pick<Mutant, "where" | "promise"> {
  const names: string[] = [];
  let promise: string | undefined;
  for (let around = node; !ts.isSourceFile(around); around = around.parent) {
    const name = declaredName(around);
    if (name === undefined) continue;
    names.unshift(name.getText(source));
    promise ??= firstSentence(ts.getJSDocCommentsAndTags(around)[0]?.getText(source));
  }
  const start = /^(?:#!.*\n)?\s*(\/\*\*[^]*?\*\/)/.exec(source.text)?.[1];
  return { where: names.join("."), promise: promise ?? firstSentence(start) ?? "" };
}

/** Returns the name of what gets a value that is calculated in `node`. */
function nameOfValue(node: ts.Node): ts.Node | undefined {
  if (ts.isBinaryExpression(node) || ts.isParenthesizedExpression(node)) return nameOfValue(node.parent);
  const isNamed =
    ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node);
  return isNamed ? node.name : undefined;
}

/** Returns the name of a function, class, member or variable of the file; undefined of anything else. */
function declaredName(node: ts.Node): ts.Node | undefined {
  if (ts.isVariableDeclaration(node)) return isOfFile(node) ? node.name : undefined;
  const isDeclaration =
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isAccessor(node) ||
    ts.isPropertyDeclaration(node);
  return isDeclaration ? node.name : undefined;
}

/** Whether a variable is declared outside of functions. */
function isOfFile(node: ts.Node): boolean {
  return ts.findAncestor(node, (around) => ts.isBlock(around) || ts.isFunctionLike(around)) === undefined;
}

function firstSentence(comment: string | undefined): string | undefined {
  const lines = comment?.replace(/^\/\*\*|\*\/$/g, "").split("\n");
  const text = lines
    ?.map((line) => line.trim().replace(/^\* ?/, ""))
    .join(" ")
    .trim();
  return text === undefined ? undefined : (/^.*?[.:;](?= |$)/.exec(text)?.[0] ?? text).slice(0, 200);
}
