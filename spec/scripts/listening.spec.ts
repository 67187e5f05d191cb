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

  it("is what check and doctor tell of", () => {
    const port = listen("127.0.0.1:10050");
    expect(portHolder(port, "127.0.0.1:10050")).to.deep.equal({
      text: "systemd holds the port 127.0.0.1:10050 (qtalk-component.socket): calls wait while the component restarts",
    });
    expect(portHolder(port, "")?.todo).to.contain("systemctl enable qtalk-component.socket");
    expect(portHolder(port, "127.0.0.1:8080")?.text).to.contain(
      "but http.listen is 127.0.0.1:10050: calls fail",
    );
    expect(portHolder(port, "127.0.0.1:8080")?.todo).to.contain("or http.listen to 127.0.0.1:8080");
  });
});
