/** The OpenAPI 3.1 document of the operations. */
import { allOperations } from "../../component/administration/families.js";
import { shapeOf } from "../../component/administration/fields.js";
import type { Operation } from "../../component/administration/operation.js";
import { FAULTS } from "./fault.js";
import { ALL_FAMILIES } from "./run.js";

/** The descriptions of errors, by status. */
const ERRORS = new Map<number, string>();
for (const [status, meaning] of Object.values(FAULTS))
  ERRORS.set(status, [ERRORS.get(status) ?? [], meaning].flat().join("; "));

export async function adminDocument(version: string): Promise<object> {
  const operations = await allOperations(ALL_FAMILIES);
  return {
    openapi: "3.1.0",
    info: { title: "Operations for administrators", version, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths: Object.fromEntries(
      operations.map((operation) => [pathOf(operation), { post: described(operation) }]),
    ),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Error: ERROR },
    },
  };
}

const ERROR = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: {
        code: { enum: Object.keys(FAULTS) },
        message: { type: "string" },
        field: { type: "string" },
      },
    },
  },
};

/** Returns an operation's path over HTTP. */
function pathOf({ name }: Operation): string {
  return `/admin/${name.replace(" ", "/")}`;
}

function described(operation: Operation): object {
  const { name, summary, effect, needs } = operation;
  const json = (schema: object) => ({ content: { "application/json": { schema } } });
  const failure = json({ $ref: "#/components/schemas/Error" });
  return {
    operationId: name.replaceAll(/[ -]/g, "_"),
    tags: [name.split(" ")[0]],
    summary: summary.en,
    "x-summary-zh": summary.zh,
    "x-effect": effect,
    "x-needs": needs,
    requestBody: { required: true, ...json(shapeOf(operation.arguments, "input")) },
    responses: {
      200: { description: "the result", ...json(shapeOf(operation.result, "output")) },
      ...Object.fromEntries(
        [...ERRORS].map(([status, description]) => [status, { description, ...failure }]),
      ),
    },
  };
}
