/** A browser without a window, from the system's packages. */
import { chromium, type Browser } from "playwright-core";
import { findExecutable } from "./find.js";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** @throws Error where none is installed */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = NAMES.map(findExecutable).find((path) => path !== undefined);
  if (executablePath === undefined) throw new Error("No Chromium is installed: apt-get install chromium");
  // Its sandbox doesn't work for root, and it reads nothing but loopback here; without a GPU it would emulate one.
  const args = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"];
  return await chromium.launch({ executablePath, args });
}
