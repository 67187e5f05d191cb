/** Users' pictures: cached for good, and nothing but pictures to a browser. */
import type { OperationContext } from "../../component/operations/context.js";
import { interfaceWith } from "./talk.js";

const image = { name: "a.png", type: "image/png", bytes: Buffer.from("picture") };
const directory = { image: (name: string) => (name === image.name ? image : undefined) };

describe("Users' pictures", () => {
  interfaceWith({ context: { directory } as OperationContext }).scenes(`
    are cached without end
      GET /file/avatar/a.png = 200 picture
        < content-type: image/png
        < cache-control: *immutable*
        < etag: "a.png"
      for $known in "\\"a.png\\"" "\\"x\\", \\"a.png\\"" "W/\\"a.png\\"" *
        GET /file/avatar/a.png (if-none-match: $known) = 304
      GET /file/avatar/a.png (if-none-match: "x") = 200
      HEAD /file/avatar/a.png = 200
        < content-length: 7
      GET /file/avatar/b.png = 404
    run nothing, whatever users uploaded
      GET /file/avatar/a.png = 200
        < x-content-type-options: nosniff
        < content-security-policy: default-src 'none'; sandbox
  `);
});
