/** Serves the pictures of users' vCards. The call get_user_nick returns their paths. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { OperationContext } from "../component/operations/context.js";
import { reply } from "./probes.js";

export const AVATAR_PATH = "/file/avatar/:name";

/** The value of Cache-Control. A picture never changes, because its name is a hash of its bytes. */
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
  if (matches(request.headers["if-none-match"], etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    "Content-Type": image.type,
    "Content-Length": image.bytes.length,
    // Browsers must not interpret a user's upload as anything but a picture.
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
  });
  response.end(request.method === "HEAD" ? undefined : image.bytes);
}

/** Returns whether If-None-Match contains the picture's ETag (RFC 9110 §13.1.2). */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}
