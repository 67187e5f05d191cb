import { expect } from "chai";
import { parse } from "yaml";
import { runCommand, refusal } from "../../support/command-line.js";
import { bearer, Interface } from "../../support/interface.js";

describe("caller add", () => {
  it("prints a token, and lines that let its bearer in", async () => {
    const options = "--senders *@qtalk.test.org --endpoints send_message,auth_uk --rate 50".split(" ");
    const { stdout } = await runCommand(["caller", "add", "hr", ...options]);
    const [token = "", ...rest] = stdout.split("\n");
    const lines = rest.join("\n");
    expect(token).to.match(/^\S{43}$/);
    expect(lines).not.to.contain(token);
    const { http: config } = parse(lines) as { http: object };
    const http = await Interface.open({ config, runs: { auth_uk: () => Promise.resolve({}) } });
    const ask = (bearer: string) =>
      http.request("/qtalk/auth_uk?u=a&k=1", { headers: { authorization: `Bearer ${bearer}` } });
    expect((await ask(token)).status).to.equal(200);
    expect((await ask(`${token}x`)).status).to.equal(401);
    await http.close();
  });

  it("prints a token with which Prometheus reads the metrics, and makes no calls", async () => {
    const { stdout } = await runCommand(["caller", "add", "prometheus", "--metrics", "--json"]);
    const { token = "", text } = JSON.parse(stdout) as { token?: string; text: string };
    const { http: config } = parse(text) as { http: object };
    const http = await Interface.open({
      config: { ...config, metrics_local: false },
      runs: { auth_uk: () => Promise.resolve({}) },
    });
    const headers = bearer(token);
    expect((await http.request("/metrics")).status).to.equal(401);
    expect((await http.request("/metrics", { headers })).status).to.equal(200);
    expect((await http.request("/qtalk/auth_uk?u=a&k=1", { headers })).status).to.equal(403);
    await http.close();
  });

  it("prints lines for a program that can't send a token, by its address alone or with a token, too", async () => {
    const open = ["caller", "add", "hr", "--addresses", "127.0.0.1", "--senders", "*"];
    for (const [more, statuses] of [
      [[], [200, 401]],
      [["--with-token"], [401, 200]],
    ] as const) {
      const { stdout } = await runCommand([...open, ...more, "--json"]);
      const { token = "guess", text } = JSON.parse(stdout) as { token?: string; text: string };
      const { http: config } = parse(text) as { http: object };
      const http = await Interface.open({ config, runs: { auth_uk: () => Promise.resolve({}) } });
      const path = "/qtalk/auth_uk?u=a&k=1";
      const bare = await http.request(path);
      const named = await http.request(path, { headers: bearer(token) });
      expect([bare.status, named.status]).to.eql(statuses);
      await http.close();
    }
  });

  it("takes several values separated by commas, repeated, or both", async () => {
    const given = ["--senders", "a@qtalk.test.org, b@qtalk.test.org", "--senders", "c@qtalk.test.org"];
    const { stdout } = await runCommand(["caller", "add", "hr", ...given, "--json"]);
    const { text } = JSON.parse(stdout) as { text: string };
    expect(parse(text))
      .to.have.nested.property("http.callers[0].senders")
      .eql(["a@qtalk.test.org", "b@qtalk.test.org", "c@qtalk.test.org"]);
  });

  it("names what isn't right", async () => {
    const stderr = await refusal(64, runCommand(["caller", "add", "hr", "--endpoints", "send"]));
    expect(stderr).to.contain("endpoints[0]: ").and.contain("send_thirdmessage");
  });
});
