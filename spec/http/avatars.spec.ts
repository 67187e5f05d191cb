/** Users' pictures: cached for good, and nothing but pictures to a browser. */
import type { OperationContext } from "../../component/operations/context.js";
import { interfaceWith } from "./talk.js";
import { program } from "../plays/program.js";
import { forEach } from "../plays/steps.js";

const image = { name: "a.png", type: "image/png", bytes: Buffer.from("picture") };
const directory = { image: (name: string) => (name === image.name ? image : undefined) };

describe("Users' pictures", () => {
  interfaceWith({ context: { directory } as OperationContext }).scenes({
    "are cached without end": [
      program.GET`/file/avatar/a.png = 200 picture`,
      program.sees`content-type: image/png`,
      program.sees`cache-control: *immutable*`,
      program.sees`etag: "a.png"`,
      forEach(['"a.png"', '"x", "a.png"', 'W/"a.png"', "*"], (known) => [
        program.GET`/file/avatar/a.png (if-none-match: ${known}) = 304`,
      ]),
      program.GET`/file/avatar/a.png (if-none-match: "x") = 200`,
      program.HEAD`/file/avatar/a.png = 200`,
      program.sees`content-length: 7`,
      program.GET`/file/avatar/b.png = 404`,
    ],

    "run nothing, whatever users uploaded": [
      program.GET`/file/avatar/a.png = 200`,
      program.sees`x-content-type-options: nosniff`,
      program.sees`content-security-policy: default-src 'none'; sandbox`,
    ],
  });
});
