/**
 * Operations over HTTP, for programs: POST /admin/FAMILY/VERB with an operator's token (Authorization: Bearer) and the
 * arguments as a JSON object. It answers where the console does (console.access).
 */
import { Router } from "express";
import type { Access } from "../console/access.js";
import { ApiFault } from "./fault.js";
import { adminDocument } from "./openapi.js";
import { operationRoute, respond, type Operating } from "./run.js";

const NOWHERE = new ApiFault("missing", "there is no such operation: see /docs/guide/commands");

export function adminRoutes(operating: Operating, access: Access, version: string): Router {
  const router = Router();
  router.use((request, response, next) => {
    const fault = access.refuse(request) ?? access.refuseForeign(request);
    if (fault === undefined) next();
    else respond(response, fault);
  });
  router.get("/openapi.json", async (_request, response) => respond(response, await adminDocument(version)));
  operationRoute(router, operating, async (request) => {
    const operator = await access.bearer(request);
    return operator instanceof ApiFault ? operator : { name: operator.name, way: "http" };
  });
  router.use((_request, response) => respond(response, NOWHERE));
  return router;
}
