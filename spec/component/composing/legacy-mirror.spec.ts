import { expect } from "chai";
import { withPresentMirror } from "../../../component/composing/legacy-mirror.js";
import { NS, type Element } from "../../../component/xml/builder.js";
import { together } from "../../../component/xml/splice.js";
import type { Database } from "../../../storage/database.js";
import { crone, hag, Play, ROOM, wiccarocks } from "../muc/play.js";
import { asStored, type WireText } from "../../../component/xml/wire-text.js";

const OLD =
  '<qtalk xmlns="urn:qtalk:stanza:0"><message client_ver="0"/><body msgType="257" extendInfo="{&quot;a&quot;:&#10;1}"/></qtalk>';
const NEW = OLD.replace("stanza:0", "stanza:1")
  .replace("<message ", "<message-attributes ")
  .replace("<body ", "<body-attributes ");

/** Puts a database into the form in which the first release left it. */
function asAtFirst(db: Database): void {
  for (const table of ["archive", "outbox", "dead_letters"]) {
    db.exec(
      `UPDATE ${table} SET stanza = replace(replace(replace(stanza,
         '${NS.qtalk}', 'urn:qtalk:stanza:0'), '<message-attributes ', '<message '), '<body-attributes ', '<body ')`,
    );
  }
  db.exec("UPDATE outbox SET kind = NULL, sender = NULL, call = NULL");
}

function expectPresentForm(message: Element | undefined): void {
  expect(message?.getChild("qtalk", "urn:qtalk:stanza:0")).to.equal(undefined);
  const mirror = message?.getChild("qtalk", NS.qtalk);
  expect(mirror?.children.map((child) => typeof child !== "string" && child.name)).to.deep.equal([
    "message-attributes",
    "body-attributes",
  ]);
  expect(mirror?.getChild("message-attributes")?.attrs).to.deep.equal({ client_ver: "0" });
  expect(mirror?.getChild("body-attributes")?.attrs).to.deep.equal({ id: "b1", msgType: "257" });
}

describe("What the first release left in the database", () => {
  const message = "<message client_ver='0' type='chat'><body id='b1' msgType='257'>old</body></message>";

  it("is sent with its attributes in the present form, the sender's copy too", async () => {
    const before = await new Play().ready();
    before.link.confirms = false;
    before.link.isUp = false;
    before.link.emit("down", { cause: "network", text: "cut" });
    await before.operations.sendThirdMessage([{ from: "hag66", to: "crone1", message }]);
    before.close();
    asAtFirst(before.db);

    const after = await new Play({ db: before.db }).ready();
    const said = await after.until(() => after.hears("crone1@qtalk.test.org")[0]);
    expectPresentForm(said);
    const copy = await after.until(() => after.hears("hag66@qtalk.test.org")[0]);
    const sent = copy.getChild("sent", NS.carbons)?.getChild("forwarded", NS.forward);
    expectPresentForm(sent?.getChild("message", NS.client));
    after.close();
  });

  it("is read so in the archive, and heard so by those who enter", async () => {
    const before = await new Play().ready();
    await before.roomOf(hag, "hag");
    await before.operations.sendThirdMessage([{ from: "hag66", to: ROOM, message }]);
    before.close();
    asAtFirst(before.db);

    const after = await new Play({ db: before.db }).ready();
    const heard = await after.enters(crone, "crone");
    expectPresentForm(heard.find((stanza) => stanza.getChild("body") !== undefined));
    await after.asks(wiccarocks, "set", '<query xmlns="urn:xmpp:mam:2"/>');
    const [result] = after.hears(wiccarocks);
    const forwarded = result?.getChild("result", "urn:xmpp:mam:2")?.getChild("forwarded", NS.forward);
    expectPresentForm(forwarded?.getChild("message", NS.client));
    after.close();
  });

  it("keeps the attributes' values, and whatever else it holds, to the letter", () => {
    const around = (mirror: string): WireText =>
      asStored(
        `<message from="a@x.org" to="b@x.org"><body>&lt;b&gt; &#13;</body>${mirror}<x xmlns="urn:y"><body a="1"/></x></message>`,
      );
    const plain = asStored('<message to="c@x.org"><body>urn:qtalk:stanza:0</body></message>');
    expect(withPresentMirror(together([around(OLD), plain]))).to.equal(together([around(NEW), plain]));
  });

  it("stays as it is where it can't be read", () => {
    const bad = asStored(`<message>${OLD.replace("client_ver", "a:b")}</message>`);
    expect(withPresentMirror(bad)).to.equal(bad);
  });
});
