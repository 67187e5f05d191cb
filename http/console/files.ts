/** Serves the files of the console's page, and the plot library uPlot from its npm package. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import express, { Router, type Response } from "express";

const PAGE = fileURLToPath(new URL("../../../http/console/page/", import.meta.url));
const UPLOT = dirname(createRequire(import.meta.url).resolve("uplot/dist/uPlot.esm.js"));

/** Matches the extensions of files that browsers need. Other files of the page are only for type checks. */
const SERVED = /\.(?:css|html|js|png|svg)$/;

export function files(): Router {
  const router = Router();
  router.get("/", (_request, response) => send(response, "index.html", PAGE));
  router.get("/vendor/uplot.js", (_request, response) => send(response, "uPlot.esm.js", UPLOT));
  router.get("/vendor/uplot.css", (_request, response) => send(response, "uPlot.min.css", UPLOT));
  const folder = express.static(PAGE, { index: false, redirect: false, cacheControl: false });
  router.use((request, response, next) => {
    if (!SERVED.test(request.path)) next();
    else {
      response.setHeader("Cache-Control", "no-cache");
      folder(request, response, next);
    }
  });
  return router;
}

function send(response: Response, name: string, root: string): void {
  response.setHeader("Cache-Control", "no-cache");
  response.sendFile(name, { root, cacheControl: false });
}
