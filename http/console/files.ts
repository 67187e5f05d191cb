/** Serves the files of the console's page, and those of the packages that it uses: Oat's style, and uPlot. */
import type { ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import express, { Router } from "express";

const PAGE = fileURLToPath(new URL("../../../http/console/page/", import.meta.url));
/** The files of packages, by path. */
const VENDOR = {
  "/vendor/oat.css": fileURLToPath(import.meta.resolve("@knadh/oat/oat.min.css")),
  "/vendor/uplot.js": fileURLToPath(import.meta.resolve("uplot/dist/uPlot.esm.js")),
  "/vendor/uplot.css": fileURLToPath(import.meta.resolve("uplot/dist/uPlot.min.css")),
};

/** Matches the extensions of files that browsers need. Other files of the page are only for type checks. */
const SERVED = /\.(?:css|html|js|png|svg)$/;
/** Browsers ask each time whether a file has changed. */
const OPTIONS = {
  cacheControl: false,
  setHeaders: (response: ServerResponse) => void response.setHeader("Cache-Control", "no-cache"),
};

export function files(): Router {
  const router = Router();
  for (const [path, file] of Object.entries({ "/": `${PAGE}index.html`, ...VENDOR }))
    router.get(path, (_request, response) => response.sendFile(file, { ...OPTIONS, dotfiles: "allow" }));
  const folder = express.static(PAGE, { ...OPTIONS, index: false, redirect: false });
  router.use((request, response, next) =>
    SERVED.test(request.path) ? folder(request, response, next) : next(),
  );
  return router;
}
