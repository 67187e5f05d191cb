/** What clients get by HTTP, on loopback: Converse.js with a page to run it, and the files that messages point to. */
import { once } from "node:events";
import type { Server } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import express from "express";
import { freePort, LOOPBACK } from "../../scripts/lab/ports.js";

const CONVERSE = dirname(fileURLToPath(import.meta.resolve("converse.js/dist/converse.js")));
const PICTURE = join(CONVERSE, "images/logo/conversejs-filled-192.png");

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Converse</title>
<link rel="icon" href="/dist/images/favicon.ico">
<link rel="stylesheet" href="/dist/converse.min.css">
<script type="module" src="/dist/converse.min.js"></script>
</head>
<body class="converse-fullscreen"></body>
</html>`;

export class Web {
  private constructor(
    readonly port: number,
    readonly server: Server,
    readonly pictures: Map<string, Buffer>,
  ) {}

  static async open(): Promise<Web> {
    const app = express();
    app.use("/dist", express.static(CONVERSE));
    app.get("/", (_request, response) => void response.type("html").send(PAGE));
    app.get("/files/logo.png", (_request, response) => response.sendFile(PICTURE));
    app.get("/files/report.pdf", (_request, response) => void response.type("pdf").send("%PDF-1.4\n%%EOF\n"));
    const pictures = new Map<string, Buffer>();
    app.get("/pictures/:name", ({ params: { name } }, response) => {
      const picture = pictures.get(name);
      if (picture === undefined) response.sendStatus(404);
      else response.type("png").send(picture);
    });
    const port = await freePort();
    const server = app.listen(port, LOOPBACK);
    await once(server, "listening");
    return new Web(port, server, pictures);
  }

  /** Serves a picture (PNG). @returns its address */
  show(name: string, picture: Buffer): string {
    this.pictures.set(name, picture);
    return this.url(`/pictures/${name}`);
  }

  /** The address of something it serves: `/`, `/files/logo.png` or `/files/report.pdf`. */
  url(path: string): string {
    return `http://${LOOPBACK}:${this.port}${path}`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
