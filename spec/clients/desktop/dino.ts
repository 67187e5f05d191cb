/** Starts Dino with an account. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Sqlite } from "../../../storage/sqlite.js";
import type { Account } from "../../../scripts/lab/options.js";
import { DRAWN_MS, type Display } from "./display.js";

/** The width of the frame, in pixels. */
const FRAME = 5;
/** Where a dialog's button "Join" is, from the middle of the screen. */
const JOIN = { x: 126, y: -80 };

export async function startDino(
  display: Display,
  { username, host, password }: Required<Account>,
): Promise<void> {
  const path = join(display.folder, ".local/share/dino/dino.db");
  // Only Dino itself knows its tables: it makes them when it first starts.
  const first = display.start("dino", []);
  await display.until("Dino's database", async () => readTables(path));
  await display.window("Dino");
  first.kill();
  await once(first, "exit");
  const database = new Sqlite(path);
  const address = `${username}@${host}`;
  database
    .prepare("INSERT INTO account (bare_jid, resourcepart, password, enabled) VALUES (?, 'dino', ?, 1)")
    .run(address, password);
  database.close();
  display.start("dino", []);
  await display.window("Dino");
}

/** Cuts the frame of a picture: the place of the window's shadow, which only a compositor draws. */
export function withoutFrame(path: string, scale = 1): void {
  execFileSync("mogrify", ["-shave", `${FRAME * scale}x${FRAME * scale}`, path]);
}

/** @throws Error until the tables are there */
function readTables(path: string): Promise<void> {
  const database = new Sqlite(path, { readonly: true, fileMustExist: true });
  try {
    database.prepare("SELECT * FROM account").all();
  } finally {
    database.close();
  }
  return Promise.resolve();
}

/** Enters the room that the newest desktop notification invites to. */
export async function acceptInDino(display: Display): Promise<void> {
  await display.accept();
  await sleep(DRAWN_MS);
  const { x, y } = display.middle;
  await display.click(x + JOIN.x, y + JOIN.y);
}
