/** What every format has: words in both languages, a sample, signs, alerts, raw posts, and posts that it doesn't take. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { HookFault } from "../../../component/hooks/fault.js";
import type { AlertReport } from "../../../component/hooks/formats/format.js";
import { formatNamed, formatOf, FORMATS } from "../../../component/hooks/formats/formats.js";
import { documentationOf, samplePayload } from "../../../http/docs/formats.js";
import { rawPost } from "./raw-post.js";

interface Post {
  readonly post?: string;
  readonly said?: string;
  readonly contains?: readonly string[];
  readonly alert?: Partial<AlertReport>;
}

const FILES = fileURLToPath(new URL("../../../../http/docs/formats/", import.meta.url));
const SIGNS = ["🔴", "🟠", "🔵", "✅"];

function postsOf(name: string): readonly Post[] {
  const [, posts] = parseAllDocuments(readFileSync(`${FILES}${name}.yml`, "utf8"));
  return (posts?.toJS() ?? []) as Post[];
}

const json = (body: string, path = "/"): string => `POST ${path}\nContent-Type: application/json\n\n${body}`;

/** The formats whose programs say how urgent a post is, or that something is over, with the signs that this has. */
const SIGNED: Readonly<Record<string, string>> = {
  gotify: "🔴🟠🔵✅",
  ntfy: "🔴🟠🔵",
  apprise: "🔴🟠✅",
  discord: "🔴🟠✅",
  slack: "🔴🟠✅",
  teams: "🔴🟠✅",
  "google-chat": "🔴✅",
  mail: "🔴",
  healthchecks: "🔴✅",
  proxmox: "🔴🟠✅",
  jenkins: "🔴🟠🔵✅",
  netdata: "🔴🟠🔵✅",
  servarr: "🔴🟠✅",
  gatus: "🔴✅",
  sentry: "🔴🔵✅",
  "uptime-kuma": "🔴🔵✅",
  zabbix: "🔴🟠🔵✅",
  grafana: "🔴✅",
};
/** The formats whose programs say which posts are about the same thing, so that people can take it until it is resolved. */
const GROUPED = [
  ...["healthchecks", "proxmox", "jenkins", "netdata", "servarr", "gatus"],
  ...["sentry", "uptime-kuma", "zabbix", "grafana", "github", "gitlab"],
];
/** For each format a post that looks like its own, and what is said of it if nothing else takes it. */
const NEARLY: Readonly<Record<string, readonly [post: string, understood?: string]>> = {
  github: [
    "POST /\nContent-Type: application/json\nX-GitHub-Event: push\n\n[1]",
    'a JSON list, an event "push"',
  ],
  gitlab: [json('{"object_kind":"push"}'), "a JSON object with object_kind"],
  sentry: [json('{"action":"created"}'), "a JSON object with action"],
  alertmanager: [json('{"version":"4","groupKey":"k"}'), "a JSON object with version, groupKey"],
  grafana: [json('{"orgId":1}'), "a JSON object with orgId"],
  "uptime-kuma": [json('{"heartbeat":{}}'), "a JSON object with heartbeat"],
  zabbix: [json('{"event_id":"1"}'), "a JSON object with event_id"],
  healthchecks: [json('{"name":"a","status":"down","grace":1}'), "a JSON object with name, status, grace"],
  gatus: [
    json('{"endpoint_name":"a","alert_triggered_or_resolved":"maybe"}'),
    "a JSON object with endpoint_name, alert_triggered_or_resolved",
  ],
  netdata: [json('{"alert":"a","chart":"c","host":"h"}'), "a JSON object with alert, chart, host"],
  jenkins: [json('{"name":"a","url":"u","build":{"number":1}}'), "a JSON object with name, url, build"],
  proxmox: [json('{"title":"t","severity":"bad","fields":{}}'), "a JSON object with title, severity, fields"],
  servarr: [json('{"eventType":"Grab"}'), "a JSON object with eventType"],
  "home-assistant": [json('{"title":"t"}'), "a JSON object with title"],
  gotify: [json('{"title":"t","priority":5}', "/message"), "a JSON object with title, priority"],
  apprise: [
    json('{"version":"1.0","type":"strange","title":"t"}'),
    "a JSON object with version, type, title",
  ],
  ntfy: [json('{"topic":"t"}'), "a JSON object with topic"],
  rocketchat: [json('{"channel":"#ops"}', "/api/v1/chat.postMessage"), "a JSON object with channel"],
  teams: [json('{"type":"AdaptiveCards","body":[]}'), "a JSON object with type, body"],
  discord: [json('{"content":"","embeds":[]}'), "a JSON object with content, embeds"],
  "google-chat": [json('{"cards":[{}],"cardsV2":{}}'), "a JSON object with cards, cardsV2"],
  mail: ["POST /\nContent-Type: text/plain\n\nSubject: x\n\ny"],
  text: ["POST /\nContent-Type: application/json\n\n1", "JSON, but neither an object nor a list"],
  slack: [json('{"channel":"#ops"}', "/slack"), "a JSON object with channel"],
  template: [json("{}"), "an empty JSON object"],
};

describe("Every format", () => {
  for (const format of FORMATS) {
    const { name } = format;

    it(`${name} has its words in both languages, and a sample that it takes`, () => {
      const { en, zh, programs } = documentationOf(format);
      for (const { zh: where } of programs) expect(where).to.match(/\p{Script=Han}/u);
      for (const text of [zh.about, zh.where, zh.becomes]) expect(text).to.match(/\p{Script=Han}/u);
      for (const text of [en.about, en.where, en.becomes]) expect(text).not.to.match(/\p{Script=Han}/u);
      const sample = samplePayload(format);
      expect(sample).not.to.be.instanceOf(HookFault);
      const [suffix] = format.suffixes ?? [];
      if (!(sample instanceof HookFault)) expect(format.recognises({ ...sample, suffix })).to.equal(true);
    });

    it(`${name} doesn't take a post that only looks like its own, and says what it understood`, async () => {
      const [text, understood] = NEARLY[name] ?? [""];
      const posted = await rawPost(text);
      const taken = formatOf(posted, "auto");
      expect(taken).not.to.equal(format);
      if (understood === undefined) return;
      expect(taken).to.be.instanceOf(HookFault);
      const { kind, message } = taken as HookFault;
      expect(kind).to.equal("payload");
      expect(message.startsWith(`the post is ${understood}; expected `), message).to.equal(true);
    });
  }

  it("has posts with each sign that its program's priority or state has", () => {
    for (const [name, signs] of Object.entries(SIGNED)) {
      const texts = postsOf(name).map(({ said = "", contains = [] }) => said + contains.join());
      const found = SIGNS.filter((sign) => texts.some((text) => text.includes(sign)));
      expect(found.join(""), name).to.equal(signs);
    }
  });

  it("has posts that begin and end the same thing, if its program says which", () => {
    for (const name of GROUPED) {
      const alerts = postsOf(name).flatMap(({ alert }) => alert ?? []);
      const ended = alerts.some(
        (end) =>
          end.status === "resolved" &&
          alerts.some(({ key, status }) => key === end.key && status === "firing"),
      );
      expect(ended, name).to.equal(true);
    }
  });

  it("has its posts as they are on the wire, if it is a format of other programs' servers, or newer", () => {
    const added =
      "gotify apprise ntfy rocketchat teams discord google-chat mail healthchecks gatus netdata jenkins proxmox servarr";
    for (const name of added.split(" ")) {
      expect(formatNamed(name), name).not.to.equal(undefined);
      expect(
        postsOf(name).every(({ post }) => post !== undefined),
        name,
      ).to.equal(true);
      expect(postsOf(name).length, name).to.be.greaterThan(0);
    }
  });
});
