/** The text of posts in each format, by the format's template. Posts and texts are in http/docs/formats/FORMAT.yml. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import type {
  AlertReport,
  Format,
  Headers,
  ParsedPayload,
  Payload,
} from "../../../component/hooks/formats/format.js";
import { formatOf, PROGRAMS } from "../../../component/hooks/formats/formats.js";
import { slack as slackFormat } from "../../../component/hooks/formats/slack.js";
import { textFormat } from "../../../component/hooks/formats/text.js";
import { rawPost } from "./raw-post.js";
import { json, said } from "./said.js";

interface Case extends Pick<ParsedPayload, "image"> {
  readonly it: string;
  readonly headers?: Headers;
  /** The body: JSON, or a text. */
  readonly json?: object;
  readonly text?: string;
  /** Instead of these three, the post as it is on the wire: request line, headers, and a body. */
  readonly post?: string;
  /** What the message says, or some of it if the form of alerts, which has tests of its own, decides the rest. */
  readonly said?: string;
  readonly contains?: readonly string[];
  /** The program's key for the message. */
  readonly key?: string;
  /** Some of what the post says about an alert; undefined if it says nothing. */
  readonly alert?: Partial<AlertReport>;
}

async function postedBy({ post, headers = {}, json: value, text }: Case): Promise<Payload> {
  if (post !== undefined) return await rawPost(post);
  return text === undefined ? { headers, json: { value } } : { headers, text };
}

const FILES = fileURLToPath(new URL("../../../../http/docs/formats/", import.meta.url));

for (const file of readdirSync(FILES)) {
  const name = file.replace(".yml", "");
  const [, posts] = parseAllDocuments(readFileSync(FILES + file, "utf8"));
  describe(`The text of a post of the format ${name}`, () => {
    for (const each of (posts?.toJS() ?? []) as readonly Case[]) {
      const { said: expected, contains = [], alert, image, key } = each;
      it(each.it, async () => {
        const posted = await postedBy(each);
        const [format, ...lines] = said(posted);
        expect(format).to.equal(name);
        if (expected !== undefined) expect(lines).to.deep.equal(expected.split("\n"));
        for (const part of contains) expect(lines.join("\n")).to.contain(part);
        const others = PROGRAMS.filter((format) => format.name !== name && format.recognises(posted));
        expect(others).to.deep.equal([]);
        const read = (formatOf(posted, "auto") as Format).read(posted) as ParsedPayload;
        expect(read.image).to.equal(image);
        expect(read.messageKey).to.equal(key);
        if (alert === undefined) expect(read.alert).to.equal(undefined);
        else expect(read.alert).to.deep.include(alert);
      });
    }
  });
}

describe("The text of a post", () => {
  it("is the same without the template engine if it is only text", () => {
    for (const text of [
      "one",
      "{{ two }}",
      " <https://a.test|three>\n\n\n\n  four \n",
      "&lt;b&gt; ",
      "\r\n",
    ]) {
      for (const [format, posted] of [
        [slackFormat, json({ text })],
        [textFormat, { text, headers: {} }],
      ] as const) {
        said(posted);
        expect(format.read(posted)).to.have.property("plain");
      }
    }
    expect(slackFormat.read(json({ text: "a", attachments: [{ text: "b" }] }))).to.not.have.property("plain");
  });

  it("has the first fifty blocks, attachments and fields, and the number of others", () => {
    const many = Array.from({ length: 9_000 }, () => ({ type: "markdown", text: "x" }));
    const lines = said(json({ blocks: many, attachments: [{ fields: many.map(() => ({ title: "f" })) }] }));
    expect(lines.filter((line) => line === "x")).to.have.length(50);
    expect(lines.filter((line) => line === "f")).to.have.length(50);
    expect(lines.slice(-2)).to.deep.equal(["… and 8950 more fields", "… and 8950 more"]);
    const buttons = many.map(() => ({ text: { text: "b" }, url: "https://a.test" }));
    for (const nested of [
      { type: "actions", elements: buttons },
      { type: "section", fields: many },
    ])
      expect(said(json({ blocks: [nested] }))).to.have.length(1 + 50);
  });

  it("is an error with the known formats if the format is unknown", () => {
    const [fault] = said(json({ foo: 1, bar: 2 }));
    expect(fault).to.match(
      /^payload: the post is a JSON object with foo, bar; expected github .*, alertmanager .*, slack /,
    );
    expect(said(json([1]))[0]).to.contain("a JSON list");
    const form = {
      ...json({ caption: "x" }),
      headers: { "content-type": "multipart/form-data; boundary=b" },
    };
    expect(said(form)[0]).to.contain("the post is a form with caption; expected github");
    const files = [{ name: "door.png", type: "image/png", bytes: Buffer.from("x") }];
    expect(said({ headers: {}, files }, "github")[0]).to.contain("the post is a file; expected github");
    const mail = { subject: "s", text: "t" };
    expect(said({ headers: {}, mail }, "github")[0]).to.contain("the post is a mail; expected github");
    expect(said(json({ version: "4" }), "grafana")[0]).to.contain("expected grafana (alerts with orgId");
  });

  it("has the buttons of cards within cards, and ends where they go too deep", () => {
    let card: object = { type: "AdaptiveCard", body: [{ type: "TextBlock", text: "the innermost" }] };
    for (let depth = 50; depth > 0; depth -= 1) {
      const open = { type: "Action.OpenUrl", title: `Open ${depth}`, url: `https://example.org/${depth}` };
      card = {
        type: "AdaptiveCard",
        body: [],
        actions: [open, { type: "Action.ShowCard", title: "More", card }],
      };
    }
    const attachment = { contentType: "application/vnd.microsoft.card.adaptive", content: card };
    const lines = said(json({ type: "message", attachments: [attachment] }));
    expect(lines.join("\n")).to.contain("https://example.org/1").and.contain("https://example.org/3");
    expect(lines.join("\n")).to.not.contain("https://example.org/20").and.not.contain("the innermost");
  });

  it("omits malformed fields", () => {
    const strange = [
      { text: { a: 1 } },
      { text: "x", blocks: 3, attachments: "no" },
      { attachments: [null, 1, { fields: {} }] },
    ];
    for (const value of strange) expect(said(json(value))[0]).to.equal("slack");
    expect(
      said(json({ version: "4", groupKey: "k", alerts: [null, 3, { labels: [] }], commonLabels: null }))[0],
    ).to.equal("alertmanager");
    expect(said(json({ commits: [null], repository: 3, ref: {} }, "push"))[0]).to.equal("github");
    expect(said(json({ attachments: Array.from({ length: 101 }, () => ({})) }))[1]).to.contain(
      "attachments: attachments: 101, more than the 100",
    );
  });
});
