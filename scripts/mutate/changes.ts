/**
 * The changes of meaning that are tried: what one place of a program could wrongly be, and still compile. Texts, numbers
 * and patterns stay as they are, and so do lines of the log and what an error says: no test is meant to pin those.
 */
import ts from "typescript";

/** What stands in a node's place instead. */
export interface Change<Instead extends ts.Node = ts.Node> {
  readonly instead: Instead;
  /** In a few words, after the place: "&& b left out". */
  readonly words: string;
}

const { SyntaxKind: Kind, factory } = ts;

/** What a comparison or a sum is taken for. */
const OPPOSITES = new Map<ts.SyntaxKind, ts.BinaryOperator>([
  [Kind.EqualsEqualsEqualsToken, Kind.ExclamationEqualsEqualsToken],
  [Kind.ExclamationEqualsEqualsToken, Kind.EqualsEqualsEqualsToken],
  [Kind.LessThanToken, Kind.LessThanEqualsToken],
  [Kind.LessThanEqualsToken, Kind.LessThanToken],
  [Kind.GreaterThanToken, Kind.GreaterThanEqualsToken],
  [Kind.GreaterThanEqualsToken, Kind.GreaterThanToken],
  [Kind.PlusToken, Kind.MinusToken],
  [Kind.MinusToken, Kind.PlusToken],
  [Kind.AsteriskToken, Kind.SlashToken],
  [Kind.SlashToken, Kind.AsteriskToken],
  [Kind.PlusEqualsToken, Kind.MinusEqualsToken],
  [Kind.MinusEqualsToken, Kind.PlusEqualsToken],
  [Kind.QuestionQuestionEqualsToken, Kind.EqualsToken],
  [Kind.BarBarEqualsToken, Kind.EqualsToken],
]);

const METHODS: ReadonlyMap<string, string> = new Map([
  ["some", "every"],
  ["every", "some"],
  ["min", "max"],
  ["max", "min"],
  ["startsWith", "endsWith"],
  ["endsWith", "startsWith"],
]);
const LEFT_OUT: ReadonlySet<string> = new Set(
  "filter slice sort toSorted reverse toReversed trim toLowerCase".split(" "),
);

/** Other values that an expression could have. */
export function changedExpressions(node: ts.Expression): Change<ts.Expression>[] {
  if (ts.isBinaryExpression(node)) return changedOperator(node);
  if (ts.isConditionalExpression(node))
    return [
      { instead: node.whenTrue, words: `${brief(node.condition)} taken for true` },
      { instead: node.whenFalse, words: `${brief(node.condition)} taken for false` },
    ];
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return changedSign(node);
  if (node.kind === Kind.TrueKeyword) return [{ instead: factory.createFalse(), words: "true → false" }];
  if (node.kind === Kind.FalseKeyword) return [{ instead: factory.createTrue(), words: "false → true" }];
  if (ts.isCallExpression(node)) return changedCall(node);
  if (ts.isArrayLiteralExpression(node) && node.elements.length > 0)
    return [{ instead: factory.createArrayLiteralExpression([]), words: `${brief(node)} → []` }];
  return [];
}

function changedOperator(node: ts.BinaryExpression): Change<ts.Expression>[] {
  const { left, right, operatorToken } = node;
  const { kind } = operatorToken;
  if (kind === Kind.AmpersandAmpersandToken || kind === Kind.BarBarToken)
    return [
      { instead: left, words: `${operatorToken.getText()} ${brief(right)} left out` },
      { instead: right, words: `${brief(left)} ${operatorToken.getText()} left out` },
    ];
  // What an array or a record lacks is often a matter of the compiler alone.
  if (kind === Kind.QuestionQuestionToken && !ts.isElementAccessExpression(left))
    return [{ instead: left, words: `${brief(left)} ?? ${brief(right)}: ?? left out` }];
  const operator = OPPOSITES.get(kind);
  if (operator === undefined || isText(left) || isText(right)) return [];
  const words = `${brief(node)}: ${operatorToken.getText()} → ${ts.tokenToString(operator) ?? ""}`;
  return [{ instead: factory.createBinaryExpression(left, operator, right), words }];
}

function changedSign(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): Change<ts.Expression>[] {
  const { operand, operator } = node;
  if (operator === Kind.ExclamationToken)
    return [{ instead: operand, words: `! of ${brief(node)} left out` }];
  if (operator !== Kind.PlusPlusToken && operator !== Kind.MinusMinusToken) return [];
  const opposite = operator === Kind.PlusPlusToken ? Kind.MinusMinusToken : Kind.PlusPlusToken;
  const instead = ts.isPrefixUnaryExpression(node)
    ? factory.createPrefixUnaryExpression(opposite, operand)
    : factory.createPostfixUnaryExpression(operand, opposite);
  return [{ instead, words: `${brief(node)} → ${ts.tokenToString(opposite) ?? ""}` }];
}

function changedCall(node: ts.CallExpression): Change<ts.Expression>[] {
  const { expression: called } = node;
  if (!ts.isPropertyAccessExpression(called) || ts.isOptionalChain(node)) return [];
  const name = called.name.text;
  if (LEFT_OUT.has(name)) return [{ instead: called.expression, words: `.${name}() left out` }];
  const opposite = METHODS.get(name);
  if (opposite === undefined) return [];
  const other = factory.createPropertyAccessExpression(called.expression, opposite);
  const instead = factory.createCallExpression(other, node.typeArguments, node.arguments);
  return [{ instead, words: `.${name}() → .${opposite}()` }];
}

/** What a condition of a statement could always be. */
export function forcedConditions(statement: ts.Statement): Change<ts.Expression>[] {
  if (ts.isIfStatement(statement))
    return [
      { instead: factory.createTrue(), words: `if (${brief(statement.expression)}) always` },
      { instead: factory.createFalse(), words: `if (${brief(statement.expression)}) never` },
    ];
  if (ts.isWhileStatement(statement))
    return [{ instead: factory.createFalse(), words: `while (${brief(statement.expression)}) never` }];
  return [];
}

/** How it is called that a statement isn't there; undefined where nobody tries that. */
export function leftOut(statement: ts.Statement): string | undefined {
  const canGo =
    (ts.isExpressionStatement(statement) && !isSuper(statement.expression)) ||
    ts.isThrowStatement(statement) ||
    ts.isContinueStatement(statement) ||
    (ts.isBreakStatement(statement) && !ts.isCaseOrDefaultClause(statement.parent)) ||
    (ts.isReturnStatement(statement) && statement.expression === undefined);
  return canGo ? `${brief(statement)} left out` : undefined;
}

/** Whether this writes to the log, or says what an error says. */
export function isForPeople(node: ts.Node): boolean {
  if (ts.isTemplateExpression(node)) return true;
  if (ts.isNewExpression(node)) return /(?:Fault|Refusal|^Error|TypeError)$/.test(node.expression.getText());
  if (ts.isIfStatement(node)) return node.elseStatement === undefined && isForPeople(node.thenStatement);
  if (ts.isBlock(node)) return node.statements.length > 0 && node.statements.every(isForPeople);
  return (
    ts.isExpressionStatement(node) && /^[\w#.]*\blog\.(?:log|debug|info|warn|error)\(/.test(node.getText())
  );
}

function isSuper(expression: ts.Expression): boolean {
  return ts.isCallExpression(expression) && expression.expression.kind === Kind.SuperKeyword;
}

function isText(node: ts.Expression): boolean {
  if (ts.isBinaryExpression(node)) return isText(node.left) || isText(node.right);
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

/** What stands there, on one line, cut where it is long. */
function brief(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return text.length > 70 ? `${text.slice(0, 69)}…` : text;
}
