/** Starts the headless browser that the system's packages provide. */
import { chromium, type Browser } from "playwright-core";
import { findExecutable } from "./find.js";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Starts Chromium. @throws Error if no Chromium is installed */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = NAMES.map(findExecutable).find((path) => path !== undefined);
  if (executablePath === undefined) throw new Error("No Chromium is installed: apt-get install chromium");
  // The sandbox is switched off, as it doesn't work for root, and the browser only loads pages from loopback here. The
  // GPU is switched off, too, as Chromium would emulate a missing one.
  const args = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"];
  return await chromium.launch({ executablePath, args });
}
