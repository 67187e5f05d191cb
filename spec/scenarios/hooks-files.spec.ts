/** Posts bring pictures and other files, which clients show: uploaded to the server, or served by the component. */
import { expect } from "chai";
import type { Element } from "../../scripts/lab/client.js";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import { onEachServer, ownComponentOn, type TestServer } from "../support/servers.js";
import { addHook, inRoom } from "./hooks-world.js";

const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.from("x".repeat(2_000))]);
const OOB = "jabber:x:oob";

/** The address that programs and clients would use; there is no proxy here. */
const PUBLIC = "https://im.test.org";
const upload = (isOpen: boolean) => ({ modules: { upload: { domain: "upload.qtalk.test.org", isOpen } } });

/** Posts a picture to a new hook of a new room. @returns what is said, and the id that the program gets */
async function said(
  stage: TestServer,
  component: ComponentProcess,
  messages: number,
): Promise<{ readonly heard: readonly Element[]; readonly id: string | null }> {
  const juliet = await inRoom(stage, component, `ops-${(count += 1)}`);
  const url = await addHook(component, `cameras-${count}`, "--to", juliet.room);
  const response = await fetch(url.replace(PUBLIC, `http://127.0.0.1:${component.httpPort}`), {
    method: "PUT",
    headers: { filename: "door.png", title: "Door", message: "Somebody is there" },
    body: PNG,
  });
  const heard: Element[] = [];
  while (heard.length < messages)
    heard.push(
      await juliet.client.next(
        (stanza) => stanza.attrs.from === `${juliet.room}/cameras-${count}` && stanza.is("message"),
      ),
    );
  return { heard, id: response.headers.get("x-qtalk-message-id") };
}

let count = 0;

describe("A picture that a program posts", () => {
  const isPicture = async ({ heard, id }: Awaited<ReturnType<typeof said>>, at?: string): Promise<void> => {
    const [picture, text] = heard;
    const link = picture?.getChildText("body") ?? "";
    expect(picture?.getChild("x", OOB)?.getChildText("url")).to.equal(link);
    expect(link).to.match(/\/door\.png$/);
    expect([text?.attrs.id, text?.getChildText("body")]).to.deep.equal([id, "Door\nSomebody is there\n"]);
    const read = await fetch(at === undefined ? link : link.replace(PUBLIC, at));
    expect(read.headers.get("content-type")).to.equal("image/png");
    expect(Buffer.from(await read.arrayBuffer()).equals(PNG)).to.equal(true);
  };

  onEachServer((stage) => {
    const running = ownComponentOn(stage);
    it("is uploaded to the server", async () => {
      await isPicture(await said(stage, running(), 2));
    });
  }, upload(true));

  onEachServer((stage) => {
    it("is named in the text if only users may upload, and the log says why", async () => {
      const component = await stage.start();
      await component.ready();
      const { heard, id } = await said(stage, component, 1);
      expect(heard.map((each) => [each.attrs.id, each.getChildText("body")])).to.deep.equal([
        [id, "Door\nSomebody is there\n📎 door.png, 2 KiB (could not be uploaded)\n"],
      ]);
      expect(component.log).to.contain("refuses the component (forbidden): permit it in the server");
    });

    it("is served by the component then, if hooks have a public URL", async () => {
      const component = await stage.start(undefined, { config: { hooks: { url: PUBLIC } } });
      await component.ready();
      await isPicture(await said(stage, component, 2), `http://127.0.0.1:${component.httpPort}`);
    });
  }, upload(false));
});
