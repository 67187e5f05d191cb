/** A visit of the doctor's to a server, for tests. */
import { parseConfig } from "../../../scripts/config/config.js";
import { diagnose } from "../../../scripts/doctor/doctor.js";
import { linesOf, type Finding } from "../../../scripts/doctor/finding.js";
import { freePort } from "../../../scripts/lab/ports.js";
import type { ComponentAccess } from "../../../scripts/lab/server.js";

export const HOST = "qtalk.test.org";
export const DOMAIN = `conference.${HOST}`;

export type Keys = Readonly<Record<string, unknown>>;

/** What the doctor prints, and its findings. */
export interface Visit {
  readonly text: string;
  readonly findings: Finding[];
  readonly wrong: string[];
  readonly doubtful: string[];
}

export async function visit(
  server: { component(): Pick<ComponentAccess, "service" | "domain" | "password"> },
  xmpp: Keys = {},
  rest: Readonly<Record<string, Keys>> = {},
): Promise<Visit> {
  const { service, domain, password } = server.component();
  const config = parseConfig({
    http: { listen: `127.0.0.1:${await freePort()}` },
    ...rest,
    xmpp: { service, domain, password, hosts: [HOST], ...xmpp },
  });
  const findings: Finding[] = [];
  let text = "";
  for await (const finding of diagnose(config)) {
    findings.push(finding);
    text += linesOf(finding, false);
  }
  const of = (state: string): string[] => findings.filter((f) => f.state === state).map((f) => f.text);
  return { text, findings, wrong: of("wrong"), doubtful: of("doubtful") };
}
