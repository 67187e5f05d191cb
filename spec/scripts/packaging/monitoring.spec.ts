/** The alert rules and the dashboard ask only for what the component tells. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parse } from "yaml";
import { onServer, ownComponentOn } from "../../support/servers.js";

const FOLDER = new URL("../../../../scripts/packaging/monitoring/", import.meta.url);
const text = (name: string): string => readFileSync(fileURLToPath(new URL(name, FOLDER)), "utf8");

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[];
}
interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

const metricsIn = (expr: string): string[] => expr.match(/\b(?:qtalk|nodejs|process)_\w+/g) ?? [];

describe("Monitoring", () => {
  onServer("prosody", {}, (stage) => {
    const running = ownComponentOn(stage);
    let output: string;
    before(async () => {
      const component = running();
      await component.post("send_notify", { from: "a", to: "b", category: "1", data: "x" });
      await component.until(async () => {
        output = await component.metrics();
        return output.includes("\nqtalk_outbox_stanzas 0\n");
      }, "done sending");
    });

    const metrics = (): Set<string> => {
      const names = [...output.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
        type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => name + end) : [name],
      );
      return new Set(names);
    };

    it("has alert rules about metrics that there are", () => {
      const { groups } = parse(text("alerts.yml")) as Rules;
      const wanted = groups.flatMap(({ rules }) => rules.flatMap(({ expr }) => metricsIn(expr)));
      expect(wanted).to.have.length.greaterThan(8);
      expect([...metrics()]).to.include.members(wanted);
    });

    it("has alert rules that fire when they should, by promtool", () => {
      const file = fileURLToPath(
        new URL("../../../../spec/scripts/packaging/alerts-test.yml", import.meta.url),
      );
      const { status, stdout } = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
      expect(status, stdout).to.equal(0);
    });

    it("has a dashboard of metrics that there are", () => {
      const { panels } = JSON.parse(text("dashboard.json")) as Dashboard;
      const wanted = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr)));
      expect([...metrics()]).to.include.members(wanted);
    });

    it("shows calls, link, queue, acks and rooms with the right values", () => {
      expect(output).to.match(/^qtalk_link_up 1$/m);
      expect(output).to.match(/^qtalk_call_seconds_count\{endpoint="send_notify",errcode="0"\} 1$/m);
      expect(output).to.match(/^qtalk_outbox_stanzas 0$/m);
      expect(output).to.match(/^qtalk_rooms 0$/m);
      expect(output).to.match(/^qtalk_ack_seconds_count [1-9]/m);
      expect(output).to.match(/^nodejs_eventloop_lag_p99_seconds /m);
    });
  });
});
