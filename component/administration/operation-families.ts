/** The families of operations. Each is loaded when it is first used, which saves memory. */
import type { Translated } from "../translated.js";
import type { Operation } from "./operation.js";

export interface Family {
  readonly summary: Translated;
  readonly load: () => Promise<readonly Operation[]>;
}

export type Families = Readonly<Record<string, Family>>;

export const FAMILIES: Families = {
  room: {
    summary: {
      en: "show rooms; create, change and destroy them while the component is running",
      zh: "显示群；在组件运行时建群、修改和销毁群",
    },
    load: async () => (await import("./room.js")).ROOM_OPERATIONS,
  },
  user: {
    summary: { en: "show and change the directory of users", zh: "显示和修改用户通讯录" },
    load: async () => (await import("./user.js")).USER_OPERATIONS,
  },
  hook: {
    summary: {
      en: "manage webhooks: an incoming hook sends programs' posts to a room or a user, an outgoing hook delivers events to a program",
      zh: "管理 Webhook：入站 Webhook 把程序 POST 的内容发到群或发给用户，出站 Webhook 向程序投递事件",
    },
    load: async () => (await import("./hook.js")).HOOK_OPERATIONS,
  },
  alert: {
    summary: {
      en: "list open alerts; take, silence and resolve them",
      zh: "列出未恢复的告警；接手、静默告警，或将其标记为已恢复",
    },
    load: async () => (await import("./alert.js")).ALERT_OPERATIONS,
  },
  duty: {
    summary: {
      en: "make and show rosters: who is on duty, and is called when nobody takes an alert",
      zh: "创建和显示值班表：谁在值班，无人接手的告警通知谁",
    },
    load: async () => (await import("./duty.js")).DUTY_OPERATIONS,
  },
  bot: {
    summary: {
      en: "list hooks' bots; make them enter or leave rooms of other group chat services",
      zh: "列出机器人，让机器人进入或离开其他群聊服务上的群",
    },
    load: async () => (await import("./bot.js")).BOT_OPERATIONS,
  },
  key: {
    summary: {
      en: "manage the keys with which users' clients prove their identity to web services",
      zh: "管理密钥；用户的客户端用它向 Web 服务证明身份",
    },
    load: async () => (await import("./key.js")).KEY_OPERATIONS,
  },
  operator: {
    summary: {
      en: "manage operators and the tokens with which they log in to the console and use /admin",
      zh: "管理操作员及其令牌，令牌用于登录控制台和使用 /admin",
    },
    load: async () => (await import("./operator.js")).OPERATOR_OPERATIONS,
  },
  outbox: {
    summary: {
      en: "show the queue of stanzas to send; retry or delete dead letters (stanzas that the server rejected)",
      zh: "显示待发送 stanza 的队列；重试或删除死信（被服务器拒绝的 stanza）",
    },
    load: async () => (await import("./outbox.js")).OUTBOX_OPERATIONS,
  },
  changes: {
    summary: {
      en: "list what operators and service administrators changed",
      zh: "列出操作员和服务管理员所做的更改",
    },
    load: async () => (await import("./operator.js")).CHANGES,
  },
};

/** Finds an operation by its name, such as "hook add"; undefined if there is none. */
export async function findOperation(families: Families, name: string): Promise<Operation | undefined> {
  const [family = ""] = name.split(" ");
  const [, found] = Object.entries(families).find(([each]) => each === family) ?? [];
  return (await found?.load())?.find((operation) => operation.name === name);
}

export async function allOperations(families: Families): Promise<readonly Operation[]> {
  return (await Promise.all(Object.values(families).map((family) => family.load()))).flat();
}
