/** A source with all its changes in it, each waiting behind a question whether it is the one that is tried. */
import { createHash } from "node:crypto";
import ts from "typescript";
import { SWITCH } from "./messages.js";
import { changedExpressions, forcedConditions, isForPeople, leftOut, type Change } from "./changes.js";

/** One change that can be tried. */
export interface Mutant {
  /** Its place among those of its file. */
  readonly number: number;
  readonly line: number;
  readonly words: string;
  /** The same as long as the function or the declaration around it stays as it is. */
  readonly key: string;
}

export interface Instrumented {
  /** JavaScript. */
  readonly code: string;
  readonly mutants: readonly Mutant[];
}

const ASK = "$changed";
const { factory } = ts;

export function instrument(file: string, text: string): Instrumented {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const mutants: Mutant[] = [];
  const { transformed } = ts.transform(source, [(context) => new Changing(source, context, mutants).file]);
  const [changed = source] = transformed;
  const name = JSON.stringify(file);
  const head = `const ${ASK} = globalThis[Symbol.for(${JSON.stringify(SWITCH.description)})]?.(${name}) ?? (() => false);\n`;
  const { outputText } = ts.transpileModule(head + ts.createPrinter().printFile(changed), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  return { code: outputText, mutants };
}

class Changing {
  readonly #counts = new Map<string, number>();

  constructor(
    readonly source: ts.SourceFile,
    readonly context: ts.TransformationContext,
    readonly mutants: Mutant[],
  ) {}

  readonly file = (source: ts.SourceFile): ts.SourceFile =>
    ts.visitEachChild(source, this.#visit, this.context);

  readonly #visit = (node: ts.Node): ts.Node => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || isForPeople(node)) return node;
    if (ts.isStatement(node)) return this.#statement(node);
    const inside = ts.visitEachChild(node, this.#visit, this.context);
    if (!ts.isExpression(node) || !ts.isExpression(inside) || !isReplaceable(node)) return inside;
    return this.#choice(node, inside, changedExpressions(node));
  };

  #statement(node: ts.Statement): ts.Statement {
    const inside = ts.visitEachChild(node, this.#visit, this.context);
    if (ts.isIfStatement(node) && ts.isIfStatement(inside)) {
      const condition = this.#choice(node.expression, inside.expression, forcedConditions(node));
      return factory.updateIfStatement(inside, condition, inside.thenStatement, inside.elseStatement);
    }
    if (ts.isWhileStatement(node) && ts.isWhileStatement(inside)) {
      const condition = this.#choice(node.expression, inside.expression, forcedConditions(node));
      return factory.updateWhileStatement(inside, condition, inside.statement);
    }
    const words = leftOut(node);
    if (words === undefined) return inside;
    const there = factory.createIfStatement(factory.createLogicalNot(this.#ask(node, words)), inside);
    // In a block: an "else" that follows isn't of this.
    return ts.isBlock(node.parent) || ts.isSourceFile(node.parent) ? there : factory.createBlock([there]);
  }

  /** changed(1) ? one : changed(2) ? another : what stands there. */
  #choice(node: ts.Node, original: ts.Expression, changes: readonly Change<ts.Expression>[]): ts.Expression {
    return changes.reduceRight<ts.Expression>(
      (otherwise, { instead, words }) =>
        factory.createParenthesizedExpression(
          factory.createConditionalExpression(
            this.#ask(node, words),
            undefined,
            factory.createParenthesizedExpression(instead),
            undefined,
            otherwise,
          ),
        ),
      original,
    );
  }

  #ask(node: ts.Node, words: string): ts.Expression {
    const number = this.mutants.length;
    const line = this.source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    const around = `${surroundings(node).getText()} ${words}`;
    const count = (this.#counts.get(around) ?? 0) + 1;
    this.#counts.set(around, count);
    const key = createHash("sha1").update(`${around} ${count}`).digest("hex").slice(0, 16);
    this.mutants.push({ number, line, words, key });
    return factory.createCallExpression(factory.createIdentifier(ASK), undefined, [
      factory.createNumericLiteral(number),
    ]);
  }
}

/** The member of a class, or else the statement of the file, that a node is part of. */
function surroundings(node: ts.Node): ts.Node {
  if (ts.isClassElement(node) || ts.isSourceFile(node.parent)) return node;
  return surroundings(node.parent);
}

/** Whether another expression may stand here: not where something is assigned to, nor within a chain of "?.". */
function isReplaceable(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isOptionalChain(node)) return false;
  if (ts.isForOfStatement(parent) && parent.initializer === node) return false;
  if (ts.isArrayLiteralExpression(node) && isTarget(node)) return false;
  return !(ts.isLiteralTypeNode(parent) || isTarget(node));
}

function isTarget(node: ts.Expression): boolean {
  const { parent } = node;
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    parent.left === node
  );
}
