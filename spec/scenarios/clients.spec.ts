/**
 * Converse.js, an ordinary client in a real browser, shows what programs do by HTTP. With PICTURES=FOLDER the scenes write
 * the guide's pictures into this folder.
 */
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../scripts/lab/browser.js";
import { Converse } from "../clients/converse.js";
import { scenes } from "../clients/scenes.js";
import { ChatStage } from "../clients/stage.js";
import { Web } from "../clients/web.js";
import { componentOn, onServer } from "../support/servers.js";

const { PICTURES } = process.env;

describe("Converse.js", () => {
  let browser: Browser;
  let web: Web;
  before(async () => {
    browser = await launchBrowser();
    web = await Web.open();
  });
  after(async () => {
    await browser.close();
    await web.close();
  });

  const options = {
    hosts: ["example.org"],
    components: [{ domain: "groups.example.org" }],
    modules: { webSocket: true },
  };
  onServer("prosody", options, (server) => {
    const running = componentOn(server);
    let stage: ChatStage;
    let client: Converse;
    const shot = async (file: string, height?: number): Promise<void> => {
      if (PICTURES !== undefined) await client.screenshot(join(PICTURES, file), height);
    };
    before(() => {
      stage = new ChatStage(server, running(), web);
      client = new Converse(browser, web, server.server.webSocket);
    });
    afterEach(() => client.logOut());

    for (const scene of scenes) {
      it(`shows ${scene.title}`, () => scene.play({ stage, client, shot }));
    }
  });
});
