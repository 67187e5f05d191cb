/** Commands on a database whose disk is full. */
import { expect } from "chai";
import { ComponentProcess } from "../../../scripts/lab/component-process.js";
import { freePort } from "../../../scripts/lab/ports.js";
import { command, operate, type Outcome } from "../../support/command-line.js";
import { Folder } from "../../support/folder.js";

describe("A full disk", () => {
  it("is what commands say that change something, and they work again when there is space", async () => {
    const access = {
      service: `xmpp://127.0.0.1:${await freePort()}`,
      domain: "c.x.test",
      password: "S",
    };
    const folder = new Folder();
    const template = folder.file("template.liquid", `{{ text }}${"x".repeat(8_000)}`);
    const component = await ComponentProcess.start({
      access,
      hosts: ["x.test"],
      node: ["--import", new URL("../../support/filling-disk.js", import.meta.url).href],
    });
    try {
      await component.alive();
      process.kill(component.pid, "SIGUSR2");
      const add = (name: string): Promise<Outcome> =>
        command(component, "hook", "add", name, "--to", "li@x.test", "--template", template);
      let refused: Outcome | undefined;
      // What was stored and deleted before leaves some space.
      for (let n = 0; n < 30 && refused === undefined; n += 1) {
        const outcome = await add(`hook${n}`);
        if (outcome.code !== 0) refused = outcome;
      }
      expect(refused).to.eql({
        code: 75,
        stdout: "",
        stderr: "the disk is full; nothing was accepted, try again.\n",
      });
      expect(await operate(component, "hook", "list")).to.contain("hook");
      process.kill(component.pid, "SIGUSR2");
      await component.until(async () => (await add("later")).code === 0, "storing again");
    } finally {
      await component.stop();
      folder.remove();
    }
  });
});
