import { expect } from "chai";
import { parseImage, parseVcard } from "../../../component/people/vcard.js";
import { xml, type Element } from "../../../component/xml/builder.js";

const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(20)]);
const text = (name: string, value: string): Element => xml(name, {}, value);
const vcard = (...children: Element[]): Element => xml("vCard", "vcard-temp", ...children);

describe("A vCard", () => {
  it("has the owner's full name or nickname", () => {
    expect(parseVcard(vcard(text("NICKNAME", "小测"), text("FN", "测试")), 100).name).to.equal("测试");
    expect(parseVcard(vcard(text("NICKNAME", "小测"), text("FN", " \n ")), 100).name).to.equal("小测");
    expect(parseVcard(vcard(), 100).name).to.equal(undefined);
  });

  it("has a cleaned and limited name", () => {
    expect(parseVcard(vcard(text("FN", "  张 \n 三 ")), 100).name).to.equal("张 三");
    const long = parseVcard(vcard(text("FN", "字".repeat(255) + "😀😀")), 100).name ?? "";
    expect(long).to.equal("字".repeat(255));
  });

  it("has the web URL of a picture, and no other URL", () => {
    const avatarOf = (url: string): string =>
      parseVcard(vcard(xml("PHOTO", {}, text("EXTVAL", url))), 100).avatar;
    expect(avatarOf("https://x.test/a.png")).to.equal("https://x.test/a.png");
    expect(avatarOf("javascript:alert(1)")).to.equal("");
    expect(avatarOf("file:///etc/passwd")).to.equal("");
    expect(avatarOf(`https://x.test/"onload=x`)).to.equal("");
    expect(avatarOf(`https://x.test/${"a".repeat(3000)}`)).to.equal("");
  });

  it("has an embedded picture, whatever type it claims", () => {
    const photo = xml("PHOTO", {}, text("TYPE", "text/html"), text("BINVAL", PNG.toString("base64")));
    const { image } = parseVcard(vcard(photo), 100);
    expect(image?.type).to.equal("image/png");
    expect(image?.name).to.match(/^[0-9a-f]{64}\.png$/);
    expect(image?.bytes.equals(PNG)).to.equal(true);
  });
});

describe("A picture in a vCard", () => {
  const base64 = (...parts: (string | Buffer)[]): string =>
    Buffer.concat(parts.map((p) => (typeof p === "string" ? Buffer.from(p, "latin1") : p))).toString(
      "base64",
    );

  it("is identified by its bytes", () => {
    const heads = [PNG, "\xff\xd8\xff\xe0", "GIF89a", "RIFF\0\0\0\0WEBPVP8 "];
    const types = heads.map((head) => parseImage(base64(head, Buffer.alloc(20)), 100)?.type);
    expect(types).to.deep.equal(["image/png", "image/jpeg", "image/gif", "image/webp"]);
  });

  it("is rejected if a browser could show it as a document", () => {
    const svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";
    for (const data of [svg, "<html>", "%PDF-1.7", "", "RIFF\0\0\0\0WAVE"])
      expect(parseImage(base64(data), 100), data).to.equal(undefined);
  });

  it("is rejected if it is too large", () => {
    expect(parseImage(base64(PNG, Buffer.alloc(72)), 100)?.bytes).to.have.length(100);
    expect(parseImage(base64(PNG, Buffer.alloc(73)), 100)).to.equal(undefined);
    expect(parseImage("A".repeat(10_000), 100)).to.equal(undefined);
  });

  it("may have line breaks in base64", () => {
    const lines = base64(PNG).replace(/.{10}/g, "$&\n  ");
    expect(parseImage(lines, 100)?.bytes.equals(PNG)).to.equal(true);
  });
});
