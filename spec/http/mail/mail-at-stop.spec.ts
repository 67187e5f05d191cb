/** A mail that arrives while the component stops, over the wire: the answer says what became of it. */
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { expect } from "chai";
import { ComponentProcess } from "../../../scripts/lab/component-process.js";
import { freePort, LOOPBACK } from "../../../scripts/lab/ports.js";
import { FaultServer } from "../../support/fault-server.js";
import { openDatabase } from "../../../storage/database.js";

describe("A mail when the component stops", () => {
  let server: FaultServer;
  let component: ComponentProcess;
  let to: string;
  let port: number;

  before(async () => {
    port = await freePort();
    server = await FaultServer.start("c.x.test", "S");
    const access = { service: server.service, domain: "c.x.test", password: "S" };
    const smtp = { listen: `${LOOPBACK}:${port}` };
    component = await ComponentProcess.start({ access, hosts: ["x.test"], config: { smtp } });
    await component.ready();
    // From now on messages wait for the server, and answers with them.
    Object.assign(server.faults, { messagesToSelf: "hold", pings: "hold" });
    const url =
      /http\S+/.exec(await component.command("hook", "add", "nas", "--to", "juliet@x.test"))?.[0] ?? "";
    const [, id, secret] = /hooks\/([^/]+)\/(\S+)/.exec(url) ?? [];
    to = `${id}+${secret}@x.test`;
  });
  after(async () => {
    await component.stop();
    await server.hideAway();
  });

  /** A client that has said `lines`, and hears replies. */
  const client = async (
    ...lines: readonly string[]
  ): Promise<{ socket: Socket; replies: string[]; closed: Promise<unknown> }> => {
    const socket = connect(port, LOOPBACK);
    const replies: string[] = [];
    const reader = createInterface({ input: socket }).on("line", (line) => replies.push(line));
    const closed = once(socket, "close");
    await once(reader, "line");
    for (const line of lines) {
      socket.write(`${line}\r\n`);
      await once(reader, "line");
    }
    return { socket, replies, closed };
  };

  it("says 250 if the mail is on disk, and 421 if it isn't there as a whole", async () => {
    const sending = ["HELO x", "MAIL FROM:<>", `RCPT TO:<${to}>`, "DATA"];
    const idle = await client("HELO x");
    const half = await client(...sending);
    half.socket.write("Subject: half\r\n\r\nof it\r\n");
    const whole = await client(...sending);
    whole.socket.write("Subject: whole\r\n\r\nall of it\r\n.\r\n");
    const stored = (): number => {
      const db = openDatabase(component.database, { readonly: true });
      const count = db.prepare<[], number>("SELECT count(*) FROM hook_messages").pluck().get();
      db.close();
      return count ?? 0;
    };
    await component.until(() => stored() === 1, "stored");
    await component.stop();
    await Promise.all([idle, half, whole].map(({ closed }) => closed));
    expect(idle.replies.at(-1)).to.match(/^421 /);
    expect(half.replies.at(-1)).to.match(/^421 /);
    const [answer] = whole.replies.filter((reply) => !/^(220|250 (qtalk|.*ccepted|2\.[01])|354)/.test(reply));
    expect(answer).to.match(/^250 .*queued/);
  });
});
