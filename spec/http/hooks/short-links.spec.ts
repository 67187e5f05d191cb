/** The short links of hooks' messages, over HTTP. */
import { expect } from "chai";
import { Interface } from "../../support/interface.js";
import { hooksApi } from "./parts.js";

const URL_BEHIND = "https://am.example.org/#/silences/new?filter=%7Balertname%3D%22A%22%7D";

describe("A short link", () => {
  it("redirects to the URL behind it, and is unknown otherwise", async () => {
    const hooks = hooksApi({
      receive: () => Promise.resolve({ id: "m1", delivery: "queued" }),
      links: { find: (id) => (id === "abc" ? URL_BEHIND : undefined) },
    });
    const http = await Interface.open({ hooks });
    try {
      const statusOf = async (path: string): Promise<(string | number | null)[]> => {
        const { status, headers } = await http.request(path, { redirect: "manual" });
        return [status, headers.get("location"), headers.get("referrer-policy")];
      };
      expect(await statusOf("/s/abc")).to.deep.equal([302, URL_BEHIND, "no-referrer"]);
      expect(await statusOf("/s/other")).to.deep.equal([404, null, "no-referrer"]);
    } finally {
      await http.close();
    }
  });
});
