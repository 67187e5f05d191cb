/** Alerts that hooks opened: who has taken them, and what operators do with them. */
import { z } from "zod";
import type { StoredAlert } from "../../storage/alerts-store.js";
import { forgottenAt } from "../hooks/alerts/alert.js";
import { alertOf, taskOf } from "../hooks/alerts/records.js";
import { MAX_SILENCE_MS } from "../hooks/alerts/alert.js";
import type { AlertEvent } from "../hooks/alerts/alert-types.js";
import { matchersOf } from "../hooks/alerts/plan.js";
import { durationIn } from "../hooks/alerts/words.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import type { Context, OperationDone, RunningContext } from "./context.js";
import { changing, naming, NEXT, numberIn, PAGE, pageOf, reading, rows, time, word } from "./operation.js";

const ALERT = naming(
  word(z.string().regex(/^\d{1,15}$/, "expected the number of an alert"), "alert's number", "告警编号", {
    placed: "1",
  }),
  ({ records }, id) =>
    records.alerts.find(Number(id)) ?? refuse.notFound(`alert: there is no alert ${id}: see alert list`),
);

const shape = {
  id: word(z.int(), "number", "编号"),
  state: word(z.enum(["open", "taken", "resolved"]), "state", "状态"),
  title: word(z.string(), "alert", "告警"),
  severity: word(z.string().optional(), "severity", "级别"),
  hook: word(z.string(), "hook", "Webhook"),
  to: word(z.string(), "in", "位置"),
  opened: time("since", "开始时间"),
  taken_by: word(z.string().optional(), "taken by", "接手人"),
  taken: time("taken", "接手时间").optional(),
  silenced_until: time("silenced until", "静默至").optional(),
  unsaid: word(z.int().optional(), "posts not said", "未发出的消息数"),
  next_step: time("next step", "下一步时间").optional(),
  resolved: time("resolved", "恢复时间").optional(),
};

function rowOf({ records }: Context, row: StoredAlert) {
  const alert = alertOf(row);
  const { severity, takers, silence, openedAt, resolvedAt, unsaid } = alert;
  // When the last step was made, the alert is due when it ends by itself.
  const isStep = alert.run !== undefined && row.dueAt !== forgottenAt(alert);
  const nextStep = isStep ? row.dueAt : undefined;
  return {
    id: row.id,
    state: row.state,
    title: row.title,
    hook: records.hooks.find(row.hook)?.name ?? "",
    to: row.receiver,
    opened: openedAt,
    ...(severity !== "" && { severity }),
    ...(takers.length > 0 && { taken_by: takers.map(({ name }) => name).join(", "), taken: takers[0]?.at }),
    ...(silence !== undefined && { silenced_until: silence.until }),
    ...(unsaid > 0 && { unsaid }),
    ...(nextStep !== undefined && { next_step: nextStep }),
    ...(resolvedAt !== undefined && { resolved: resolvedAt }),
  };
}

const list = reading({
  name: "alert list",
  en: "list open alerts, the oldest first",
  zh: "列出未恢复的告警，最早的在前",
  arguments: {
    all: word(
      z.boolean().default(false),
      "also resolved ones of the last seven days",
      "包括最近七天内已恢复的",
    ),
    ...PAGE,
  },
  result: { alerts: rows(["alerts", "告警"], ["No alert.", "没有告警。"], shape), next: NEXT },
  run(context, { all, limit, after }) {
    context.commit.flush();
    const found = context.records.alerts.list(numberIn(after), limit + 1, !all);
    const { entries, next } = pageOf(found, limit, ({ id }) => String(id));
    return { alerts: entries.map((row) => rowOf(context, row)), next };
  },
});

const show = reading({
  name: "alert show",
  en: "show an alert, what happened to it, and what is due",
  zh: "显示一条告警、其经过和待办事项",
  arguments: { alert: ALERT },
  result: {
    ...shape,
    text: word(z.string().optional(), "message", "消息", { long: true }),
    labels: word(z.string().optional(), "labels", "标签"),
    messages: rows(["messages", "消息"], ["No messages.", "没有消息。"], {
      to: word(z.string(), "to", "发往"),
      said: time("sent", "发送时间"),
      received: time("received by a client", "客户端收到时间").optional(),
      message: word(z.string(), "message", "消息"),
    }),
    waiting: rows(["to do", "待办"], ["Nothing is due.", "没有待办事项。"], {
      what: word(z.string(), "what", "事项"),
      due: time("due", "到期时间"),
      tries: word(z.int(), "attempts", "尝试次数"),
    }),
    history: rows(["history", "经过"], ["Nothing has happened.", "没有记录。"], {
      at: time("at", "时间"),
      what: word(z.string(), "what", "事项"),
      by: word(z.string().optional(), "by", "操作者"),
    }),
  },
  run(context, { alert: row }) {
    context.commit.flush();
    const { alerts } = context.records;
    return {
      ...rowOf(context, row),
      ...(row.text !== "" && { text: row.text }),
      ...(row.labels !== "{}" && { labels: row.labels }),
      messages: alerts.messagesOf(row.id).map(({ receiver, id, saidAt, receivedAt }) => ({
        to: receiver,
        said: saidAt,
        ...(receivedAt !== undefined && { received: receivedAt }),
        message: id,
      })),
      waiting: alerts
        .tasksOf(row.id)
        .map((task) => ({ what: taskOf(task).do, due: task.dueAt, tries: task.tries })),
      history: alerts
        .changesOf(row.id)
        .map(({ at, what, person }) => ({ at, what, ...(person !== undefined && { by: person }) })),
    };
  },
});

/** Applies an operator's event; the change and its record are one transaction. */
async function apply(
  { alerts, who, record }: RunningContext,
  { id, title }: StoredAlert,
  event: (by: { readonly id: string; readonly name: string }) => AlertEvent,
  { message, why }: { readonly message: string; readonly why: string },
): Promise<OperationDone | Refusal> {
  const by = { id: who.account?.text ?? who.name, name: who.account?.local ?? who.name };
  const outcome = await alerts.apply(id, event(by), () => record.write(message));
  if (outcome === undefined) return refuse.notFound(`alert: there is no alert ${id} any more`);
  if (outcome) return { message };
  const row = alerts.records.store.find(id);
  const reason = row === undefined || row.state === "resolved" ? "it is resolved" : why;
  return refuse.forbidden(`alert: ${title} was not changed: ${reason}`);
}

const take = changing({
  name: "alert take",
  en: "take an alert, so that others see who handles it",
  zh: "接手一条告警，让其他人知道由谁处理",
  arguments: { alert: ALERT },
  needs: "component",
  run: (context, { alert }) =>
    apply(context, alert, (by) => ({ kind: "take", by }), {
      message: `Took the alert ${alert.title}.`,
      why: "you have taken it already, or eight others have",
    }),
});

const drop = changing({
  name: "alert drop",
  en: "stop handling an alert that you have taken, so that it is open again",
  zh: "放下已接手的告警，使其重新等待接手",
  arguments: { alert: ALERT },
  needs: "component",
  run: (context, { alert }) =>
    apply(context, alert, (by) => ({ kind: "drop", by }), {
      message: `Dropped the alert ${alert.title}.`,
      why: "you haven't taken it",
    }),
});

const DURATION = word(
  z.string().default("2h"),
  "how long, such as 30m, 2h or 1d; at most 7d",
  "时长，例如 30m、2h、1d，最长 7d",
);

const mute = changing({
  name: "alert mute",
  en: "silence an alert for a while, at its source if the hook knows it; else its posts are counted and not said",
  zh: "静默一条告警一段时间：Webhook 指明告警源时在源上静默，否则期间的 POST 请求只计数，不发出消息",
  example: "1 --for 2h",
  arguments: { alert: ALERT, for: DURATION },
  needs: "component",
  async run(context, { alert, for: text }) {
    const ms = durationIn(text);
    if (ms === undefined || ms > MAX_SILENCE_MS)
      return badRequest(
        `for: expected a duration such as 30m, 2h or 1d, at most 7d, not ${JSON.stringify(text)}`,
      );
    const event = (by: { id: string; name: string }): AlertEvent => ({
      kind: "silence",
      by,
      until: Date.now() + ms,
    });
    const hook = context.records.hooks.find(alert.hook);
    const isAtSource = hook !== undefined && matchersOf(hook, alert).length > 0;
    return await apply(context, alert, event, {
      message: isAtSource
        ? `Asked the source of the alert ${alert.title} to silence it for ${text}: see alert show ${alert.id}.`
        : `Silenced the alert ${alert.title} for ${text}.`,
      why: "it is silenced",
    });
  },
});

const unmute = changing({
  name: "alert unmute",
  en: "end an alert's silence",
  zh: "解除一条告警的静默",
  arguments: { alert: ALERT },
  needs: "component",
  run: (context, { alert }) =>
    apply(context, alert, (by) => ({ kind: "unsilence", by }), {
      message: `Ended the silence of the alert ${alert.title}.`,
      why: "it isn't silenced",
    }),
});

const resolve = changing({
  name: "alert resolve",
  en: "mark an alert as resolved; its program may still open it anew",
  zh: "将一条告警标记为已恢复；其程序仍可再次触发",
  arguments: { alert: ALERT },
  needs: "component",
  run: (context, { alert }) =>
    apply(context, alert, (by) => ({ kind: "resolved", by }), {
      message: `Resolved the alert ${alert.title}.`,
      why: "it is resolved",
    }),
});

export const ALERT_OPERATIONS = [list, show, take, drop, mute, unmute, resolve];
