/** The alert rules fire for what an operator must know, and for nothing else: each rule and each outcome, by promtool. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parse, stringify } from "yaml";
import type { FaultKind } from "../../../component/hooks/fault.js";
import type { AcceptedOutcome } from "../../../component/hooks/outcome.js";
import type { Blame } from "../../../component/refusal.js";
import { Folder } from "../../support/folder.js";

const RULES = fileURLToPath(new URL("../../../../scripts/packaging/monitoring/alerts.yml", import.meta.url));

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly annotations: Readonly<Record<string, string>>;
    }[];
  }[];
}

/** Series and their values, a minute each, and the rules that fire after half an hour. */
interface Case {
  readonly series: Readonly<Record<string, string>>;
  readonly fires: readonly string[];
}

/** Whether posts to webhooks with this result are refused posts; compiled only if it has all results. */
const POSTS: Readonly<Record<FaultKind | AcceptedOutcome, boolean>> = {
  ...{ queued: false, stored: false, confirmed: false, fast: false },
  ...{
    payload: true,
    attachments: true,
    empty: true,
    template: true,
    large: true,
    signature: true,
    suffix: true,
  },
  ...{ missing: true, gone: true, forbidden: true, undelivered: true, unanswered: true, unavailable: true },
};
const BLAMES: Readonly<Record<Blame, string[]>> = {
  here: ["QTalkUnavailable"],
  rate: ["QTalkCallerOverRate"],
  receiver: [],
};
const EVENTS = { delivered: false, failed: false, dropped: true, "dead letter": true };

const GROWS = "0+60x40";
const one = (series: string, values: string, ...fires: string[]): Case => ({
  series: { [series]: values },
  fires,
});
const buckets = (fast: string): Case["series"] => ({
  'qtalk_ack_seconds_bucket{le="1"}': fast,
  'qtalk_ack_seconds_bucket{le="5"}': GROWS,
  'qtalk_ack_seconds_bucket{le="+Inf"}': GROWS,
});

const CASES: readonly Case[] = [
  ...Object.entries(POSTS).map(([result, isRefused]) =>
    one(
      `qtalk_hook_posts_total{format="slack",result="${result}"}`,
      GROWS,
      ...(isRefused ? ["QTalkHookPostsRefused"] : []),
    ),
  ),
  ...Object.entries(BLAMES).map(([reason, fires]) =>
    one(`qtalk_calls_unavailable_total{reason="${reason}"}`, GROWS, ...fires),
  ),
  ...Object.entries(EVENTS).map(([result, isLost]) =>
    one(
      `qtalk_hook_events_total{hook="bot",result="${result}"}`,
      GROWS,
      ...(isLost ? ["QTalkHookEventsLost"] : []),
    ),
  ),
  ...[0, 1, 2, 3, 4, 5].map((errcode) =>
    one(`qtalk_call_seconds_count{endpoint="send_notify",errcode="${errcode}"}`, "0+600x40"),
  ),
  one('qtalk_call_seconds_count{endpoint="send_notify",errcode="6"}', "0+600x40", "QTalkCallsRefused"),
  one('up{job="qtalk-component"}', "1x10 0x30", "QTalkDown"),
  one('up{job="qtalk-component"}', "1x40"),
  one('up{job="another"}', "0x40"),
  one("qtalk_memory_short", "0x10 1x30", "QTalkMemoryShort"),
  one("qtalk_memory_short", "0x40"),
  one("qtalk_bot_rooms_outside", "0x10 1x30", "QTalkBotsOutside"),
  one("qtalk_bot_rooms_outside", "0x25 1x15"),
  one("qtalk_link_up", "1x10 0x30", "QTalkLinkDown"),
  one("qtalk_link_up", "1x40"),
  { series: { qtalk_ready: "1x10 0x30", qtalk_link_up: "1x40" }, fires: ["QTalkNotReady"] },
  { series: { qtalk_ready: "0x12 1x28", qtalk_link_up: "0x10 1x30" }, fires: [] },
  { series: { qtalk_ready: "0x40", qtalk_link_up: "0x40" }, fires: ["QTalkLinkDown"] },
  one("qtalk_outbox_oldest_seconds", "0x10 400x30", "QTalkQueueStuck"),
  one("qtalk_outbox_oldest_seconds", "200x40"),
  one("qtalk_outbox_stanzas", "100001x40", "QTalkQueueFilling"),
  one("qtalk_outbox_stanzas", "100000x40"),
  one("qtalk_link_connects_total", "0x20 0+1x20", "QTalkLinkFlapping"),
  one("qtalk_link_connects_total", "1x20 2x20"),
  one("qtalk_link_failovers_total", "0x20 1x20", "QTalkLinkElsewhere"),
  one("qtalk_outbox_dead_letters_total", "0x20 1x20", "QTalkDeadLetters"),
  one("qtalk_hook_events_oldest_seconds", "1801x40", "QTalkHookStuck"),
  one("qtalk_hook_events_oldest_seconds", "1800x40"),
  one("qtalk_hook_bounces_total", "0x20 1x20", "QTalkHookPostsUndelivered"),
  one("qtalk_hook_bounces_total", "1x40"),
  one('qtalk_hook_unsaid_total{what="duty"}', "1x40", "QTalkHookUnsaid"),
  one("qtalk_bounces_total", GROWS),
  one("qtalk_requests_gone_total", "0+20x40", "QTalkClientsGone"),
  one("qtalk_requests_gone_total", "0+5x40"),
  one("nodejs_eventloop_lag_p99_seconds", "0.6x40", "QTalkEventLoopBlocked"),
  one("nodejs_eventloop_lag_p99_seconds", "0.4x40"),
  { series: buckets("0x40"), fires: ["QTalkSlowServer"] },
  { series: buckets(GROWS), fires: [] },
];

describe("The alert rules", () => {
  const folder = new Folder();
  after(() => folder.remove());
  const rules = (parse(readFileSync(RULES, "utf8")) as Rules).groups.flatMap((group) => group.rules);
  const promtool = (tests: readonly object[]): string => {
    const file = join(folder.path, "test.yml");
    writeFileSync(file, stringify({ rule_files: [RULES], evaluation_interval: "1m", tests }));
    const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
    return status === 0 ? "" : `${stdout}${stderr}`;
  };
  const input = (series: Case["series"]): object[] =>
    Object.entries(series).map(([name, values]) => ({ series: name, values }));

  it("fire for each outcome that an operator must know, and for no other", () => {
    const tests = CASES.map(({ series, fires }) => ({
      name: Object.keys(series)[0],
      interval: "1m",
      input_series: input(series),
      promql_expr_test: [
        {
          expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
          eval_time: "30m",
          exp_samples: fires.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
        },
      ],
    }));
    expect(promtool(tests)).to.equal("");
  });

  it("are each seen to fire", () => {
    const fired = new Set(CASES.flatMap(({ fires }) => fires));
    expect(rules.map(({ alert }) => alert).filter((name) => !fired.has(name))).to.deep.equal([]);
  });

  it("say what to do, in annotations that reach a chat, with the guide's address if Prometheus knows it", () => {
    for (const { alert, annotations } of rules) {
      const { summary, description, runbook_url } = annotations;
      expect([summary, description, runbook_url], alert).not.to.include(undefined);
    }
    const { alert, annotations } = rules[0]!;
    const test = (guide: string | undefined): object => ({
      interval: "1m",
      external_labels: guide === undefined ? {} : { qtalk_guide: guide },
      input_series: input({ 'up{job="qtalk-component"}': "0x10" }),
      alert_rule_test: [
        {
          eval_time: "5m",
          alertname: alert,
          exp_alerts: [
            {
              exp_labels: { severity: "critical", job: "qtalk-component" },
              exp_annotations: {
                ...annotations,
                runbook_url: guide === undefined ? "" : `${guide}/operating`,
              },
            },
          ],
        },
      ],
    });
    expect(promtool([test(undefined), test("https://qtalk.example.org/docs/guide")])).to.equal("");
  });
});
