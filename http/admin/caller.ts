/** The programs that may call the HTTP interface (http.callers), and their use of it. */
import { stringify } from "yaml";
import { z } from "zod";
import { MESSAGE, reading, rows, time, word } from "../../component/administration/operation.js";
import { hashOf, newSecret } from "../../component/secrets.js";
import { badRequest, refuse } from "../../component/refusal.js";
import { validationMessage } from "../../component/validation-message.js";
import { errcodeNameOf } from "../errcodes.js";
import { callerList, endpointName } from "../caller-config.js";
import { CLOSED, opening } from "../identity.js";

const texts = z.array(z.string()).optional();

const add = reading({
  name: "caller add",
  en: "print the lines for http.callers that let a program call: by a token, shown only once, or by its address",
  zh: "给出 http.callers 的配置，允许程序调用：凭只显示一次的令牌，或凭其地址",
  example: "hr --endpoints send_message --senders '*@example.org'",
  arguments: {
    name: word(z.string(), "program's name in the log", "程序的名称（日志中也用此名）", { placed: "hr" }),
    endpoints: word(
      z.array(endpointName).optional(),
      "endpoint that it may call (default: all)",
      "可调用的接口（默认：全部）",
    ),
    senders: word(
      texts,
      "users in whose names it may send and act, such as '*@example.org' (default: none)",
      "可以代表的用户，例如 *@example.org（默认：无）",
    ),
    rooms: word(
      texts,
      "rooms that it may manage, such as '*@groups.example.org' (default: none)",
      "可以管理的群，例如 *@groups.example.org（默认：无）",
    ),
    addresses: word(
      texts,
      "address or network that it calls from, such as 10.1.2.0/24; it then needs no token",
      "调用来源的地址或网段，例如 10.1.2.0/24；此时不需要令牌",
    ),
    with_token: word(
      z.boolean().default(false),
      "require a token from these addresses, too",
      "来自这些地址的调用也须带令牌",
    ),
    rate: word(z.number().optional(), "maximum calls per second", "每秒最多调用次数"),
    metrics: word(
      z.boolean().default(false),
      "may read /metrics; without --endpoints, it may make no calls",
      "可读取 /metrics；未指定接口时不能调用任何接口",
    ),
  },
  result: {
    message: MESSAGE,
    token: word(
      z.string().optional(),
      "token; the program sends it with every call",
      "令牌；程序每次调用时发送",
      {
        secret: true,
      },
    ),
    text: word(z.string(), "lines for the configuration file", "配置文件的内容", { long: true }),
  },
  needs: "nothing",
  run(_context, { name, with_token: isWithToken, metrics: isForMetrics, ...rights }) {
    const isByAddress = rights.addresses !== undefined && !isWithToken;
    const token = isByAddress ? undefined : newSecret();
    const callers = [
      {
        name,
        ...(token !== undefined && { token_sha256: hashOf(token).toString("hex") }),
        ...rights,
        ...(isForMetrics && { endpoints: rights.endpoints ?? [], metrics: true }),
      },
    ];
    const { error } = callerList.safeParse(callers);
    if (error !== undefined) return badRequest(validationMessage(error, callers).replace(/^item 0: /, ""));
    return {
      message:
        "Add the lines to the configuration file (to the list, if http.callers exists already), then reload the component: systemctl reload qtalk-component (or send it SIGHUP).",
      token,
      text: stringify({ http: { callers } }, { flowCollectionPadding: false }),
    };
  },
});

const list = reading({
  name: "caller list",
  en: "list the programs that may call, with their permissions and use since the component started",
  zh: "列出可以调用的程序、其权限，以及组件启动以来的使用情况",
  result: {
    callers: rows(
      ["callers", "调用方"],
      [
        `${CLOSED}. To let a program call: ${opening()}`,
        `QTalk 接口已关闭：没有配置调用方（http.callers）。要允许程序调用，请运行：${opening()}`,
      ],
      {
        name: word(z.string(), "name", "名称"),
        token: word(z.boolean(), "token", "令牌"),
        addresses: word(texts, "addresses", "地址"),
        endpoints: word(texts, "endpoints", "接口"),
        senders: word(z.array(z.string()), "senders", "可代表的用户"),
        rooms: word(z.array(z.string()), "rooms", "可管理的群"),
        everyone: word(z.boolean(), "to everybody", "可发给所有人"),
        rate: word(z.number().optional(), "calls per second", "每秒次数"),
        calls: word(z.int(), "calls", "调用次数"),
        refused: word(z.int(), "refused", "被拒"),
        last: time("last call", "最近调用").optional(),
      },
    ),
    since: time("counted since", "统计起始时间"),
  },
  needs: "component",
  run({ http }) {
    if (http === undefined) return STARTING;
    const { calls } = http;
    return {
      callers: http.callers.map((caller) => {
        const { calls: count, refused, lastAt: last } = calls.useOf("caller", caller.name);
        return { ...caller, calls: count, refused, last };
      }),
      since: calls.since,
    };
  },
});

const refused = reading({
  name: "caller refused",
  en: "list the last refused calls, the newest first",
  zh: "列出最近被拒绝的调用，最新的在前",
  result: {
    calls: rows(
      ["refused calls", "被拒绝的调用"],
      ["No call was refused since the component started.", "组件启动以来没有被拒绝的调用。"],
      {
        at: time("time", "时间"),
        endpoint: word(z.string(), "endpoint", "接口"),
        caller: word(z.string().optional(), "caller", "调用方"),
        address: word(z.string(), "address", "地址"),
        errcode: word(z.int(), "errcode", "errcode"),
        kind: word(z.string(), "kind", "类别"),
        reason: word(z.string(), "reason", "原因"),
        request: word(z.string(), "request", "请求"),
      },
    ),
  },
  needs: "component",
  run: ({ http }) =>
    http === undefined
      ? STARTING
      : { calls: http.calls.refused.map((call) => ({ ...call, kind: errcodeNameOf(call.errcode) })) },
});

const STARTING = refuse.unavailable("the component is starting or stopping");

export const CALLER = [add, list, refused];
