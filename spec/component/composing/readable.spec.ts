import { expect } from "chai";
import { composeText, compose } from "../../../component/composing/message.js";
import { Refusal } from "../../../component/refusal.js";
import { read } from "../muc/stanza-lines.js";
import { FROM, messages, reads, sent, TO } from "./sent-body.js";

describe("A message of one of QTalk's types", () => {
  it("is text that people can use", () =>
    reads(`
      5 {FileName: 报告.pdf, FileSize: 12.3KB, HttpUrl: file/a.pdf} = [file] 报告.pdf 12.3KB | BASE/file/a.pdf
      5 {FileName: a.pdf, FileSize: 12600, HttpUrl: https://x.test/a} = [file] a.pdf 12.3KB | https://x.test/a
      16 {name: 中关村, adress: 海淀区, latitude: "39.98546", longitude: 116.312695}
        = [location] 中关村 海淀区 | geo:39.985460,116.312695
      666 {title: News, desc: of today, linkurl: https://x.test/n} = [link] News | of today | https://x.test/n
      4096 {data: {title: 门票, price: "12", touchDtlUrl: https://x.test/p}} = [product] 门票 | 12 | https://x.test/p
      512 {content: 恭喜发财, url: https://x.test/r} = [red packet] 恭喜发财 | https://x.test/r
      134217728 {title: Moving, content: tomorrow, linkurl: https://x.test/m}
        = [notice] Moving | tomorrow | https://x.test/m
      268435456 {title: Order, content: [{sub_title: No, sub_content: "7"}, {sub_title: For, sub_content: two}]}
        = [notice] Order | No: 7 | For: two
      64 {Code: "if (a < b)\\n  return;", CodeType: C} = [code] C | \`\`\` | if (a < b) |   return; | \`\`\`
      2 {Seconds: 65} = [voice] 1:05
      2 {HttpUrl: file/v.amr, Seconds: "5"} = [voice] 0:05 | BASE/file/v.amr
    `));

  it("is its URL alone, with the text beside it, if clients show it inline", () =>
    reads(`
      30 {url: file/p.png} = BASE/file/p.png + [picture]
      3 '[obj type="image" value="/file/p.png" width=10 height=20]' = BASE/file/p.png + [picture]
      32 {FileUrl: file/p.png, FileName: v.mp4, ThumbUrl: t} = BASE/file/p.png + [video] v.mp4
      1 ' https://x.test/a.png ' = https://x.test/a.png + [picture]
      1 https://x.test/a.png = https://x.test/a.png + [picture]
      1 'http://x.test/b.JPEG?name=b#1' = http://x.test/b.JPEG?name=b#1 + [picture]
      1 https://x.test/图/c.webp = https://x.test/%E5%9B%BE/c.webp + [picture]
    `));

  it("is parsed from extendInfo if the body is a placeholder", () =>
    reads(`
      666 请升级客户端 & {title: "", linkurl: https://x.test/n} = [link] 请升级客户端 | https://x.test/n
      257 会议邀请 & {标题: 周会, 时间: 三点, url: https://x.test/m}
        = [meeting] 会议邀请 | 标题: 周会 | 时间: 三点 | https://x.test/m
      257 "" & {keyValues: [{Time: 3 pm}, {Place: here}], params: {id: 1}} = [meeting] Time: 3 pm | Place: here
    `));

  it("shows objects inside text as links, numbers and names", () => {
    const text =
      '看[obj type="url" value="https://x.test/a?b=1&c=2"]吧 [obj type="emoticon" value="[/wx]" width=q height=0]' +
      '[obj type="tel" value="010-1"]\n[obj type="image" value="file/p.png"][obj type="other" value="x"]';
    for (const msgType of ["1", "12", "7777"])
      reads(
        `${msgType} ${JSON.stringify(text)}
          = 看 https://x.test/a?b=1&c=2 吧 [wx]010-1 | BASE/file/p.png [obj type="other" value="x"]`,
      );
  });

  it("stays unchanged if it is invalid, empty, unknown or long, or no picture's URL, or the option is off", () => {
    reads(`
      5 '{"FileName":' = same
      5 '[1]' = same
      5 {other: 1} = same
      5 {FileName: {a: 1}, HttpUrl: [x]} = same
      1 {FileName: a, HttpUrl: https://x.test/a} = same
      2001 {FileName: a, HttpUrl: https://x.test/a} = same
      5 {FileName: a, HttpUrl: https://x.test/a, long: ${"x".repeat(20_000)}} = same
      1 'plain {text} [obj' = same
      1 '[obj type="image" value="x' = same
      1 https://x.test/a.png b = same
      1 https://x.test/a.pdf = same
      1 ftp://x.test/a.png = same
      1 https://x@y/a.png = same
      1 a.png = same
      1 https://x.test/a?b=c.png = same
    `);
    reads("5 {FileName: a, HttpUrl: https://x.test/a} = same", { readable: "off" });
  });

  it("keeps its attributes, and a URL of the caller", () => {
    const body = '<body msgType="30" id="b1">{"url":"https://x.test/a.png"}</body>';
    const oob = '<x xmlns="jabber:x:oob"><url>https://x.test/b</url></x>';
    const { stanza } = compose(read(`<message type="chat">${body}${oob}</message>`), FROM, TO, { messages });
    expect(stanza.getChild("body")?.attrs).to.deep.equal({ msgType: "30", id: "b1" });
    expect(stanza.getChildren("x").map((x) => x.getChildText("url"))).to.deep.equal(["https://x.test/b"]);
  });

  it("is in the language of messages.language", () =>
    reads(
      `
      5 {FileName: report.pdf, HttpUrl: https://x.test/r} = [文件] report.pdf | https://x.test/r
      1 '[obj type="image" value="x:y"]' = [图片]
      32 {HttpUrl: https://x.test/v} = https://x.test/v + [视频]`,
      { language: "zh" },
    ));

  it("is the same from send_message", () => {
    const body = JSON.stringify({ FileName: "a.pdf", HttpUrl: "file/a.pdf" });
    const message = composeText({ type: "chat", body, msgType: "5", extendInfo: "" }, 0);
    if (message instanceof Refusal) throw new Error(message.message);
    expect(compose(message, FROM, TO, { messages }).stanza.getChildText("body")).to.equal(
      "[file] a.pdf\nhttps://im.example.org/file/a.pdf",
    );
  });
});

describe("A message with misleading JSON", () => {
  it("gives no link to what is no page or file", () => {
    const schemes = ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.test/x"];
    for (const url of [
      ...schemes,
      "https://bank.test@evil.test/",
      "http://",
      "",
      `https://x.test/${"a".repeat(5000)}`,
    ])
      reads(`
        5 {FileName: a, HttpUrl: "${url}"} = [file] a
        1 '[obj type="url" value="${url}"]' = [link]
      `);
  });

  it("shows names without control and direction characters, and sizes only if they are sizes", () => {
    const FileName = "invoice\u202e\u0007fdp\n\t.exe\u2066";
    const stanza = sent(JSON.stringify({ FileName, FileSize: "lots\n[file] b" }), { msgType: "5" });
    expect(stanza.getChildText("body")).to.equal("[file] invoicefdp .exe");
    reads('16 {name: x, latitude: "1e9", longitude: 5} = [location] x');
  });

  it("has no link for relative URLs if no base is configured", () =>
    reads(
      `
      30 {url: file/p.png, FileName: p} = [picture] p
      1 '[obj type="image" value="file/p.png"]' = [picture]
      1 'See [obj type="url" value="www.x.test/a"]!' = See www.x.test/a!`,
      {},
    ));
});
