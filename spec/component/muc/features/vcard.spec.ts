import { hash } from "node:crypto";
import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, errorOf, hag, onStage, stranger, lineOf, wiccarocks } from "../play.js";

const VCARD = `<vCard xmlns="vcard-temp"/>`;
const INFO = `<query xmlns="http://jabber.org/protocol/disco#info"/>`;
const CAULDRON = Buffer.from("89504e470d0a1a0a", "hex");
const BROOM = Buffer.concat([CAULDRON, Buffer.alloc(3000, 7)]);
const sha1 = (bytes: Buffer): string => hash("sha1", bytes);

const photo = (bytes: Buffer | string): string =>
  `<PHOTO><TYPE>image/png</TYPE><BINVAL>${typeof bytes === "string" ? bytes : bytes.toString("base64")}</BINVAL></PHOTO>`;
const vcardOf = (...inside: readonly string[]): string => VCARD.replace("/>", `>${inside.join("")}</vCard>`);

describe("a room's picture", () => {
  const play = onStage({ avatarBytes: 4096 }, async (play) => {
    await play.roomOf(hag, "hag", { "muc#roomconfig_membersonly": "1" });
    await play.affiliates(hag, "crone1@qtalk.test.org", "admin");
    await play.enters(crone, "crone");
    play.hush();
  });

  const sets = (from: string, vcard: string): Promise<Element> => play.asks(from, "set", vcard);
  const reads = (from: string): Promise<Element> => play.asks(from, "get", VCARD);
  const pictureIn = (answer: Element): string | undefined =>
    answer.getChild("vCard", "vcard-temp")?.getChild("PHOTO")?.getChildText("BINVAL") ?? undefined;
  const isEmpty = (answer: Element): boolean =>
    answer.attrs.type === "result" && answer.getChild("vCard", "vcard-temp")?.children.length === 0;
  /** A line for each stanza, and the hash where it tells of a picture: `presence coven #9a3f…`. */
  const toldOf = (stanza: Element): string => {
    const update = stanza.getChild("x", "vcard-temp:x:update")?.getChild("photo");
    return update === undefined ? lineOf(stanza) : `${lineOf(stanza)} #${update.getText()}`;
  };
  const hears = (who: string): string[] => play.hears(who).map(toldOf);
  /** The field of muc#roominfo: its type and its values. */
  const advertised = async (from = crone): Promise<string[] | undefined> => {
    const form = (await play.asks(from, "get", INFO)).getChild("query")?.getChild("x", "jabber:x:data");
    const field = form?.getChildren("field").find(({ attrs }) => attrs.var === "muc#roominfo_avatarhash");
    return field && [field.attrs.type ?? "", ...field.getChildren("value").map((value) => value.getText())];
  };

  it("is set by an owner, and its hash is sent to occupants", async () => {
    expect((await sets(hag, vcardOf(photo(CAULDRON)))).attrs.type).to.equal("result");
    const heard = [`presence coven #${sha1(CAULDRON)}`, "message coven groupchat 104"];
    expect(hears(hag)).to.deep.equal(heard);
    expect(hears(crone)).to.deep.equal(heard);
    expect(pictureIn(await reads(crone))).to.equal(CAULDRON.toString("base64"));
  });

  it("is an empty vCard if none was set, for users who may know the room", async () => {
    expect(isEmpty(await reads(crone))).to.equal(true);
    expect(errorOf(await reads(stranger))).to.equal("auth/forbidden by coven");
  });

  it("can't be set by anybody else, not even administrators", async () => {
    for (const who of [crone, wiccarocks, stranger]) {
      expect(errorOf(await sets(who, vcardOf(photo(CAULDRON))))).to.equal("auth/forbidden by coven");
    }
    expect(isEmpty(await reads(hag))).to.equal(true);
    expect(hears(hag)).to.deep.equal([]);
  });

  it("is announced to newcomers after their own presence, and again with a replay", async () => {
    await sets(hag, vcardOf(photo(CAULDRON)));
    await play.says(hag, "before");
    await play.affiliates(hag, "wiccarocks@qtalk.test.org", "member");
    play.hush();
    for (const time of ["first", "again"]) {
      expect((await play.enters(wiccarocks, "wicca")).map(toldOf), time).to.deep.equal([
        "presence coven/hag owner/moderator",
        "presence coven/crone admin/moderator",
        "presence coven/wicca member/participant 110",
        `presence coven #${sha1(CAULDRON)}`,
        'message coven/hag groupchat "before" delayed',
        'message coven groupchat ""',
      ]);
    }
    expect(hears(hag)).to.deep.equal(["presence coven/wicca member/participant"]);
  });

  it("is announced when it is changed and removed", async () => {
    await sets(hag, vcardOf(photo(CAULDRON)));
    play.hears(crone);
    await sets(hag, vcardOf(photo(BROOM)));
    expect(hears(crone)).to.deep.equal([`presence coven #${sha1(BROOM)}`, "message coven groupchat 104"]);
    expect(await advertised()).to.deep.equal(["text-multi", sha1(BROOM)]);
    await sets(hag, VCARD);
    expect(hears(crone)).to.deep.equal(["presence coven #", "message coven groupchat 104"]);
    expect(await advertised()).to.equal(undefined);
    expect(isEmpty(await reads(crone))).to.equal(true);
    expect((await play.enters(crone, "crone")).map(toldOf).join("\n")).not.to.contain("#");
  });

  it("isn't announced if it is the same, nor anything if the whole vCard is", async () => {
    await sets(hag, vcardOf(photo(CAULDRON)));
    play.hears(crone);
    expect((await sets(hag, vcardOf(photo(CAULDRON)))).attrs.type).to.equal("result");
    expect(hears(crone)).to.deep.equal([]);
    await sets(hag, vcardOf("<FN>Coven</FN>", photo(CAULDRON)));
    expect(hears(crone)).to.deep.equal(["message coven groupchat 104"]);
    expect((await reads(crone)).getChild("vCard")?.getChildText("FN")).to.equal("Coven");
  });

  it("can have several formats, and all their hashes are advertised", async () => {
    await sets(hag, vcardOf(photo(CAULDRON), photo(BROOM)));
    expect(await advertised()).to.deep.equal(["text-multi", sha1(CAULDRON), sha1(BROOM)]);
    expect(hears(crone)[0]).to.equal(`presence coven #${sha1(CAULDRON)}`);
  });

  it("is normalised if its base64 has line breaks", async () => {
    const lines = BROOM.toString("base64").replace(/.{76}/g, "$&&#13;\n  ");
    await sets(hag, vcardOf(photo(`\n${lines}\n`)));
    expect(pictureIn(await reads(crone))).to.equal(BROOM.toString("base64"));
    expect(await advertised()).to.deep.equal(["text-multi", sha1(BROOM)]);
    expect(errorOf(await sets(hag, vcardOf(photo("no picture!"))))).to.equal("modify/bad-request by coven");
  });

  it("is refused if it is too large, and the old one stays", async () => {
    await sets(hag, vcardOf(photo(CAULDRON)));
    play.hears(crone);
    for (const vcard of [
      vcardOf(photo(Buffer.alloc(4097))),
      vcardOf(photo(Buffer.alloc(2048)), photo(Buffer.alloc(2049))),
      vcardOf(photo(CAULDRON), `<DESC>${"x".repeat(17_000)}</DESC>`),
      vcardOf(...Array.from({ length: 9 }, () => photo(CAULDRON))),
    ]) {
      expect(errorOf(await sets(hag, vcard))).to.equal("modify/policy-violation by coven");
    }
    expect(hears(crone)).to.deep.equal([]);
    expect(pictureIn(await reads(crone))).to.equal(CAULDRON.toString("base64"));
    expect((await sets(hag, vcardOf(photo(Buffer.alloc(4096))))).attrs.type).to.equal("result");
  });

  it("isn't a logo or a link; the rest of the vCard is kept", async () => {
    const logo = photo(BROOM).replaceAll("PHOTO", "LOGO");
    const elsewhere = `<PHOTO><EXTVAL>https://example.org/coven.png</EXTVAL></PHOTO>`;
    await sets(hag, vcardOf("\n  <FN>Coven</FN>\n  ", logo, elsewhere));
    expect(await advertised()).to.equal(undefined);
    const vcard = (await reads(crone)).getChild("vCard");
    expect(vcard?.getChildText("FN")).to.equal("Coven");
    expect(vcard?.getChild("LOGO")?.getChildText("BINVAL")).to.equal(BROOM.toString("base64"));
    expect(vcard?.getChild("PHOTO")?.getChildText("EXTVAL")).to.equal("https://example.org/coven.png");
  });

  it("is empty if the stored vCard is damaged", async () => {
    await sets(hag, vcardOf(photo(CAULDRON)));
    play.db.exec("UPDATE room_vcards SET vcard = '<vCard'");
    expect(isEmpty(await reads(crone))).to.equal(true);
  });

  it("survives a restart, and is deleted with the room", async () => {
    await sets(hag, vcardOf(photo(CAULDRON)));
    await play.restarts({ rooms: { tombstone_days: 0 } });
    expect(await advertised()).to.deep.equal(["text-multi", sha1(CAULDRON)]);
    expect(pictureIn(await reads(crone))).to.equal(CAULDRON.toString("base64"));
    await play.destroys(hag);
    expect(play.count("room_vcards")).to.equal(0);
    await play.roomOf(hag, "hag");
    expect(await advertised()).to.equal(undefined);
    expect(isEmpty(await reads(crone))).to.equal(true);
  });

  it("is deleted with a large room a little later", async () => {
    await sets(hag, vcardOf(photo(CAULDRON)));
    const items: string[] = [];
    for (let count = 0; count < 101; count += 1) {
      items.push(`<item affiliation="member" jid="witch${count}@qtalk.test.org"/>`);
    }
    await play.administers(hag, items.join(""));
    await play.destroys(hag);
    await play.roomOf(hag, "hag");
    expect(await advertised()).to.equal(undefined);
    const left = play.db.prepare("SELECT count(*) FROM room_vcards").pluck();
    await play.until(() => (left.get() === 0 ? true : undefined));
  });

  it("stays the old one for everybody if the disk refuses the new one", async () => {
    await sets(hag, vcardOf(photo(CAULDRON)));
    play.hush();
    play.db.exec("CREATE TRIGGER full BEFORE INSERT ON room_vcards BEGIN SELECT RAISE(ABORT, 'full'); END");
    expect(errorOf(await sets(hag, vcardOf(photo(BROOM))))).to.equal("wait/resource-constraint");
    expect(hears(crone)).to.deep.equal([]);
    expect(await advertised()).to.deep.equal(["text-multi", sha1(CAULDRON)]);
    expect(pictureIn(await reads(crone))).to.equal(CAULDRON.toString("base64"));
  });
});
