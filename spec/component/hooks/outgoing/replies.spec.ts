/** What becomes of a program's answer to an event: messages and reactions of the hook's bot, in a room that the test plays. */
import { expect } from "chai";
import type { ProgramAnswer } from "../../../../component/hooks/outgoing/answer.js";
import { Replies } from "../../../../component/hooks/outgoing/replies.js";
import type { RemotePost } from "../../../../component/hooks/remote/posts.js";
import type { Element } from "../../../../component/xml/builder.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import type { StoredOutgoingHook } from "../../../../storage/outgoing-hooks-store.js";
import { read } from "../../muc/play.js";
import { hookDependencies, roomElsewhere } from "../hook-dependencies.js";
import { event, hook } from "./parts.js";

const ROOM = "coven@rooms.test";
const NOTHING: ProgramAnswer = { text: "", isReply: false, reactions: undefined, corrects: undefined };

describe("A program's answer to an event", () => {
  let db: Database;
  let said: Element[];
  let delivered: number;
  let replies: Replies;
  let counted: () => Promise<readonly string[]>;

  beforeEach(() => {
    db = openDatabase(":memory:");
    [said, delivered] = [[], 0];
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    const dependencies = hookDependencies(db);
    const post = (posts: readonly RemotePost[]): Promise<"confirmed"> =>
      dependencies.commit.run(() => {
        for (const { stanza, note } of posts) {
          note();
          said.push(read(stanza));
        }
        return "confirmed" as const;
      });
    const { context, remote } = roomElsewhere(post);
    replies = new Replies(dependencies, context, remote);
    counted = async () => {
      const all = await dependencies.metrics.registry.metrics();
      return all.match(/^qtalk_hook_replies_total\{.*$/gm) ?? [];
    };
  });
  afterEach(() => db.close());

  const send = (answer: Partial<ProgramAnswer>, data: object = { stanza_id: "s1", nick: "juliet" }) => {
    const body = JSON.stringify({ type: "room-message", data });
    const told = { ...event(1, `e${delivered}`, { replyTo: ROOM, body, happenedAt: 0 }), rowId: 1 };
    const asked = { ...hook({ bot: "bot" }), id: 1 } as unknown as StoredOutgoingHook;
    return replies.send({ hook: asked, event: told, answer: { ...NOTHING, ...answer } }, () => delivered++);
  };
  const children = (): string[] =>
    said.map((stanza) =>
      stanza
        .getChildElements()
        .map((child) => child.name)
        .join(),
    );

  it("is said once, with the event's id, and takes the event from the queue", async () => {
    expect(await send({ text: "On it" })).to.equal("sent");
    expect(said.map((stanza) => [stanza.attrs.id, stanza.getChildText("body")])).to.deep.equal([
      ["e0", "On it"],
    ]);
    expect(delivered).to.equal(1);
    expect((await counted()).join()).to.match(/result="sent".* 1$/);
  });

  it("can be a reaction to the message of the event, or an answer to it", async () => {
    expect(await send({ reactions: ["👀"] })).to.equal("sent");
    const [reacted] = said;
    expect(reacted?.getChild("reactions", "urn:xmpp:reactions:0")?.attrs.id).to.equal("s1");
    expect(await send({ text: "Yes", isReply: true })).to.equal("sent");
    expect(said[1]?.getChild("reply", "urn:xmpp:reply:0")?.attrs).to.include({
      id: "s1",
      to: `${ROOM}/juliet`,
    });
  });

  it("is refused, and counted, as far as it reacts to a message without an id; its text is said", async () => {
    expect(await send({ reactions: ["👀"] }, { nick: "juliet" })).to.equal("dropped");
    expect([said.length, delivered]).to.deep.equal([0, 0]);
    expect((await counted()).join()).to.match(/result="refused".* 1$/);
    expect(await send({ text: "On it", reactions: ["👀"] }, { nick: "juliet" })).to.equal("sent");
    expect(children()).to.have.length(1);
    expect(children()[0]).to.contain("body").and.not.contain("reactions");
    expect((await counted()).join("\n"))
      .to.match(/result="refused".* 2$/m)
      .and.match(/result="sent".* 1$/m);
  });

  it("counts no refusal for one whose reactions were made", async () => {
    await send({ text: "On it", reactions: ["👀"] });
    expect(children().sort().join("; ")).to.match(/body.*; .*reactions/);
    expect((await counted()).join()).to.not.contain("refused");
  });
});
