/** What people see, on the command line: `npm run clients` plays the scenes with real clients and takes pictures. */
import { copyFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { clients } from "./clients/clients.js";
import { makeGallery, pictureName } from "./clients/gallery.js";
import { scenes } from "./clients/scenes.js";

const HELP = `Plays scenes with the chat clients that are installed here, on a private ejabberd with the component, and takes a
picture of every one. Needs port 5222 of loopback, which Dino insists on. Installs nothing: it says what is missing.

  --client NAME   only this one; may be given again (${clients.map(({ name }) => name).join(", ")})
  --scene NAME    only this one; may be given again (${scenes.map(({ name }) => name).join(", ")})
  --docs          only the guide's pictures, and puts them where it shows them
  --to FOLDER     where the pictures and index.html go (${join(tmpdir(), "qtalk-gallery")})`;

const { values } = parseArgs({
  options: {
    client: { type: "string", multiple: true },
    scene: { type: "string", multiple: true },
    to: { type: "string", default: join(tmpdir(), "qtalk-gallery") },
    docs: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** The guide's pictures: which of a scene's, and the file that the guide shows. */
const PICTURES = [
  { scene: "direct-message", number: 1, file: "direct-message.png" },
  { scene: "picture-and-file", number: 1, file: "picture-and-file.png" },
  { scene: "invitation", number: 2, file: "room.png" },
  { scene: "administration", number: 1, file: "commands.png" },
  { scene: "administration", number: 3, file: "room-form.png" },
];
const FOLDER = "http/docs/guide/pictures";

const wanted = values.docs
  ? { client: ["Converse.js"], scene: PICTURES.map(({ scene }) => scene) }
  : { client: values.client, scene: values.scene };
const chosen = {
  clients: clients.filter(({ name }) => isChosen(name, wanted.client)),
  scenes: scenes.filter(({ name }) => isChosen(name, wanted.scene)),
};

if (values.help || chosen.clients.length === 0 || chosen.scenes.length === 0) {
  console.log(HELP);
  process.exitCode = values.help ? 0 : 1;
} else {
  const isRight = await makeGallery({ ...chosen, folder: values.to, say: (line) => console.log(line) });
  console.log(`The pictures are in ${join(values.to, "index.html")}`);
  process.exitCode = isRight ? 0 : 1;
  if (isRight && values.docs) {
    mkdirSync(FOLDER, { recursive: true });
    for (const { scene, number, file } of PICTURES)
      copyFileSync(join(values.to, pictureName(scene, number, "Converse.js")), join(FOLDER, file));
  }
}

function isChosen(name: string, names: readonly string[] | undefined): boolean {
  return names === undefined || names.some((wanted) => wanted.toLowerCase() === name.toLowerCase());
}
