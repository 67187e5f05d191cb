/** What a program without any idea of chats posts: an alert of Grafana's, by a bot, in a room. */
import { SAMPLES } from "../../../http/hooks/samples.js";
import type { Chat } from "../chat-client.js";
import { cast, type Scene } from "../scene.js";

const GRAFANA: Chat = { kind: "person", address: "", name: "Grafana" };

export const alert: Scene = {
  name: "alert",
  title: "an alert that Grafana posts, and what becomes of it",
  play: async ({ stage, client, shot }) => {
    const { lisi, zhangsan } = await cast(stage);
    await client.logIn(lisi.account);
    const room = await stage.room("ops", "值班 On duty", zhangsan);
    await stage.addMember(room, lisi);
    await client.isInvited(room, zhangsan);
    await client.accept(room);
    const address = await stage.component.command(
      "hook",
      "add",
      room.id,
      "--to",
      room.address,
      "--title",
      GRAFANA.name,
      "--as",
      `grafana-${room.id}`,
    );
    const { headers, body } = SAMPLES.grafana ?? { headers: {}, body: "" };
    const post = async (text: string): Promise<void> => {
      const response = await fetch(address, { method: "POST", headers, body: text });
      if (!response.ok) throw new Error(`the hook answered ${await response.text()}`);
    };
    await post(body);
    await client.sees({ text: "Memory is short in eu-1", by: GRAFANA });
    await post(body.replaceAll('"firing"', '"resolved"'));
    await client.sees({ text: "High memory usage* resolved" });
    await shot("an alert");
  },
};
