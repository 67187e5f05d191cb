/** The doctor's visits to servers, as text: keys of the configuration, and an excerpt of what the doctor prints. */
import { expect } from "chai";
import { parse } from "yaml";
import { parseConfig } from "../../../scripts/config/config.js";
import { diagnose } from "../../../scripts/doctor/doctor.js";
import { findingLines } from "../../../scripts/doctor/finding.js";
import { freePort } from "../../../scripts/lab/ports.js";
import type { ComponentAccess, Server } from "../../../scripts/lab/private-server.js";
import type { TestServer } from "../../support/servers.js";

export const HOST = "qtalk.test.org";
export const DOMAIN = `conference.${HOST}`;

type Tree = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Visited = Partial<Pick<Server, "kind" | "components">> & {
  component(domain?: string): Pick<ComponentAccess, "service" | "domain" | "password">;
};

/**
 * Declares a test for each paragraph that begins with "it". CLIENT_PORT, SERVICE and GONE stand for the server's port for
 * clients, its port for components, and a port on which nothing listens.
 */
export function play(stage: TestServer, script: string): void {
  for (const scene of script.split(/^ *it /m).slice(1)) {
    const [title = "", ...lines] = scene.split("\n");
    it(title, async () => {
      const { server } = stage;
      const { service } = server.component();
      const ports = { CLIENT_PORT: server.clientPort, SERVICE: service, GONE: await freePort() };
      const filled = Object.entries(ports).map(([name, value]) => [name, String(value)] as const);
      await visit(
        server,
        filled.reduce((text, pair) => text.replaceAll(...pair), lines.join("\n")),
      );
    });
  }
}

/**
 * Lets the doctor visit a server. The script has the keys that differ from a correct configuration, in YAML behind "with", and
 * what is expected (see `expectLines`). Lines that begin with "ejabberd:" or "prosody:" are for this server only.
 * @returns all that the doctor prints
 */
export async function visit(server: Visited, script: string): Promise<string> {
  const lines = script.split("\n").flatMap((line) => {
    const [, kind, text = line] = /^\s*(ejabberd|prosody): (.*)$/.exec(line) ?? [];
    return kind === undefined || kind === server.kind ? [text.trim()] : [];
  });
  const given = lines.flatMap((line) => /^with (.*)/.exec(line)?.[1] ?? []);
  const { xmpp, ...others } = (parse(given.join("\n")) ?? {}) as Tree;
  const own = server.components?.find(({ domain }) => domain === xmpp?.domain);
  const { service, domain, password } = own ?? server.component();
  const text = await printed({
    http: { listen: `127.0.0.1:${await freePort()}` },
    ...others,
    xmpp: { service, domain, password, hosts: [HOST], ...xmpp },
  });
  expectLines(text, lines.filter((line) => !line.startsWith("with ")).join("\n"));
  return text;
}

/** Returns what the doctor prints with a configuration. */
export async function printed(config: Readonly<Record<string, unknown>>): Promise<string> {
  let text = "";
  for await (const finding of diagnose(parseConfig(config))) text += findingLines(finding, false);
  return text;
}

/**
 * Expects an excerpt of what the doctor printed: lines in this order, each whole or a part of a line, in which … stands for
 * anything. What follows "never" is in no line. All that is wrong (✘) must be in the excerpt.
 */
export function expectLines(text: string, excerpt: string): void {
  const lines = text.split("\n");
  const wanted = excerpt.split("\n").map((line) => line.trim());
  let at = 0;
  for (const line of wanted.filter((each) => each !== "")) {
    const never = /^never (.*)/.exec(line)?.[1];
    if (never !== undefined) expect(lines.findIndex(matches(never)), `${line}, in:\n${text}`).to.equal(-1);
    else {
      const found = lines.findIndex((each, index) => index >= at && matches(line)(each));
      expect(found, `"${line}" is missing in:\n${text}`).to.be.at.least(at);
      at = found;
    }
  }
  const wrong = (all: readonly string[]): number => all.filter((line) => line.startsWith("✘")).length;
  expect(wrong(lines), `so much is wrong:\n${text}`).to.equal(wrong(wanted));
}

/** Returns whether a line has the parts between … in order; a mark is at its beginning. */
function matches(part: string): (line: string) => boolean {
  const escaped = part.split(/ ?… ?/).map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  const pattern = new RegExp(`${/^[✔✘!–](?: |$)/.test(part) ? "^" : ""}${escaped.join(".*")}`);
  return (line) => pattern.test(line);
}
