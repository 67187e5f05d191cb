/** Somebody who administers the service makes a room, finds it, and destroys it, by the client's commands. */
import { cast, type Scene } from "../scene.js";

const MAKE = "Make a room";
const LIST = "List or find rooms";
const CONFIGURE = "Configure a room";
const NAMES = ["Get a key for web services", LIST, "See who is inside a room", MAKE, CONFIGURE];

export const administration: Scene = {
  title: "an administrator's commands, and what comes of them",
  play: async ({ stage, client, shot }) => {
    const { lisi, wangwu } = await cast(stage);
    await stage.appoint(lisi);
    await client.logIn(lisi.account);
    const { commands } = client;
    await commands.list(stage.service, NAMES);
    await shot("commands.png");
    await commands.begin(MAKE);
    await commands.submit("duty", "值班室", "Who is on duty", wangwu.address);
    await commands.shows("was made");
    await commands.begin(LIST);
    await commands.submit("值班");
    await commands.shows("值班室 (duty");
    await commands.begin(CONFIGURE);
    await commands.submit("duty");
    await commands.shows("Only members may enter");
    await shot("room-form.png");
    await commands.begin(MAKE);
    await commands.submit("duty", "Another", "", lisi.address);
    await commands.shows("room: duty@");
  },
};
