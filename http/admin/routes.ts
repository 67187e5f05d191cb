/**
 * Operations over HTTP, for programs: POST /admin/FAMILY/VERB with an operator's token (Authorization: Bearer) and the
 * arguments as a JSON object, and their OpenAPI 3.1 document. They are served where the console is (console.access).
 */
import { readFileSync } from "node:fs";
import { setTimeout as lapse } from "node:timers/promises";
import { Router } from "express";
import type { Logger } from "winston";
import { z } from "zod";
import { allOperations } from "../../component/administration/operation-families.js";
import { jsonSchemaOf } from "../../component/administration/fields.js";
import type { Operation } from "../../component/administration/operation.js";
import { Denied, hasRetryAfter } from "../api-response.js";
import { fileAt } from "../docs/pages.js";
import type { Identity } from "../identity.js";
import { FAULTS } from "./fault.js";
import { ALL_FAMILIES, NOWHERE, operationRoute, refusing, respond, type Operating } from "./run.js";

/** How long the answer to a wrong token waits, in milliseconds. */
const PAUSE_MS = 1_000;

/** The descriptions of errors, by status. */
const ERRORS = new Map<number, string>();
for (const [status, meaning] of Object.values(FAULTS))
  ERRORS.set(status, [ERRORS.get(status) ?? [], meaning].flat().join("; "));

export function adminRoutes(operating: Operating, identity: Identity, log: Logger, version: string): Router {
  const router = Router();
  router.use(refusing((request) => identity.refusePlace(request)));
  let document: Promise<object> | undefined;
  router.get("/openapi.json", async (_request, response) =>
    respond(response, await (document ??= adminDocument(version))),
  );
  operationRoute(router, operating, async (request) => {
    const operator = identity.identify("admin", request);
    if (!(operator instanceof Denied)) return { name: operator.name, way: "http", may: operator.may };
    log.warn("Refused a request to /admin: the token is unknown or has expired", {
      address: identity.addressOf(request),
    });
    await lapse(PAUSE_MS);
    return operator;
  });
  router.use(refusing(() => NOWHERE));
  return router;
}

/** A command with the arguments that it sends and the result that it gets. */
export interface OperationExample {
  readonly command: string;
  readonly arguments: object;
  readonly result: object;
}

/** Returns the examples by operation, which spec/http/admin/operations.spec.ts records and compares. */
export function operationExamples(): ReadonlyMap<string, readonly OperationExample[]> {
  const text = readFileSync(fileAt("docs/admin-examples.json"), "utf8");
  return new Map(Object.entries(JSON.parse(text) as Record<string, readonly OperationExample[]>));
}

async function adminDocument(version: string): Promise<object> {
  const operations = await allOperations(ALL_FAMILIES);
  const examples = operationExamples();
  return {
    openapi: "3.1.0",
    info: { title: "Operations for administrators", version, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths: Object.fromEntries(
      operations.map((operation) => [
        pathOf(operation),
        { post: described(operation, examples.get(operation.name) ?? []) },
      ]),
    ),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Error: jsonSchemaOf(ERROR, "output") },
    },
  };
}

const ERROR = z.object({
  error: z.object({ code: z.enum(Object.keys(FAULTS)), message: z.string(), field: z.string().optional() }),
});

const RETRIED = { "Retry-After": { schema: { type: "integer", minimum: 1 } } };

/** Returns an operation's path over HTTP. */
function pathOf({ name }: Operation): string {
  return `/admin/${name.replace(" ", "/")}`;
}

function described(operation: Operation, shown: readonly OperationExample[]): object {
  const { name, summary, effect, right, needs } = operation;
  const json = (schema: object, part?: "arguments" | "result") => {
    const values =
      part && shown.map((each, index) => [index + 1, { summary: each.command, value: each[part] }]);
    const examples = values && (Object.fromEntries(values) as object);
    return { content: { "application/json": { schema, ...(examples && { examples }) } } };
  };
  const failure = json({ $ref: "#/components/schemas/Error" });
  return {
    operationId: name.replaceAll(/[ -]/g, "_"),
    tags: [name.split(" ")[0]],
    summary: summary.en,
    "x-summary-zh": summary.zh,
    "x-effect": effect,
    "x-right": right,
    "x-needs": needs,
    requestBody: { required: true, ...json(jsonSchemaOf(operation.arguments, "input"), "arguments") },
    responses: {
      200: { description: "the result", ...json(jsonSchemaOf(operation.result, "output"), "result") },
      ...Object.fromEntries(
        [...ERRORS].map(([status, description]) => [
          status,
          { description, ...(hasRetryAfter(status) && { headers: RETRIED }), ...failure },
        ]),
      ),
    },
  };
}
