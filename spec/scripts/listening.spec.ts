import { expect } from "chai";
import { agrees, parseListen, passedSocket, type Listen } from "../../http/listen.js";
import { portHolder } from "../../scripts/listening.js";

const listen = (text: string): Listen => parseListen(text) ?? expect.fail(text);

describe("systemd's socket", () => {
  it("is taken over only if systemd passed it to this process", () => {
    expect(passedSocket({ LISTEN_PID: "7", LISTEN_FDS: "1" }, 7)).to.equal(3);
    expect(passedSocket({ LISTEN_PID: "8", LISTEN_FDS: "1" }, 7)).to.equal(undefined);
    expect(passedSocket({ LISTEN_PID: "7", LISTEN_FDS: "0" }, 7)).to.equal(undefined);
    expect(passedSocket({}, 7)).to.equal(undefined);
  });

  it("must have the address of http.listen", () => {
    const bound = (text: string): { address: string; port: number } => {
      const { host, port } = listen(text);
      return { address: host, port };
    };
    for (const [configured, passed, same] of [
      ["127.0.0.1:10050", "127.0.0.1:10050", true],
      ["localhost:10050", "[::1]:10050", true],
      ["localhost:10050", "10.0.0.1:10050", false],
      ["im.example.org:10050", "10.0.0.1:10050", true],
      ["[0:0::0:1]:10050", "[::1]:10050", true],
      ["127.0.0.1:10050", "0.0.0.0:10050", false],
      ["127.0.0.1:10051", "127.0.0.1:10050", false],
    ] as const)
      expect(agrees(listen(configured), bound(passed)), `${configured} and ${passed}`).to.equal(same);
  });

  it("is what check and doctor tell of: who holds the port, or will when the component starts", () => {
    const port = listen("127.0.0.1:10050");
    const address = "127.0.0.1:10050";
    const waits = "(qtalk-component.socket): calls wait while the component restarts";
    for (const [state, isRunning, text, todo] of [
      ["active", true, `systemd holds the port ${address} ${waits}`, undefined],
      ["active", false, `systemd holds the port ${address} ${waits}`, undefined],
      [
        "inactive",
        false,
        `when the component is started, systemd holds the port ${address} ${waits}`,
        undefined,
      ],
      [
        "inactive",
        true,
        `the component holds the port ${address} itself: calls fail`,
        "systemctl stop qtalk-component",
      ],
      ["masked", false, `the component itself holds the port ${address} when it runs`, "systemctl unmask"],
    ] as const) {
      const holder = portHolder(port, isRunning, { state, address });
      expect(holder?.text, state).to.contain(text);
      if (todo === undefined) expect(holder?.todo, state).to.equal(undefined);
      else expect(holder?.todo, state).to.contain(todo);
    }
    for (const state of ["active", "inactive"] as const) {
      const other = portHolder(port, false, { state, address: "127.0.0.1:8080" });
      expect(other?.text).to.contain("but http.listen is 127.0.0.1:10050: calls fail");
      expect(other?.todo).to.contain("or http.listen to 127.0.0.1:8080");
    }
  });
});
