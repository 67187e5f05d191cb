/** A component that is killed while it uploads a file: the post is said, once, by the next process. */
import { once, EventEmitter } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { RawComponent } from "../support/raw-component.js";
import { onEachServer, ownComponentOn } from "../support/servers.js";
import { addHook, inRoom } from "./hooks-world.js";

const UPLOAD = "upload.qtalk.test.org";
const NS = "urn:xmpp:http:upload:0";
const INFO = "http://jabber.org/protocol/disco#info";

/** Answers as an upload service whose slots are at a web server, until the connection ends. */
async function serveSlots(service: RawComponent, web: string): Promise<void> {
  for (;;) {
    const asked = await service.next((stanza) => stanza.is("iq") && stanza.attrs.type === "get");
    const { from, id } = asked.attrs;
    const [payload] = asked.getChildElements();
    const name = payload?.attrs.filename ?? "";
    const answers: Readonly<Record<string, string>> = {
      [INFO]: `<query xmlns="${INFO}"><identity category="store" type="file"/><feature var="${NS}"/></query>`,
      [NS]: `<slot xmlns="${NS}"><put url="${web}/${name}"/><get url="${web}/${name}"/></slot>`,
    };
    const answer = answers[payload?.getNS() ?? ""];
    const error =
      '<error type="cancel"><service-unavailable xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>';
    const type = answer === undefined ? "error" : "result";
    service.write(
      `<iq type="${type}" from="${UPLOAD}" to="${from ?? ""}" id="${id ?? ""}">${answer ?? error}</iq>`,
    );
  }
}

describe("A component that is killed while it uploads a picture", () => {
  onEachServer(
    (stage) => {
      const running = ownComponentOn(stage);

      it("says the post after its next start, once, with the picture", async () => {
        const component = running();
        const puts = new EventEmitter();
        const web = createServer((request, response) => {
          request.resume().on("end", () => puts.emit("put", response));
        });
        await once(web.listen(0, "127.0.0.1"), "listening");
        const base = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
        const slots = serveSlots(await stage.component(UPLOAD), base).catch(() => undefined);
        try {
          const juliet = await inRoom(stage, component, "ops");
          const url = await addHook(component, "cameras", "--to", juliet.room);
          const put = once(puts, "put");
          const post = fetch(url, {
            method: "PUT",
            headers: { filename: "door.png", title: "Door", message: "Somebody is there" },
            body: Buffer.from("89504e470d0a1a0a", "hex"),
          }).then(
            () => "answered",
            () => "lost",
          );
          await put;
          await component.end("SIGKILL");
          expect(await post).to.equal("lost");
          const again = once(puts, "put");
          component.launch();
          const [response] = (await again) as [ServerResponse];
          response.writeHead(201).end();
          const from = `${juliet.room}/cameras`;
          const said = ["Door\nSomebody is there\n", `${base}/door.png`];
          for (const body of [...said].reverse())
            await juliet.client.next(
              (stanza) => stanza.attrs.from === from && stanza.getChildText("body") === body,
            );
          const url2 = await addHook(component, "last", "--to", juliet.room);
          await fetch(url2, { method: "POST", body: "the end" });
          await juliet.client.next((stanza) => stanza.getChildText("body") === "the end");
          const heard = juliet.client.received.filter(
            (stanza) => stanza.is("message") && stanza.attrs.from === from,
          );
          expect(heard.map((stanza) => stanza.getChildText("body")).sort()).to.deep.equal(said.sort());
        } finally {
          web.closeAllConnections();
          web.close();
        }
        await stage.clear();
        await slots;
      });
    },
    { components: [{ domain: "conference.qtalk.test.org" }, { domain: UPLOAD }] },
  );
});
