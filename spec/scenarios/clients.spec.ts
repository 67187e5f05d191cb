/** What a person sees in Converse.js, an ordinary client in a real browser, of what programs do by HTTP. */
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../scripts/lab/browser.js";
import { Converse } from "../../scripts/clients/converse.js";
import { scenes } from "../../scripts/clients/scenes.js";
import { Stage } from "../../scripts/clients/stage.js";
import { Web } from "../../scripts/clients/web.js";
import { onEachServer } from "../support/servers.js";

describe("Converse.js", function () {
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

  onEachServer(
    ({ server }) => {
      let stage: Stage;
      let client: Converse;
      before(async () => {
        stage = await Stage.open(server, web);
        client = new Converse(browser, web, server.webSocket);
      });
      afterEach(async () => {
        await client.logOut();
        await stage.clear();
      });
      after(() => stage.close());

      for (const scene of scenes) {
        it(`shows ${scene.title}`, () => scene.play({ stage, client, shot: () => Promise.resolve() }));
      }
    },
    { modules: { webSocket: true } },
  );
});
