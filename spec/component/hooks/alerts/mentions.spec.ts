/** Whom an alert mentions, so that their clients ring: nicknames in its first line, each with a reference (XEP-0372). */
import { expect } from "chai";
import { withMentions } from "../../../../component/hooks/alerts/mentions.js";
import { Jid } from "../../../../component/addresses/address.js";

const coven = Jid.parse("coven@rooms.test")!;

/** What the references are about, by code points (XEP-0426, section 4). */
function referred(text: string, nicks: readonly string[]): readonly string[] {
  const marked = withMentions(text, nicks, coven);
  const points = Array.from(marked.text);
  return marked.mentions.map(({ begin, end }) => points.slice(begin, end).join(""));
}

describe("The mentions of an alert", () => {
  it("are at the end of its first line, and the other lines stay", () => {
    expect(withMentions("🔴 DiskFull: db1\nmore", ["Romeo", "Juliet"], coven).text).to.equal(
      "🔴 DiskFull: db1 · Romeo, Juliet\nmore",
    );
  });

  it("are referred to letter by letter, whatever signs stand before", () => {
    for (const text of ["DiskFull", "🔴 DiskFull 👩‍💻", "磁盘已满 🔴\nmore"])
      expect(referred(text, ["Romeo", "朱丽叶 👀", "Mercutio"])).to.deep.equal([
        "Romeo",
        "朱丽叶 👀",
        "Mercutio",
      ]);
  });

  it("name the occupant by an address that is a valid URI", () => {
    const { mentions } = withMentions("DiskFull", ["third witch/?#"], coven);
    expect(mentions.map(({ uri }) => uri)).to.deep.equal(["xmpp:coven@rooms.test/third%20witch%2F%3F%23"]);
  });

  it("are none for nobody", () => {
    expect(withMentions("DiskFull\nmore", [], coven)).to.deep.equal({ text: "DiskFull\nmore", mentions: [] });
  });
});
