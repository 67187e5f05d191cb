/** Serves the pictures of users' vCards. The call get_user_nick returns their paths. */
import type { Request, Response } from "express";
import type { OperationContext } from "../component/operations/context.js";
import { reply } from "./api-response.js";

export const AVATAR_PATH = "/file/avatar/:name";

/** The value of Cache-Control. A picture never changes, because its name is a hash of its bytes. */
const FOREVER = "public, max-age=31536000, immutable";

/** Sends a picture; Express answers HEAD and If-None-Match. */
export function avatar(
  { params }: Request<{ name: string }>,
  response: Response,
  directory: Pick<OperationContext["directory"], "image">,
): void {
  const image = directory.image(params.name);
  if (image === undefined) {
    reply(response, 404, { error: "there is no such picture" });
    return;
  }
  response.set({
    ETag: `"${image.name}"`,
    "Cache-Control": FOREVER,
    "Content-Type": image.type,
    // Browsers must not interpret a user's upload as anything but a picture.
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
  });
  response.send(image.bytes);
}
