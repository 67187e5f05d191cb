/**
 * The project's own lint rule, which needs type information: `no-prototype-lookup`. A foreign word as a key of an ordinary
 * object finds what the object inherits: `table["constructor"]`, `"toString" in table`. Tables that foreign text is looked
 * up in are Maps.
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

export default { rules: { "no-prototype-lookup": noPrototypeLookup } };
