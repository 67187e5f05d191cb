import { createHash } from "node:crypto";
import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { errorOf, ROOM, lineOf } from "../play.js";
import { onStage } from "../stage.js";
import { fieldsOf } from "../stanza-lines.js";
import { crone, hag, stranger } from "../../../plays/people.js";

const CAPS = "http://jabber.org/protocol/caps";
const DISCO = "http://jabber.org/protocol/disco#info";
const VCARD = `<vCard xmlns="vcard-temp"><PHOTO><TYPE>image/png</TYPE><BINVAL>iVBORw0KGgo=</BINVAL></PHOTO></vCard>`;

const inOrder = (parts: readonly string[]): string =>
  [...parts]
    .sort()
    .map((part) => `${part}<`)
    .join("");

/** The hash of XEP-0115 §5.1, made independently from the answer's query. */
function hashed(query: Element | undefined): string {
  const attrsOf = (name: string) => query?.getChildren(name).map(({ attrs }) => attrs) ?? [];
  const identities = attrsOf("identity").map(
    (one) => `${one.category ?? ""}/${one.type ?? ""}//${one.name ?? ""}`,
  );
  const features = attrsOf("feature").map((one) => one.var ?? "");
  const { FORM_TYPE = "", ...fields } = fieldsOf(query?.getChild("x", "jabber:x:data"));
  const form = Object.entries(fields).map(([name, values]) => `${name}<${inOrder(values.split("\n"))}`);
  const string = [inOrder(identities), inOrder(features), `${FORM_TYPE}<`, ...form.sort()].join("");
  return createHash("sha1").update(string, "utf8").digest("base64");
}

describe("a room's capabilities", () => {
  const play = onStage({}, [hag.opens`roomname=女巫 roomdesc=暗`]);

  const enters = async (from: string, nick: string): Promise<Element[]> => {
    await play.goesIn(from, nick);
    return play.hears(from, "all");
  };
  const own = (heard: readonly Element[]): Element[] =>
    heard.filter(({ name, attrs }) => name === "presence" && attrs.from === ROOM);
  const nodeIn = (presence: Element | undefined): string => {
    const caps = presence?.getChild("c", CAPS)?.attrs;
    expect(caps?.hash).to.equal("sha-1");
    return `${caps?.node ?? ""}#${caps?.ver ?? ""}`;
  };
  const asks = (from: string, node: string): Promise<Element> =>
    play.asks(from, "get", `<query xmlns="${DISCO}" node="${node}"/>`);
  /** Somebody asks for what a presence says the room can do, and gets what the hash says. */
  const verify = async (from: string, presence: Element | undefined): Promise<string> => {
    const node = nodeIn(presence);
    const answer = await asks(from, node);
    expect(answer.getChild("query")?.attrs.node).to.equal(node);
    expect(node.split("#")[1]).to.equal(hashed(answer.getChild("query")));
    return node;
  };

  it("are sent to newcomers after their own presence, and have the hash of disco#info", async () => {
    await play.says(hag.address, "Hail!");
    const heard = await enters(crone.address, "crone");
    const [presence, ...more] = own(heard);
    expect(more).to.deep.equal([]);
    expect(heard.map(lineOf)).to.deep.equal([
      "presence coven/hag owner/moderator",
      "presence coven/crone none/participant 110",
      "presence coven",
      'message coven/hag groupchat "Hail!" delayed',
      'message coven groupchat ""',
    ]);
    await verify(crone.address, presence);
  });

  it("don't change with occupants and subject", async () => {
    const [first] = own(await enters(crone.address, "crone"));
    const node = await verify(crone.address, first);
    await play.posts(hag.address, "<subject>Toads</subject>");
    const [second] = own(await enters(stranger.address, "stranger"));
    expect(nodeIn(second)).to.equal(node);
    expect(own(play.hears(crone.address, "all"))).to.deep.equal([]);
    const answer = (await play.asks(crone.address, "get", `<query xmlns="${DISCO}"/>`)).toString();
    expect(answer)
      .to.match(/roominfo_occupants"[^]*?<value>3</)
      .and.match(/roominfo_subject"[^]*?<value>Toads</);
    expect((await asks(crone.address, node)).toString()).not.to.match(
      /roominfo_(?:occupants|subject)"|Toads/,
    );
  });

  it("are sent to everybody once when they change, with the picture's hash", async () => {
    const before = await verify(crone.address, own(await enters(crone.address, "crone"))[0]);
    await play.acts([hag.configures`moderatedroom=1`]);
    const [moderated, ...none] = own(play.hears(crone.address, "all"));
    expect(none).to.deep.equal([]);
    expect(await verify(crone.address, moderated)).not.to.equal(before);
    expect(errorOf(await asks(crone.address, before))).to.equal("cancel/item-not-found by coven");

    await play.asks(hag.address, "set", VCARD);
    const [pictured] = own(play.hears(crone.address, "all"));
    expect(await verify(crone.address, pictured)).not.to.equal(nodeIn(moderated));
    await play.acts([hag.configures`moderatedroom=0`]);
    const [both] = own(play.hears(crone.address, "all"));
    await verify(crone.address, both);
    const photo = both?.getChild("x", "vcard-temp:x:update")?.getChildText("photo");
    expect(photo).to.have.length(40);
    await play.acts([hag.configures`maxusers=20`]);
    expect(own(play.hears(crone.address, "all")), "what the hash says nothing of").to.deep.equal([]);
  });

  it("can't be queried by users who may not enter", async () => {
    await play.acts([hag.configures`membersonly=1`]);
    const [presence] = own(play.hears(hag.address, "all"));
    const node = await verify(hag.address, presence);
    expect(errorOf(await asks(stranger.address, node))).to.equal("cancel/item-not-found by coven");
  });
});
