import { expect } from "chai";
import { Jid } from "../../../component/addresses/address.js";
import { messagesConfig } from "../../../component/config.js";
import { composeText, compose } from "../../../component/composing/message.js";
import { Refusal } from "../../../component/refusal.js";
import { NS } from "../../../component/xml/builder.js";
import { parseXml } from "../../../component/xml/parse.js";

import { BASE, messages, original, sent, shown, urlOf, type Sent } from "./sent-body.js";

const FROM = Jid.parse("test1@qtalk.test.org")!;
const TO = Jid.parse("test2@qtalk.test.org")!;

describe("A message of one of QTalk's types", () => {
  const lines: [string, string, object | string, string][] = [
    [
      "a file",
      "5",
      { FileName: "报告.pdf", FileSize: "12.3KB", HttpUrl: "file/a.pdf" },
      `[file] 报告.pdf 12.3KB\n${BASE}file/a.pdf`,
    ],
    [
      "a file whose size is a number",
      "5",
      { FileName: "a.pdf", FileSize: 12_600, HttpUrl: "https://x.test/a" },
      "[file] a.pdf 12.3KB\nhttps://x.test/a",
    ],
    [
      "a location",
      "16",
      { name: "中关村", adress: "海淀区", latitude: "39.98546", longitude: 116.312695 },
      "[location] 中关村 海淀区\ngeo:39.985460,116.312695",
    ],
    [
      "a card",
      "666",
      { title: "News", desc: "of today", linkurl: "https://x.test/n" },
      "[link] News\nof today\nhttps://x.test/n",
    ],
    [
      "a product",
      "4096",
      { data: { title: "门票", price: "12", touchDtlUrl: "https://x.test/p" } },
      "[product] 门票\n12\nhttps://x.test/p",
    ],
    [
      "a red packet",
      "512",
      { content: "恭喜发财", url: "https://x.test/r" },
      "[red packet] 恭喜发财\nhttps://x.test/r",
    ],
    [
      "a notice",
      "134217728",
      { title: "Moving", content: "tomorrow", linkurl: "https://x.test/m" },
      "[notice] Moving\ntomorrow\nhttps://x.test/m",
    ],
    [
      "a notice of several parts",
      "268435456",
      {
        title: "Order",
        content: [
          { sub_title: "No", sub_content: "7" },
          { sub_title: "For", sub_content: "two" },
        ],
      },
      "[notice] Order\nNo: 7\nFor: two",
    ],
    [
      "source code",
      "64",
      { Code: "if (a < b)\n  return;", CodeType: "C" },
      "[code] C\n```\nif (a < b)\n  return;\n```",
    ],
    ["voice without a place", "2", { Seconds: 65 }, "[voice] 1:05"],
    ["voice", "2", { HttpUrl: "file/v.amr", Seconds: "5" }, `[voice] 0:05\n${BASE}file/v.amr`],
  ];
  for (const [what, msgType, body, line] of lines) {
    it(`is a line that people can use: ${what}`, () => {
      const stanza = sent(body, { msgType });
      expect(stanza.getChildText("body")).to.equal(line);
      expect(stanza.getChild("x")).to.equal(undefined);
      expect(original(stanza)).to.equal(JSON.stringify(body));
    });
  }

  const inline: [string, string, object | string, string][] = [
    ["a picture", "30", { url: "file/p.png" }, "[picture]"],
    [
      "a picture inside text alone",
      "3",
      '[obj type="image" value="/file/p.png" width=10 height=20]',
      "[picture]",
    ],
    ["a video", "32", { FileUrl: "file/p.png", FileName: "v.mp4", ThumbUrl: "t" }, "[video] v.mp4"],
  ];
  for (const [what, msgType, body, line] of inline) {
    it(`is its URL alone, with the line beside it, if clients show it inline: ${what}`, () => {
      const stanza = sent(body, { msgType });
      expect(stanza.getChildText("body")).to.equal(`${BASE}file/p.png`);
      expect(urlOf(stanza)).to.equal(`${BASE}file/p.png`);
      expect(stanza.getChild("x", NS.oob)?.getChildText("desc")).to.equal(line);
    });
  }

  it("is parsed from extendInfo if the body is a placeholder", () => {
    const extendInfo = JSON.stringify({ title: "", linkurl: "https://x.test/n" });
    expect(shown("请升级客户端", { msgType: "666", extendInfo })).to.equal(
      "[link] 请升级客户端\nhttps://x.test/n",
    );
    const meeting = JSON.stringify({ 标题: "周会", 时间: "三点", url: "https://x.test/m" });
    expect(shown("会议邀请", { msgType: "257", extendInfo: meeting })).to.equal(
      "[meeting] 会议邀请\n标题: 周会\n时间: 三点\nhttps://x.test/m",
    );
    const listed = JSON.stringify({ keyValues: [{ Time: "3 pm" }, { Place: "here" }], params: { id: 1 } });
    expect(shown("", { msgType: "257", extendInfo: listed })).to.equal("[meeting] Time: 3 pm\nPlace: here");
  });

  it("shows objects inside text as links, numbers and names", () => {
    const text =
      '看[obj type="url" value="https://x.test/a?b=1&c=2"]吧 [obj type="emoticon" value="[/wx]" width=q height=0]' +
      '[obj type="tel" value="010-1"]\n[obj type="image" value="file/p.png"][obj type="other" value="x"]';
    for (const msgType of ["1", "12", "7777"]) {
      const stanza = sent(text, { msgType });
      expect(stanza.getChildText("body")).to.equal(
        `看 https://x.test/a?b=1&c=2 吧 [wx]010-1\n${BASE}file/p.png [obj type="other" value="x"]`,
      );
      expect(urlOf(stanza)).to.equal(undefined);
      expect(original(stanza)).to.equal(text);
    }
  });

  it("refers to a picture if the whole text is its URL", () => {
    for (const url of ["https://x.test/a.png", "http://x.test/b.JPEG?name=b#1", "https://x.test/图/c.webp"]) {
      const { href } = new URL(url);
      const stanza = sent(` ${url}\n`);
      expect([stanza.getChildText("body"), urlOf(stanza)]).to.deep.equal([href, href]);
      expect(original(stanza)).to.equal(` ${url}\n`);
    }
    const plain = sent("https://x.test/a.png");
    expect([urlOf(plain), original(plain)]).to.deep.equal(["https://x.test/a.png", undefined]);
    const others = [
      "https://x.test/a.png b",
      "https://x.test/a.pdf",
      "ftp://x.test/a.png",
      "https://x@y/a.png",
      "a.png",
    ];
    for (const text of [...others, "https://x.test/a?b=c.png"]) {
      const stanza = sent(text);
      expect([stanza.getChildText("body"), urlOf(stanza)]).to.deep.equal([text, undefined]);
    }
  });

  it("stays unchanged if it is invalid, empty, unknown or long, or the option is off", () => {
    const file = { FileName: "a", HttpUrl: "https://x.test/a" };
    const off = messagesConfig.parse({ readable: "off" });
    const cases: [string | object, Sent][] = [
      ['{"FileName":', { msgType: "5" }],
      ["[1]", { msgType: "5" }],
      [{ other: 1 }, { msgType: "5" }],
      [file, { msgType: "1" }],
      [file, { msgType: "2001" }],
      [{ ...file, long: "x".repeat(20_000) }, { msgType: "5" }],
      [file, { msgType: "5", presentation: { messages: off } }],
      ["plain {text} [obj", {}],
      ['[obj type="image" value="x', {}],
    ];
    for (const [body, how] of cases) {
      const stanza = sent(body, how);
      expect(stanza.getChildText("body")).to.equal(typeof body === "string" ? body : JSON.stringify(body));
      expect([original(stanza), urlOf(stanza)]).to.deep.equal([undefined, undefined]);
    }
  });

  it("keeps its attributes, and a URL of the caller", () => {
    const message = parseXml(
      `<message type="chat"><body msgType="30" id="b1">{"url":"https://x.test/a.png"}</body><x xmlns="jabber:x:oob"><url>https://x.test/b</url></x></message>`,
    );
    if (!("name" in message)) throw new Error(message.reason);
    const { stanza } = compose(message, FROM, TO, { messages });
    expect(stanza.getChild("body")?.attrs).to.deep.equal({ msgType: "30", id: "b1" });
    expect(stanza.getChildren("x").map((x) => x.getChildText("url"))).to.deep.equal(["https://x.test/b"]);
  });

  it("is in the language of messages.language", () => {
    const presentation = { messages: messagesConfig.parse({ language: "zh" }) };
    const file = { FileName: "report.pdf", HttpUrl: "https://x.test/r" };
    expect(shown(file, { msgType: "5", presentation })).to.equal("[文件] report.pdf\nhttps://x.test/r");
    expect(shown('[obj type="image" value="x:y"]', { presentation })).to.equal("[图片]");
    const video = sent({ HttpUrl: "https://x.test/v" }, { msgType: "32", presentation });
    expect(video.getChild("x", NS.oob)?.getChildText("desc")).to.equal("[视频]");
  });

  it("is the same from send_message", () => {
    const body = JSON.stringify({ FileName: "a.pdf", HttpUrl: "file/a.pdf" });
    const message = composeText({ type: "chat", body, msgType: "5", extendInfo: "" }, 0);
    if (message instanceof Refusal) throw new Error(message.message);
    expect(compose(message, FROM, TO, { messages }).stanza.getChildText("body")).to.equal(
      `[file] a.pdf\n${BASE}file/a.pdf`,
    );
  });
});

describe("A message with misleading JSON", () => {
  const urls = [
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "//evil.test/x",
    "https://bank.test@evil.test/",
    "http://",
    "",
    `https://x.test/${"a".repeat(5000)}`,
  ];
  for (const url of urls) {
    it(`gives no link to ${url.slice(0, 40) || "nothing"}`, () => {
      expect(shown({ FileName: "a", HttpUrl: url }, { msgType: "5" })).to.equal("[file] a");
      expect(shown(`[obj type="url" value="${url}"]`)).to.equal("[link]");
    });
  }

  it("shows names without control and direction characters, and sizes only if they are sizes", () => {
    const FileName = "invoice\u202e\u0007fdp\n\t.exe\u2066";
    expect(shown({ FileName, FileSize: "lots\n[file] b" }, { msgType: "5" })).to.equal(
      "[file] invoicefdp .exe",
    );
    expect(shown({ FileName: { a: 1 }, HttpUrl: ["x"] }, { msgType: "5" })).to.equal(
      '{"FileName":{"a":1},"HttpUrl":["x"]}',
    );
    expect(shown({ name: "x", latitude: "1e9", longitude: 5 }, { msgType: "16" })).to.equal("[location] x");
  });

  it("has no link for relative URLs if no base is configured", () => {
    const presentation = { messages: messagesConfig.parse({}) };
    expect(shown({ url: "file/p.png", FileName: "p" }, { msgType: "30", presentation })).to.equal(
      "[picture] p",
    );
    expect(shown('[obj type="image" value="file/p.png"]', { presentation })).to.equal("[picture]");
    expect(shown('See [obj type="url" value="www.x.test/a"]!', { presentation })).to.equal(
      "See www.x.test/a!",
    );
  });
});
