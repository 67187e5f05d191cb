/** Starts Gajim with an account. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Sqlite } from "../../../storage/sqlite.js";
import type { Account } from "../../../scripts/lab/options.js";
import { DRAWN_MS, type Display } from "./display.js";

const SETTINGS_VERSION = 7;
/** Where the button for reactions is, if a message with two lines is at the bottom of a window of 1000x700. */
const REACT = { x: 872, y: 606 };
const WORKSPACE = { "3ba6f8fe-0000-4000-8000-000000000001": {} };

export async function startGajim(
  display: Display,
  { username, host, password }: Required<Account>,
): Promise<void> {
  const path = join(display.makeFolder(".config/gajim"), "settings.sqlite");
  const address = `${username}@${host}`;
  const app = {
    use_keyring: false,
    check_for_update: false,
    plugins_update_check: false,
    show_help_start_chat: false,
    ask_for_status: false,
    emoji_picker_recent: "",
    show_status_icon: false,
    hide_groupchat_occupants_list: true,
  };
  const account = {
    ...{ address, account_label: address, active: true, autoconnect: true },
    ...{ savepass: true, password, resource: "gajim" },
  };
  const database = new Sqlite(path);
  database.exec("CREATE TABLE settings (name TEXT UNIQUE, settings TEXT)");
  database.exec("CREATE TABLE account_settings (account TEXT UNIQUE, settings TEXT)");
  database.pragma(`user_version = ${SETTINGS_VERSION}`);
  const setting = database.prepare("INSERT INTO settings (name, settings) VALUES (?, ?)");
  const empty = { soundevents: {}, status_presets: {}, proxies: {}, plugins: {}, window_sizes: {} };
  for (const [name, value] of Object.entries({ app, workspaces: WORKSPACE, ...empty }))
    setting.run(name, JSON.stringify(value));
  database
    .prepare("INSERT INTO account_settings (account, settings) VALUES (?, ?)")
    .run(address, JSON.stringify({ account, contact: {}, group_chat: {} }));
  database.close();
  display.own(path);
  display.start("gajim", []);
  await display.window("Gajim");
}

/** Enters the room that the first activity invites to, in a window of 1000x700 or more. */
export async function acceptInGajim(display: Display): Promise<void> {
  const [bell, first] = [
    { x: 34, y: 65 },
    { x: 200, y: 140 },
  ];
  // What is there besides is as wide in each window.
  const JOIN = { x: display.middle.x + 336, y: 431 };
  for (const { x, y } of [bell, first, JOIN]) {
    await sleep(DRAWN_MS);
    await display.click(x, y);
  }
}

/** Reacts with 👀 to the message at the bottom of the conversation, which has two lines, in a window of 1000x700. */
export async function takeInGajim(display: Display): Promise<void> {
  const { x, y } = REACT;
  await display.until("the button for reactions", async () => {
    await display.move(700, y - 10);
    await display.move(702, y);
    await sleep(DRAWN_MS);
    if (!(await display.shows(x, y))) throw new Error("it is hidden");
  });
  await display.click(x, y);
  await sleep(DRAWN_MS);
  await display.chooseEyes();
}
