/**
 * Operations over HTTP, for programs: POST /admin/FAMILY/VERB with an operator's token (Authorization: Bearer) and the
 * arguments as a JSON object. It answers where the console does (console.access).
 */
import { Router, type Request } from "express";
import type { Administration } from "../../component/administration/administration.js";
import type { Bodies } from "../body.js";
import type { Access } from "../console/access.js";
import { ApiFault } from "./fault.js";
import { adminDocument } from "./openapi.js";
import { respond, runOperation } from "./run.js";
import { bodyOf } from "./body.js";

const NOWHERE = new ApiFault("missing", "there is no such operation: see /docs/guide/commands");
const METHOD = new ApiFault("method", "expected POST");

export interface AdminDependencies {
  readonly access: Access;
  readonly bodies: Pick<Bodies, "read">;
  readonly administration: Pick<Administration, "run">;
  readonly version: string;
}

export function adminRoutes({ access, bodies, administration, version }: AdminDependencies): Router {
  const router = Router();
  router.use((request, response, next) => {
    const fault = access.refuse(request) ?? access.refuseForeign(request);
    if (fault === undefined) next();
    else respond(response, fault);
  });
  router.get("/openapi.json", async (_request, response) => respond(response, await adminDocument(version)));
  const run = async (request: Request): Promise<object | undefined> => {
    const operator = await access.bearer(request);
    if (operator instanceof ApiFault) return operator;
    const body = await bodyOf(request, bodies, "operators");
    if (body === undefined || !("raw" in body)) return body;
    const { family, verb } = request.params;
    const who = { name: operator.name, way: "http" } as const;
    return await runOperation(administration, `${String(family)}/${String(verb)}`, body.raw, who);
  };
  router
    .route("/:family/:verb")
    .post(async (request, response) => {
      const result = await run(request);
      if (result !== undefined) respond(response, result);
    })
    .all((_request, response) => respond(response, METHOD));
  router.use((_request, response) => respond(response, NOWHERE));
  return router;
}
