/** Serves the pictures that came in users' vCards, under the names that get_user_nick gives them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { OperationContext } from "../component/operations/context.js";
import { reply } from "./probes.js";

/** The path of a picture; Express reads it. */
export const AVATAR_PATH = "/file/avatar/:name";

/** A picture's name is the hash of its bytes, so it never changes. */
const FOREVER = "public, max-age=31536000, immutable";

export function avatar(
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  directory: Pick<OperationContext["directory"], "image">,
): void {
  const image = directory.image(name);
  if (image === undefined) {
    reply(response, 404, { error: "there is no such picture" });
    return;
  }
  const etag = `"${image.name}"`;
  const headers = { ETag: etag, "Cache-Control": FOREVER };
  if (holds(request.headers["if-none-match"], etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    "Content-Type": image.type,
    "Content-Length": image.bytes.length,
    // What users uploaded is a picture to browsers and nothing else.
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
  });
  response.end(request.method === "HEAD" ? undefined : image.bytes);
}

/** Whether a client has it already (RFC 9110 §13.1.2). */
function holds(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}
