/** The scenes: short stories about one user with a client, and programs that call the component. */
import { grafana } from "../../component/hooks/formats/grafana.js";
import { sentry } from "../../component/hooks/formats/sentry.js";
import { uptimeKuma } from "../../component/hooks/formats/uptime-kuma.js";
import { zabbix } from "../../component/hooks/formats/zabbix.js";
import { SERVICE_NAME } from "../../component/entity/disco.js";
import { operate } from "../support/command-line.js";
import { addHook, post as send } from "../scenarios/hooks-world.js";
import { crash } from "../scenarios/rooms-people.js";
import { FILES, type Chat, type Converse } from "./converse.js";
import { drawGraph } from "./graph.js";
import * as oncall from "./on-call.js";
import type { ChatStage, Person, Room } from "./stage.js";
import { documentationOf } from "../../http/docs/formats.js";

export interface Performance {
  readonly stage: ChatStage;
  /** The client, in which no user is logged in yet. */
  readonly client: Converse;
  /** Takes a picture of the screen, for this file of the guide. @param height the window's, from now on */
  readonly shot: (file: string, height?: number) => Promise<void>;
}

interface Scene {
  /** What the client shows, as the end of a sentence that begins with "shows". */
  readonly title: string;
  readonly play: (performance: Performance) => Promise<void>;
}

const GRAFANA: Chat = { kind: "person", address: "", name: "Grafana" };
/** A phone whose screen ends below a dialog. */
const DIALOG = { width: 390, height: 300 };
const PHONE = { width: 390, height: 860 };
const GRAPH_MS = 30 * 60_000;
const SERVICE: Chat = { kind: "person", address: "", name: SERVICE_NAME.en };
const MAKE = "Create a room";
const LIST = "List or find rooms";
const CONFIGURE = "Change options of a room";
const NAMES = ["Get a key for web services", LIST, "List who is inside a room", MAKE, CONFIGURE];

/** In the order in which they are played. */
export const scenes: readonly Scene[] = [
  {
    title: "direct messages under their senders' names, files by name and address, and pictures",
    play: async ({ stage, client, shot }) => {
      const { romeo, juliet } = await cast(stage);
      await client.logIn(romeo.account);
      await stage.send(juliet, romeo, "The nightly build is green");
      await client.notices(juliet, "The nightly build is green");
      await client.show(juliet);
      await client.sees({ text: "The nightly build is green", by: juliet });
      await stage.send(juliet, romeo, "Thanks for waiting 😀🎉");
      await client.sees({ text: "Thanks for waiting 😀🎉" });
      await shot("direct-message.png");
      await stage.send(juliet, romeo, "构建已完成,请查看报告");
      await client.sees({ text: "构建已完成,请查看报告" });
      await client.clear();
      await stage.send(romeo, juliet, "Where is the report?");
      await client.sees({ text: "Where is the report?" });
      const file = `${FILES}/files/report.pdf`;
      const picture = `${FILES}/files/logo.png`;
      const details = {
        FileName: "report.pdf",
        FileSize: "12.3KB",
        FILEID: "1",
        FILEMD5: "0",
        HttpUrl: file,
      };
      await stage.send(juliet, romeo, JSON.stringify(details), "5");
      await client.sees({ text: "report.pdf", without: "FileName" });
      await client.sees({ text: file });
      await stage.send(juliet, romeo, JSON.stringify({ url: picture, width: 192, height: 192 }), "30");
      await client.seesPicture(picture);
      await shot("picture-and-file.png");
      await stage.send(juliet, romeo, `${picture}?as=text`);
      await client.seesPicture(`${picture}?as=text`);
    },
  },
  {
    title: "one invitation, its room under the directory's names, also after a crash, and a removal",
    play: async (performance) => {
      const { stage, client } = performance;
      const lisi = await stage.employee("lisi", "李四");
      const zhangsan = await stage.person("zhangsan", "张三");
      const wangwu = await stage.person("wangwu", "王五");
      await stage.acquaint(lisi, zhangsan, wangwu);
      const room = await stage.room("project", "项目 Project", zhangsan);
      await room.adds(wangwu.address);
      const guest = await room.admits(await stage.server.client(wangwu.account), wangwu.name);
      await client.logIn(lisi.account);
      await room.adds(lisi.address);
      await client.isInvited(room, zhangsan);
      await expectInvitations(performance, 1, { from: wangwu, to: lisi });
      await client.accept(room);
      await stage.send(zhangsan, room, "Welcome! 欢迎 👋");
      await client.sees({ text: "Welcome! 欢迎 👋", by: zhangsan });
      await client.say("Thank you");
      await client.sees({ text: "Thank you", by: lisi });
      await guest.hears("Thank you");
      await crash(stage.component);
      await stage.send(zhangsan, room, "Still there?");
      await client.sees({ text: "Still there?" });
      await client.say("Still here");
      await guest.hears("Still here");
      await room.call("del_muc_user", { muc_member: [lisi.address] });
      await client.seesRemoval(room);
      await client.dismiss(room);
      await stage.send(zhangsan, room, "Something for the others");
      await expectInvitations(performance, 0, { from: wangwu, to: lisi });
    },
  },
  {
    title: "one invitation, once, if the user was added while offline",
    play: async (performance) => {
      const { stage, client, shot } = performance;
      const { romeo, juliet, benvolio } = await cast(stage);
      const room = await stage.room("plan", "Plan", juliet);
      await room.adds(romeo.address);
      await stage.send(juliet, room, "Is everybody here?");
      await client.logIn(romeo.account, DIALOG);
      await client.isInvited(room, juliet);
      await shot("invitation.png");
      await expectInvitations(performance, 1, { from: benvolio, to: romeo });
      await client.logOut();
      await stage.send(juliet, room, "And now?");
      await client.logIn(romeo.account);
      await expectInvitations(performance, 0, { from: benvolio, to: romeo });
    },
  },
  {
    title:
      "an alert from Grafana, whose bot is inside, its correction, an announcement, and a message to a user",
    play: async ({ stage, client }) => {
      const { romeo, juliet } = await cast(stage);
      const hook = (bot: string, to: string, title: string): Promise<string> =>
        addHook(stage.component, bot, "--to", to, "--title", title);
      const name = `backup-${romeo.account.username}`;
      const backup: Chat = { kind: "person", address: `${name}@${stage.service}`, name: "Backup" };
      const lines = await hook(name, romeo.address, backup.name);
      await stage.befriend(romeo, backup);

      await client.logIn(romeo.account);
      const room = await stage.room("ops", "On duty", juliet);
      await joins(client, room, romeo, juliet);
      const alerts = await hook(`grafana-${room.id}`, room.address, GRAFANA.name);
      const { headers, body } = documentationOf(grafana).sample;
      await post(alerts, body, headers);
      await client.sees({ text: "Memory is short in eu-1", by: GRAFANA });
      await post(alerts, body.replaceAll('"firing"', '"resolved"'), headers);
      await client.sees({ text: "High memory usage (eu-1) · resolved" });
      await client.seesInside(GRAFANA);
      await operate(stage.component, "room", "announce", room.id, "Maintenance at ten");
      await client.sees({ text: "Maintenance at ten", by: SERVICE });

      await post(lines, "Backup of *db1* finished in 42 s");
      await client.notices(backup, "Backup of *db1* finished");
      await client.show(backup);
      await client.sees({ text: "Backup of *db1* finished in 42 s", by: backup });
    },
  },
  {
    title: "alerts on a phone: whole sentences, the graph inline, and a reply when it is over",
    play: async ({ stage, client, shot }) => {
      const { romeo, juliet } = await cast(stage);
      await client.logIn(romeo.account, PHONE);
      const room = await stage.room("oncall", "On call", juliet);
      await joins(client, room, romeo, juliet);
      const hook = (name: string, ...options: readonly string[]): Promise<string> => {
        const title = documentationOf({ name }).en.title.split(",")[0] ?? name;
        const usual = ["--to", room.address, "--format", name, "--title", title];
        return addHook(stage.component, `${name}-${room.id}`, ...usual, ...options);
      };
      const kube = await hook("alertmanager", "--update", "--announce-resolved");
      await post(kube, oncall.different);
      await client.sees({ text: "50% of the kubelet/kubelet targets in kube-system namespace are down" });
      await shot("alert-different.png", 800);
      await client.clear();
      await post(kube, oncall.disks);
      await client.sees({ text: "at node-3 has only 1.15% available space left" });
      await shot("alert-firing.png", 580);
      await post(kube, oncall.resolved);
      await client.sees({ text: "resolved after 1 h 10 min" });
      await client.clear();
      stage.web.show("memory.png", await drawGraph(client.browser, "Memory usage", Date.now() - GRAPH_MS));
      const graph = `${FILES}/pictures/memory.png`;
      await post(await hook("grafana"), oncall.graph(graph));
      await client.seesPicture(graph);
      await shot("alert-graph.png", 520);
      await client.clear();
      for (const format of [uptimeKuma, zabbix, sentry]) {
        const { body, headers } = documentationOf(format).sample;
        await post(await hook(format.name), body, { "content-type": "application/json", ...headers });
      }
      await client.sees({ text: "price is not defined" });
      await client.clear();
      const forge = await hook("github");
      await post(forge, oncall.comment, { "x-github-event": "issue_comment" });
      await post(forge, oncall.dependabot, { "x-github-event": "dependabot_alert" });
      await post(await hook("gitlab"), oncall.pipeline, { "x-gitlab-event": "Pipeline Hook" });
      await client.sees({ text: "pipeline failed on main" });
      await shot("forge.png", 640);
    },
  },
  {
    title: "an administrator's commands and their results",
    play: async ({ stage, client, shot }) => {
      const { romeo, benvolio } = await cast(stage);
      await stage.component.reconfigure({ rooms: { admins: [romeo.address] } });
      await client.logIn(romeo.account);
      const { commands } = client;
      await commands.list(stage.service, NAMES);
      await shot("commands.png");
      await commands.begin(MAKE);
      await commands.submit("duty", benvolio.address, "On duty 值班", "Who is on duty");
      await commands.shows("was made");
      await commands.begin(LIST);
      await commands.submit("值班");
      await commands.shows("On duty 值班");
      await commands.begin(CONFIGURE);
      await commands.submit("duty");
      await commands.shows("Only members may enter");
      await shot("room-form.png");
      await commands.begin(MAKE);
      await commands.submit("duty", romeo.address, "Another");
      await commands.shows("room: duty@");
    },
  },
];

/** Posts to a hook: objects as JSON, text as it is. @throws Error if it is refused */
async function post(url: string, body: string | object, headers: Record<string, string> = {}): Promise<void> {
  const { status, text } = await send(url, body, headers);
  if (status !== 200) throw new Error(`the hook answered ${text}`);
}

/** Three people who know each other: romeo uses the client, programs send in the names of the others. */
async function cast(stage: ChatStage): Promise<Record<"romeo" | "juliet" | "benvolio", Person>> {
  const romeo = await stage.person("romeo", "Romeo");
  const juliet = await stage.person("juliet", "Juliet");
  const benvolio = await stage.person("benvolio", "Benvolio");
  await stage.acquaint(romeo, juliet, benvolio);
  return { romeo, juliet, benvolio };
}

/** A user becomes a member of a room, is invited by its owner, and accepts. */
async function joins(client: Converse, room: Room, user: Person, owner: Person): Promise<void> {
  await room.adds(user.address);
  await client.isInvited(room, owner);
  await client.accept(room);
}

/** Waits for a later message, and fails unless the client shows exactly this many invitations then. */
async function expectInvitations(
  { stage, client }: Performance,
  count: number,
  later: { from: Person; to: Person },
): Promise<void> {
  const text = `Have you seen ${count}?`;
  await stage.send(later.from, later.to, text);
  await client.notices(later.from, text);
  const seen = await client.invitations();
  if (seen !== count) throw new Error(`${seen} invitations are seen, not ${count}`);
}
