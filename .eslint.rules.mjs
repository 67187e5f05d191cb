/**
 * The project's own lint rules, which need type information.
 *
 * `no-prototype-lookup`: a foreign word as a key of an ordinary object finds what the object inherits: `table["constructor"]`,
 * `"toString" in table`. Tables that foreign text is looked up in are Maps.
 *
 * `no-kept-view`: V8 makes a substring a view of its text. If it is kept in a field of an object, the whole text stays in
 * memory, such as a stanza of 200 KB for an address. `ownText()` copies it.
 */
import ts from "typescript";
import { ESLintUtils } from "@typescript-eslint/utils";

/** Whether any text may be the key. Literals and unions of literals were chosen by us. */
function isAnyText(type) {
  if (type.isUnion()) return type.types.some(isAnyText);
  const { String, TemplateLiteral, Any, Unknown } = ts.TypeFlags;
  return (type.flags & (String | TemplateLiteral | Any | Unknown)) !== 0;
}

/** Whether the key comes from a loop over the same object, as in `for (const key in object) use(object[key])`. */
function isOwnKey(source, { object, property }) {
  for (let at = object.parent; at; at = at.parent) {
    const isLoop = at.type === "ForInStatement" && at.left.type === "VariableDeclaration";
    if (isLoop && at.left.declarations[0].id.name === property.name)
      return source.getText(at.right) === source.getText(object);
  }
  return false;
}

const noPrototypeLookup = {
  meta: {
    type: "problem",
    schema: [],
    messages: { lookup: "A foreign key finds inherited properties: use a Map, or Object.hasOwn." },
  },
  create(context) {
    const { getTypeAtLocation, program } = ESLintUtils.getParserServices(context);
    const checker = program.getTypeChecker();
    const typeOf = (node) => {
      const type = getTypeAtLocation(node);
      return checker.getBaseConstraintOfType(type) ?? type;
    };
    return {
      "BinaryExpression[operator='in']"(node) {
        if (node.left.type !== "PrivateIdentifier" && isAnyText(typeOf(node.left)))
          context.report({ node, messageId: "lookup" });
      },
      "MemberExpression[computed=true]"(node) {
        if (isAnyText(typeOf(node.property)) && !isOwnKey(context.sourceCode, node))
          context.report({ node, messageId: "lookup" });
      },
    };
  },
};

/** The methods of texts whose results are views of the text. */
const VIEWS = new Set([
  "slice",
  "substring",
  "substr",
  "trim",
  "trimStart",
  "trimEnd",
  "split",
  "match",
  "exec",
  "at",
]);
const KEEPS = new Set(["set", "add", "push", "unshift"]);

/** Whether a field of `this` is meant, at any depth, such as `this.#names.known`. */
function isOfThis(node) {
  for (let at = node; at.type === "MemberExpression"; at = at.object)
    if (at.object.type === "ThisExpression") return true;
  return false;
}

const noKeptView = {
  meta: {
    type: "problem",
    schema: [],
    messages: { kept: "A part of a text keeps the whole text in memory: copy it with ownText()." },
  },
  create(context) {
    const { getTypeAtLocation } = ESLintUtils.getParserServices(context);
    /** Whether an expression is a text that was cut from another, in this function. */
    const isView = (node) => {
      if (node === null || node === undefined) return false;
      if (node.type === "LogicalExpression") return isView(node.left) || isView(node.right);
      if (node.type === "ConditionalExpression") return isView(node.consequent) || isView(node.alternate);
      if (node.type === "ChainExpression") return isView(node.expression);
      if (node.type === "MemberExpression") return node.computed && isView(node.object);
      if (node.type === "Identifier") return isView(initOf(node));
      if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return false;
      const { object, property } = node.callee;
      if (!VIEWS.has(property.name)) return false;
      const { flags, symbol } = getTypeAtLocation(object);
      const isText = (flags & ts.TypeFlags.StringLike) !== 0;
      return isText || symbol?.name === "RegExp" || isView(object);
    };
    /** Returns what a constant was made of, also by destructuring. */
    const initOf = (node) => {
      for (let scope = context.sourceCode.getScope(node); scope; scope = scope.upper) {
        const variable = scope.set.get(node.name);
        if (variable === undefined) continue;
        const [definition] = variable.defs;
        return definition?.type === "Variable" && definition.parent.kind === "const"
          ? definition.node.init
          : null;
      }
      return null;
    };
    const check = (node) => {
      if (isView(node)) context.report({ node, messageId: "kept" });
    };
    return {
      CallExpression({ callee, arguments: given }) {
        const isKeeping = callee.type === "MemberExpression" && KEEPS.has(callee.property.name);
        if (isKeeping && isOfThis(callee.object)) given.forEach(check);
      },
      AssignmentExpression({ left, right, operator }) {
        if (operator === "=" && left.type === "MemberExpression" && isOfThis(left)) check(right);
      },
    };
  },
};

export default { rules: { "no-prototype-lookup": noPrototypeLookup, "no-kept-view": noKeptView } };
