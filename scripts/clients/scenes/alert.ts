/** What programs without any idea of chats post: an alert of Grafana's in a room, a script's line to a person, by bots. */
import type { Sample } from "../../../component/hooks/formats/format.js";
import { FORMATS } from "../../../component/hooks/formats/formats.js";
import type { Chat } from "../converse.js";
import { cast, type Scene } from "../scene.js";

const GRAFANA: Chat = { kind: "person", address: "", name: "Grafana" };

const TEXT = { "content-type": "text/plain" };

export const alert: Scene = {
  title: "an alert that Grafana posts, what becomes of it, and what a script posts to a person",
  play: async ({ stage, client }) => {
    const { lisi, zhangsan } = await cast(stage);
    const hook = (bot: string, to: string, title: string): Promise<string> =>
      stage.component.command("hook", "add", bot, "--to", to, "--title", title);
    const post = async (address: string, headers: Sample["headers"], body: string): Promise<void> => {
      const response = await fetch(address, { method: "POST", headers, body });
      if (!response.ok) throw new Error(`the hook answered ${await response.text()}`);
    };
    const name = `backup-${lisi.account.username}`;
    const backup: Chat = { kind: "person", address: `${name}@${stage.service}`, name: "Backup" };
    const lines = await hook(name, lisi.address, backup.name);
    await stage.befriend(lisi, backup);

    await client.logIn(lisi.account);
    const room = await stage.room("ops", "值班 On duty", zhangsan);
    await stage.addMember(room, lisi);
    await client.isInvited(room, zhangsan);
    await client.accept(room);
    const alerts = await hook(`grafana-${room.id}`, room.address, GRAFANA.name);
    const { headers, body } = FORMATS.grafana.sample;
    await post(alerts, headers, body);
    await client.sees({ text: "Memory is short in eu-1", by: GRAFANA });
    await post(alerts, headers, body.replaceAll('"firing"', '"resolved"'));
    await client.sees({ text: "High memory usage* resolved" });

    await post(lines, TEXT, "Backup of *db1* finished in 42 s");
    await client.notices(backup);
    await client.show(backup);
    await client.sees({ text: "Backup of *db1* finished in 42 s", by: backup });
  },
};
