/** Pages of other sites, and pages whose names were made to lead to this machine (DNS rebinding). */
import { sha256 } from "../support/interface.js";
import { interfaceWith } from "./talk.js";
import { program } from "../plays/program.js";
import { forEach } from "../plays/steps.js";

const WEB = { name: "web", token_sha256: sha256("t"), metrics: true };
const KEY = "auth_uk?u=test&k=1";
const HERE = "http://127.0.0.1:10050";

describe("A web page", () => {
  interfaceWith({ config: { callers: [WEB] } }).scenes({
    "of the same site is heard with a token, as the one at /docs sends it; of another site it isn't": [
      program.POST`get_user_nick {ID: test} as t (host: im.example.org; origin: http://im.example.org) = ok`,
      program.POST`get_user_nick {ID: test} (host: im.example.org; origin: http://im.example.org) = 401`,
      forEach(["https://evil.example", "null", "http://im.example.org:81"], (origin) => [
        program.POST`get_user_nick {ID: test} as t (host: im.example.org; origin: ${origin}) = 403 6 pages of other sites *`,
      ]),
      program.POST`get_user_nick {ID: test} as t (sec-fetch-site: same-origin; origin: https://im.example.org) = ok`,
      program.POST`get_user_nick {ID: test} as t (sec-fetch-site: same-site) = 403 6 pages of other sites *`,
    ],
  });
  interfaceWith({ config: { metrics_local: true } }).scenes({
    "is never heard by this machine's address, be it of another port, or of a name that leads here": [
      forEach(
        ["http://localhost:3000", HERE, "https://evil.example", "http://localhost.evil.example", "null"],
        (origin) => [
          program.POST`get_user_nick {ID: test} (host: 127.0.0.1:10050; origin: ${origin}) = 403 6 *`,
        ],
      ),
      program.POST`get_user_nick {ID: test} (host: evil.example; origin: http://evil.example) = 403 6 web pages need *token*`,
      forEach(["cross-site", "same-site", "same-origin"], (site) => [
        program.GET`send_notice_vcard?muc_name=dev (sec-fetch-site: ${site}) = 403`,
      ]),
      program.GET`${KEY} (host: evil.example; user-agent: Mozilla/5.0 x; accept-language: en) = 403 6 web pages need *token*`,
      program.GET`${KEY} (sec-fetch-site: none) = ok`,
      program.GET`${KEY} (sec-fetch-site: none; user-agent: Mozilla/5.0 x; accept-language: en) = ok`,
    ],

    "reads no metrics, though this machine may": [
      program.GET`/metrics = 200`,
      program.GET`/metrics (origin: https://evil.example) = 401`,
      program.GET`/metrics (host: evil.example; origin: http://evil.example) = 401`,
      program.GET`/metrics (sec-fetch-site: same-site) = 401`,
    ],
  });
});

describe("A program", () => {
  interfaceWith().scenes({
    "is heard by its address, whatever name it has for this machine": [
      forEach(["qtalk.corp.example", "localhost", "127.0.0.1:10050"], (host) => [
        program.GET`${KEY} (host: ${host}) = ok`,
      ]),
    ],
  });
});
