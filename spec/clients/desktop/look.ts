/**
 * Shows what hooks send in Dino, Gajim and Converse.js on a phone, to be looked at:
 * `node dist/spec/clients/desktop/look.js FOLDER [SERVER]`, as root. Writes a picture of each scene and client into the folder.
 */
import { xml } from "../../../scripts/lab/client.js";
import { drawGraph } from "../graph.js";
import * as oncall from "../on-call.js";
import { folderFor, PHONE, Rig, serverFrom, SERVICE } from "./rig.js";

const HALF_AN_HOUR_MS = 30 * 60_000;
const SLACK = {
  text: ":rocket: *<https://ci.example.org/42|Deploy 42>* is live",
  attachments: [
    {
      fields: [
        { title: "Commit", value: "c3c3c3c" },
        { title: "Branch", value: "main" },
      ],
    },
  ],
};

const out = folderFor(process.argv[2] ?? "screens");
const rig = await Rig.start(serverFrom(process.argv[3]), { hooks: { url: "https://hooks.example.org" } });
try {
  const { phone, room } = rig;
  const dino = await rig.dino("juliet", "940x700");
  const gajim = await rig.gajim("benvolio", "1000x700");
  await phone.logIn(rig.account("romeo"), PHONE);
  await phone.accept(room);
  const look = rig.scenes(out, dino, gajim);
  await look("invitation");
  await rig.showRoomInDino(dino);
  await rig.showRoomInGajim(gajim);

  for (const display of [dino, gajim]) await display.run("xdotool", "getactivewindow", "windowminimize");
  const options = ["--format", "alertmanager", "--update", "--announce-resolved"];
  const kube = await rig.hook("kube", "Alertmanager", ...options);
  await rig.post(kube, oncall.different);
  await phone.sees({ text: "of the kubelet/kubelet targets" });
  await look("notification");
  const graph = await drawGraph(rig.browser, "Memory usage", Date.now() - HALF_AN_HOUR_MS);
  const image = rig.web.show("memory.png", graph);
  await rig.post(await rig.hook("grafana", "Grafana", "--format", "grafana"), oncall.graph(image));
  await phone.seesPicture(image);
  await look("notification-of-picture");
  await dino.restore("Dino");
  await gajim.restore("Gajim");

  const door = await rig.hook("door", "Door");
  await rig.addContact("juliet", `door@${SERVICE}`);
  await rig.post(door, {
    version: "1.0",
    title: "Door",
    message: "Somebody is there",
    type: "warning",
    attachments: [{ filename: "door.png", base64: graph.toString("base64"), mimetype: "image/png" }],
  });
  await phone.sees({ text: "Somebody is there" });
  await look("uploaded-picture");

  await rig.post(kube, oncall.disks);
  await phone.sees({ text: "1.15" });
  await look("alerts");
  await phone.reacts("1.15", "👀");
  await phone.sees({ text: "👀 Romeo" });
  await look("taken");
  await rig.post(kube, oncall.resolved);
  await phone.sees({ text: "resolved after 1 h 10 min" });
  await look("resolved");

  await rig.post(await rig.hook("deploy", "Deploy", "--format", "slack"), SLACK);
  const gitlab = await rig.hook("gitlab", "GitLab", "--format", "gitlab");
  await rig.post(gitlab, oncall.pipeline, { "x-gitlab-event": "Pipeline Hook" });
  await phone.sees({ text: "pipeline failed" });
  await look("slack-and-gitlab");

  const juliet = await rig.enters("juliet");
  const said = await juliet.says("the password is hunter2");
  const correction = xml("replace", { xmlns: "urn:xmpp:message-correct:0", id: said.attrs.id });
  const message = { to: room.address, type: "groupchat", id: "corrected" };
  await juliet.client.send(xml("message", message, xml("body", {}, "the password is hunter3"), correction));
  await phone.sees({ text: "hunter3" });
  await look("corrected");
  const id = said.getChild("stanza-id", "urn:xmpp:sid:0")?.attrs.id;
  const retraction = xml("retract", { xmlns: "urn:xmpp:message-retract:1" });
  const moderation = xml("moderate", { xmlns: "urn:xmpp:message-moderate:1", id }, retraction);
  await juliet.client.iq("set", moderation, room.address);
  await look("removed");
} finally {
  await rig.stop();
}
process.exit(0);
