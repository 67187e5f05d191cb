import { chromium, type Browser } from "playwright-core";
import { findExecutable } from "./installed.mjs";
import { PATIENCE_MS } from "./inbox.js";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Starts the Chromium of the system's packages. @throws Error if none is installed */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = NAMES.map(findExecutable).find((path) => path !== undefined);
  if (executablePath === undefined) throw new Error("No Chromium is installed: apt-get install chromium");
  // The sandbox doesn't work for root, and isn't needed for pages from loopback. Without the other options, a missing
  // GPU would be emulated.
  const args = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"];
  return await chromium.launch({ executablePath, args, timeout: PATIENCE_MS });
}
