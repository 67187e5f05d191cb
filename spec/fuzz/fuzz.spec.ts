/**
 * Hostile input, bounded: every endpoint with values that its schema asks for and with others, with bytes of any kind,
 * and the stream with stanzas of any kind. Nothing crashes, the link to a real server stays up, every answer is an
 * envelope, and none holds what belongs to another call.
 */
import { randomUUID } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { contract } from "../../http/contract.js";
import { EXAMPLES } from "../../http/docs/examples.js";
import { pathOf, type Endpoint } from "../../http/endpoint.js";
import { parseConfig } from "../../scripts/config/config.js";
import { startDaemon, type RunningDaemon } from "../../scripts/daemon.js";
import { LogLines } from "../support/log-lines.js";
import type { RawComponent } from "../support/raw-component.js";
import { onEachServer } from "../support/servers.js";

const HOST = "qtalk.test.org";
const DOMAIN = `conference.${HOST}`;
const HOSTILE = `hostile.${HOST}`;
const PER_ENDPOINT = 60;
/** Wrong keys are slowed, more with each. */
const SLOWED = 8;
const BYTES = 200;
const STANZAS = 600;

const nasty = fc.constantFrom(
  "",
  " ",
  "\u0000",
  "\ud800",
  "\uffff",
  "a\u202eb",
  "<a/>",
  "&amp;&#0;",
  "]]>",
  "</stream:stream>",
  "<!DOCTYPE a [<!ENTITY b 'c'>]>",
  "a@b@c",
  `x@${DOMAIN}`,
  `test1@${HOST}/r`,
  DOMAIN,
  "__proto__",
  "x".repeat(3_000),
  "<message type='groupchat'><body>b</body></message>",
  "<message xmlns:stream='x'><stream:error/></message>",
  `<message><body>${"<a>".repeat(70)}</body></message>`,
);
const text = fc.oneof(nasty, fc.string({ unit: "binary", maxLength: 40 }), fc.string({ maxLength: 40 }));
const value = fc.oneof(text, fc.jsonValue({ maxDepth: 3 }), fc.array(text, { maxLength: 4 }));

/** The documented example, with any of its fields changed, left out, or added to. */
function callOf({ name }: Endpoint): fc.Arbitrary<unknown> {
  const example = EXAMPLES[name] as Readonly<Record<string, unknown>>;
  const fields = Object.entries(example).map(([key, usual]): [string, fc.Arbitrary<unknown>] => [
    key,
    fc.oneof({ arbitrary: fc.constant(usual), weight: 3 }, { arbitrary: value, weight: 2 }),
  ]);
  const object = fc
    .tuple(
      fc.record(Object.fromEntries(fields), { requiredKeys: [] }),
      fc.dictionary(text, value, { maxKeys: 2 }),
    )
    .map(([known, others]) => ({ ...others, ...known }));
  return fc.oneof({ arbitrary: object, weight: 4 }, fc.array(object, { maxLength: 3 }), value);
}

function isEnvelope(status: number, body: string): boolean {
  const answer = JSON.parse(body) as Record<string, unknown>;
  const keys = Object.keys(answer).join();
  const isFailure = answer.ret === false && keys === "ret,errcode,errmsg,data";
  const isDone = answer.ret === true && answer.errcode === 0 && /^ret,errcode,errmsg(?:,data)?$/.test(keys);
  return isDone
    ? status === 200
    : isFailure && (status === 200 || status === 403) && !body.includes("internal");
}

const element = fc.constantFrom("message", "presence", "iq", "foo");
const type = fc.constantFrom(
  "get",
  "set",
  "result",
  "error",
  "chat",
  "groupchat",
  "unavailable",
  "probe",
  "x",
  "",
);
const namespace = fc.constantFrom(
  "http://jabber.org/protocol/disco#info",
  "http://jabber.org/protocol/disco#items",
  "http://jabber.org/protocol/muc",
  "http://jabber.org/protocol/muc#user",
  "http://jabber.org/protocol/muc#admin",
  "http://jabber.org/protocol/muc#owner",
  "http://jabber.org/protocol/commands",
  "urn:xmpp:mam:2",
  "urn:xmpp:ping",
  "vcard-temp",
  "jabber:iq:register",
  "jabber:x:data",
  "config:xmpp:time_key",
  "x",
);
const xmlText = fc
  .string({ unit: "grapheme", maxLength: 20 })
  .map((raw) => raw.replace(/[^\p{L}\p{N} ]/gu, "_").slice(0, 20));
const target = fc.constantFrom(DOMAIN, `room@${DOMAIN}`, `room@${DOMAIN}/nick`, `other@${DOMAIN}/a b`);
const child = fc.tuple(
  fc.constantFrom("query", "x", "body", "subject", "command", "vCard", "item", "error", "ping"),
  namespace,
  fc.constantFrom("query", "item", "field", "reason", "status", "set", "invite"),
  xmlText,
);

interface Hostile {
  readonly name: string;
  readonly type: string;
  readonly to: string;
  readonly children: readonly [string, string, string, string][];
}

const hostile: fc.Arbitrary<Hostile> = fc.record({
  name: element.filter((name) => name !== "foo"),
  type,
  to: target,
  children: fc.array(child, { maxLength: 3 }),
});

function written({ name, type: kind, to, children }: Hostile): string {
  const inner = children.map(
    ([tag, ns, deeper, words]) =>
      `<${tag} xmlns='${ns}' node='${words}' type='${words}'><${deeper} var='${words}' jid='${words}' affiliation='${words}'>${words}</${deeper}>${words}</${tag}>`,
  );
  const id = ` id='${randomUUID()}'`;
  const from = `user@${HOSTILE}/r`;
  return `<${name} from='${from}' to='${to}'${kind === "" ? "" : ` type='${kind}'`}${id}>${inner.join("")}</${name}>`;
}

describe("Fuzzing", function () {
  this.timeout(90_000);

  onEachServer(
    (stage) => {
      const log = new LogLines();
      let daemon: RunningDaemon;
      let base: string;
      let downs = 0;

      before(async () => {
        const { service, domain, password } = stage.server.component(DOMAIN);
        const config = parseConfig({
          xmpp: { service, domain, password, hosts: [HOST] },
          http: { listen: "127.0.0.1:0" },
          storage: { path: ":memory:" },
          people: { vcard_wait: 0.1 },
        });
        daemon = await startDaemon(config, { log: log.logger });
        await daemon.ready();
        daemon.service.link.on("down", () => (downs += 1));
        base = `http://127.0.0.1:${daemon.httpPort}`;
      });
      after(() => daemon.stop());

      afterEach(async () => {
        expect(downs, "the link stayed up").to.equal(0);
        expect((await fetch(`${base}/readyz`)).status).to.equal(200);
        expect(
          log.lines.filter(({ level }) => level === "error").map(({ message }) => message),
        ).to.deep.equal([]);
      });

      async function fetched(path: string, init: RequestInit): Promise<{ status: number; body: string }> {
        const response = await fetch(base + path, init);
        return { status: response.status, body: await response.text() };
      }

      for (const row of contract) {
        const runs = row.name === "auth_uk" ? SLOWED : PER_ENDPOINT;
        it(`${row.name}: ${runs} calls with changed fields`, async () => {
          let other = randomUUID();
          await fc.assert(
            fc.asyncProperty(callOf(row), async (call) => {
              const mark = randomUUID();
              const marked =
                typeof call === "object" && !Array.isArray(call) ? { ...call, system: mark } : call;
              const { status, body } =
                row.method === "POST"
                  ? await fetched(pathOf(row), { method: "POST", body: JSON.stringify(marked) })
                  : await fetched(`${pathOf(row)}?${queryOf(marked)}`, {});
              expect(isEnvelope(status, body), `${status} ${body}`).to.equal(true);
              expect(body).not.to.contain(other);
              other = mark;
            }),
            { numRuns: runs },
          );
        });
      }

      it(`the interface: ${BYTES} bodies of any bytes`, async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.constantFrom(...contract),
            fc.oneof(
              fc.uint8Array({ maxLength: 200 }),
              text.map((raw) => Buffer.from(`{"from":"${raw}`)),
            ),
            async (row, bytes) => {
              const { status, body } = await fetched(pathOf(row), {
                method: "POST",
                body: Buffer.from(bytes),
              });
              expect(isEnvelope(status, body), body).to.equal(true);
            },
          ),
          { numRuns: BYTES },
        );
      });

      it(`the stream: ${STANZAS} stanzas of any kind, each request answered`, async () => {
        const component: RawComponent = await stage.component(HOSTILE);
        const stanzas = fc.sample(hostile, STANZAS);
        for (const stanza of stanzas) component.write(written(stanza));
        const ping = randomUUID();
        component.write(
          `<iq type='get' id='${ping}' from='user@${HOSTILE}/r' to='${DOMAIN}'><ping xmlns='urn:xmpp:ping'/></iq>`,
        );
        const answer = await component.next((got) => got.attrs.id === ping, 30_000);
        expect(answer.attrs.type).to.equal("result");
      });
    },
    { components: [{ domain: DOMAIN }, { domain: HOSTILE }] },
  );
});

function queryOf(call: unknown): string {
  const entries = typeof call === "object" && call !== null ? Object.entries(call) : [["u", call]];
  return entries.map(([key, each]) => `${encode(key)}=${encode(each)}`).join("&");
}

/** A lone surrogate has no encoding. */
function encode(part: unknown): string {
  const raw = typeof part === "string" ? part : JSON.stringify(part);
  return encodeURIComponent(raw.replace(/\p{Surrogate}/gu, "?"));
}
