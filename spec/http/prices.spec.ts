/** What a body may cost before it is known what it says: without any right, and with that to one call. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { Refusal } from "../../component/refusal.js";
import { jsonOf } from "../../http/json.js";
import { Interface } from "../support/interface.js";
import { busiestTurn } from "../support/turns.js";
import { ConsoleStage } from "./console/stage.js";

/** Without prices, these took 0.3 to 2 s each, in one turn. */
const MOST_MS = 300;
const keys = (count: number): string =>
  `{${Array.from({ length: count }, (_, number) => `"k${number}":1`).join()}}`;
const refusalOf = (text: string, most?: number): string => {
  const read = jsonOf(Buffer.from(text), most);
  return read instanceof Refusal ? read.message : "read";
};

describe("The price of JSON", () => {
  it("is that of its values and of its different keys", () => {
    expect(refusalOf(keys(990))).to.equal("read");
    expect(refusalOf(keys(20_000))).to.contain("more than 1000 different keys");
    expect(refusalOf(`[${'{"user":"juliet","host":"x"},'.repeat(20_000)}{}]`)).to.equal("read");
    expect(refusalOf(`[${"{},".repeat(50_000)}{}]`)).to.contain("more than the 100000 values allowed");
    expect(refusalOf(`[${"1,".repeat(10_000)}1]`, 10_000)).to.contain("more than the 10000 values allowed");
    expect(refusalOf(`[${"1,".repeat(9_000)}1]`, 10_000)).to.equal("read");
  });

  it("isn't that of its texts", () => {
    const text = `,:[{\\"`.repeat(200_000);
    expect(refusalOf(JSON.stringify({ text }))).to.equal("read");
    expect(jsonOf(Buffer.from(JSON.stringify({ text })))).to.deep.equal({ raw: { text } });
  });

  it("is found without parsing it", async () => {
    const bodies = [keys(700_000), `[${"[],".repeat(2_600_000)}1]`, `[${'{"a":1},'.repeat(900_000)}1]`];
    for (const body of bodies.map((each) => Buffer.from(each)))
      expect(await busiestTurn(() => Promise.resolve(jsonOf(body)), { times: 3 })).to.be.below(MOST_MS);
  });
});

describe("A body", () => {
  let http: Interface;
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await http.close();
  });
  const begin = (path: string, more: string): Socket => {
    const socket = connect(http.port, "127.0.0.1");
    socket.on("error", () => undefined);
    sockets.push(socket);
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${more}\r\n\r\n`,
    );
    return socket;
  };

  it("of a call without a list has at most the size of a message", async () => {
    http = await Interface.open();
    const long = JSON.stringify({ u: "x".repeat(2_000_000), k: "1" });
    expect(await http.fault("auth_uk", long)).to.contain("has more than the 1638400 bytes allowed");
    expect(await http.fault("auth_uk", `{"u":[${"1,".repeat(5_000)}1]}`)).to.contain("2000 values");
  });

  it("that is refused closes its connection if it goes on", async () => {
    http = await Interface.open();
    const socket = begin("/qtalk/nothing", "Content-Length: 50000000").setEncoding("utf8");
    const [answer] = (await once(socket, "data")) as [string];
    expect(answer).to.contain("request not defined");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const more = (): void => {
      while (socket.writable && socket.write("x".repeat(10_000)));
      socket.once("drain", more);
    };
    more();
    await closed;
    // What is on its way through the kernel may be some megabytes.
    expect(socket.bytesWritten).to.be.below(25_000_000);
  });
});

describe("A login", () => {
  it("has at most a kilobyte, because anybody may send one", async () => {
    const stage = await ConsoleStage.open();
    const { json } = await stage.posts("login", { token: "x".repeat(2_000) });
    expect(json.error?.message).to.contain("has more than the 1024 bytes allowed");
    expect((await stage.posts("login", { token: "x".repeat(100) })).json.error?.code).to.equal("login");
    await stage.close();
  });
});
