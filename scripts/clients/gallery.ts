/** A page of pictures: every scene as every client shows it, side by side. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { missingFor, type Candidate } from "./clients.js";
import type { Scene } from "./scene.js";
import { Stage } from "./stage.js";
import { Surroundings } from "./surroundings.js";
import { Web } from "./web.js";

export interface Shot {
  readonly scene: Scene;
  readonly client: string;
  /** What is on the picture, or what went wrong. */
  readonly words: string;
  /** The picture's file name. */
  readonly picture: string;
}

/** What is said of a scene that a client has nothing for. */
const CANNOT = "left out, as it has none";

export interface Plan {
  readonly scenes: readonly Scene[];
  readonly clients: readonly Candidate[];
  /** Where pictures and the page go. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** Plays all, writes the pictures and index.html. @returns whether everything was seen as it should be */
export async function makeGallery({ scenes, clients, folder, say }: Plan): Promise<boolean> {
  mkdirSync(folder, { recursive: true });
  const shots: Shot[] = [];
  let isRight = true;
  const web = await Web.open();
  try {
    for (const candidate of clients) {
      const missing = missingFor(candidate);
      if (missing.length > 0) {
        say(`${candidate.name} is left out: apt-get install ${missing.join(" ")}`);
        continue;
      }
      for (const scene of scenes) {
        const taken: Shot[] = [];
        const fault = await play({ scene, candidate, folder, web, taken });
        say(`${candidate.name}: ${scene.title}: ${fault ?? "seen"}`);
        shots.push(...taken);
        isRight &&= fault === undefined || fault === CANNOT;
      }
    }
  } finally {
    await web.close();
  }
  writeFileSync(join(folder, "index.html"), page(scenes, shots));
  return isRight;
}

/** The file name of a scene's picture, the first of which has the number 1. */
export function pictureName(scene: string, number: number, client: string): string {
  return `${scene}-${number}-${client.toLowerCase()}.png`;
}

interface Play {
  readonly scene: Scene;
  readonly candidate: Candidate;
  readonly folder: string;
  readonly web: Web;
  /** Takes the pictures. */
  readonly taken: Shot[];
}

/** Plays a scene on a server of its own, so that names are the same everywhere. @returns what went wrong */
async function play({ scene, candidate, folder, web, taken }: Play): Promise<string | undefined> {
  const surroundings = await Surroundings.open();
  try {
    const stage = await Stage.open(surroundings.server, web);
    const client = await candidate.open(surroundings, web);
    const shot = async (words: string): Promise<void> => {
      const picture = pictureName(scene.name, taken.length + 1, candidate.name);
      await client.screenshot(join(folder, picture));
      taken.push({ scene, client: candidate.name, words, picture });
    };
    try {
      if (scene.isFor?.(client) === false) return CANNOT;
      await scene.play({ stage, client, shot });
      return undefined;
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      await shot(`not as it should be: ${fault}`).catch(() => undefined);
      return fault;
    } finally {
      await client.close();
      await stage.close();
    }
  } finally {
    await surroundings.close();
  }
}

function page(scenes: readonly Scene[], shots: readonly Shot[]): string {
  const rows = scenes.map((scene) => {
    const figures = shots
      .filter((shot) => shot.scene === scene)
      .map(
        ({ client, words, picture }) =>
          `<figure><img src="${picture}" alt=""><figcaption><b>${client}</b>: ${escape(words)}</figcaption></figure>`,
      );
    return `<h2>${escape(scene.title)}</h2>\n<div>${figures.join("\n")}</div>`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>What people see</title>
<style>
body { font: 16px/1.4 sans-serif; margin: 2em; }
h2::first-letter { text-transform: uppercase; }
div { display: grid; grid-template-columns: repeat(auto-fill, minmax(480px, 1fr)); gap: 1em; }
figure { margin: 0; }
img { width: 100%; border: 1px solid #ccc; }
figcaption { white-space: pre-wrap; }
</style>
<h1>What people see of what programs send</h1>
${rows.join("\n")}
</html>
`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
