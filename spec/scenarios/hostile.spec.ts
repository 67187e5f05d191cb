/** A hostile user takes no more of the component than their budgets, and others are served meanwhile. */
import { expect } from "chai";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import { memoryBytes } from "../../scripts/lab/processes.js";
import { onServer, ownComponentOn } from "../support/servers.js";
import { MUC, Person } from "./rooms-people.js";

const LONG = "x".repeat(25 * 1024);
/** So long that a parser sees it in pieces; the next stanza is enough to make it look at the whole. */
const WIDE = "y".repeat(38 * 1024);
/** Without budgets, each entry would bring 2.5 MB: so many would take a gigabyte. */
const ENTRIES = 400;
const MOST_BYTES = 500e6;

onServer("prosody", {}, (stage) => {
  const component = ownComponentOn(stage);

  it("a user who sends a long attribute into a room makes the server wait for nothing more of the component", async () => {
    const { domain } = stage.server.component();
    const [mallory, juliet] = [await stage.client("mallory"), await stage.client("juliet")];
    const [room, quiet] = [`wide@${domain}`, `calm@${domain}`];
    await enters(mallory, room);
    await enters(juliet, quiet);
    const to = { to: room, type: "groupchat" };
    await mallory.send(xml("message", { ...to, id: "m1" }, xml("x", { xmlns: "urn:x", long: WIDE })));
    // Her own stream, too, waits for as many bytes; the component hears nothing of these.
    const host = mallory.bareJid.split("@")[1] ?? "";
    await mallory.send(xml("iq", { to: host, type: "get", id: "m2" }, xml("x", { xmlns: "urn:x" }, WIDE)));
    await mallory.next(({ attrs }) => attrs.id === "m2");
    await juliet.send(xml("message", { to: quiet, type: "groupchat", id: "j1" }, xml("body", {}, "hello")));
    await juliet.next(({ attrs }) => attrs.id === "j1" && attrs.from?.startsWith(quiet) === true);
    expect(component().log).to.not.contain("silent");
  });

  it("a user who enters a room with a long history again and again is answered, and costs others nothing", async () => {
    const { domain } = stage.server.component();
    const [mallory, juliet] = [await stage.client("mallory"), await stage.client("juliet")];
    const [room, quiet] = [`loud@${domain}`, `quiet@${domain}`];
    await enters(mallory, room, { historylength: "100" });
    for (let i = 0; i < 100; i++) {
      const To = [{ User: "loud" }];
      const said = { From: mallory.bareJid, To, Body: LONG, Type: "groupchat", Domain: domain };
      expect((await component().post("send_message", said)).status).to.equal(200);
    }
    await enters(juliet, quiet);
    const flood = Array.from({ length: ENTRIES }, () => mallory.send(entry(room)));
    await juliet.send(xml("message", { to: quiet, type: "groupchat", id: "j1" }, xml("body", {}, "hello")));
    await juliet.next(({ attrs }) => attrs.id === "j1" && attrs.from?.startsWith(quiet) === true);
    await Promise.all(flood);
    // Some are answered, the others are refused or wait for their turn.
    const isOwn = ({ name, attrs }: Element): boolean =>
      name === "presence" && attrs.from === `${room}/me` && attrs.type !== "error";
    for (let answered = 0; answered < 20; answered++) await mallory.next(isOwn);
    expect((await component().get("/healthz"))?.status).to.equal(200);
    expect(memoryBytes(component().pid, "VmHWM")).to.be.below(MOST_BYTES);
  });
});

/** Creates a room, and stays inside. */
async function enters(client: Client, room: string, fields: Record<string, string> = {}): Promise<void> {
  const owner = new Person(client, room, "me");
  await owner.enters();
  expect((await owner.configures(fields)).attrs.type).to.equal("result");
}

function entry(room: string) {
  return xml("presence", { to: `${room}/me` }, xml("x", { xmlns: MUC }));
}
