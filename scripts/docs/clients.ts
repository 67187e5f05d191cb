/** The guide's pictures of Converse.js: plays the scenes on a private ejabberd. `node dist/scripts/docs/clients.js` */
import { join } from "node:path";
import { Converse } from "../clients/converse.js";
import { scenes } from "../clients/scenes.js";
import { Stage } from "../clients/stage.js";
import { Web } from "../clients/web.js";
import { launchBrowser } from "../lab/browser.js";
import { startServer } from "../lab/create.js";
import { GUIDE } from "./parts.js";

const web = await Web.open();
const browser = await launchBrowser();
try {
  for (const scene of scenes) {
    // A server for each: accounts and rooms are called the same in every picture.
    const server = await startServer("ejabberd", { modules: { webSocket: true } });
    const stage = await Stage.open(server, web);
    const client = new Converse(browser, web, server.webSocket);
    const shot = (file: string): Promise<void> => client.screenshot(join(GUIDE, "pictures", file));
    try {
      await scene.play({ stage, client, shot });
    } finally {
      await client.logOut();
      await stage.close();
      await server.stop();
    }
  }
} finally {
  await browser.close();
  await web.close();
}
