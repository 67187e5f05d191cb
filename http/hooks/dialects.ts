/**
 * The answers to posts, in the form that the posting program expects from the server it was written for. Every answer has
 * the headers X-QTalk-Delivery and X-QTalk-Message-Id, too.
 */
import { HookFault, type FaultKind } from "../../component/hooks/fault.js";
import { textOf } from "../../component/hooks/formats/fields.js";
import type { Dialect, Payload } from "../../component/hooks/formats/format.js";
import { AUTO, formatNamed, formatOf, SUFFIXES } from "../../component/hooks/formats/formats.js";
import { ntfyParameter } from "../../component/hooks/formats/ntfy-parameters.js";
import type { Hook } from "../../component/hooks/hook.js";
import type { Accepted } from "../../component/hooks/post.js";
import { headersOf, type ApiResponse } from "../api-response.js";
import { RESPONSES } from "./fault-statuses.js";

/** What an answer is about. */
export interface Answered {
  /** The hook's id, which isn't secret. */
  readonly hook: string;
  /** The post; undefined if it couldn't be parsed. */
  readonly posted: Payload | undefined;
  /** Whether a message was retracted. */
  readonly isRemoval?: boolean;
}

interface Answers {
  accepted(accepted: Accepted, about: Answered): ApiResponse;
  refused(fault: HookFault, status: number, error: string): ApiResponse;
}

const DIALECTS: Readonly<Record<Dialect | "own", Answers>> = {
  own: {
    accepted: ({ id, delivery }) =>
      json(200, delivery === "ignored" ? { ok: true, delivery } : { ok: true, message_id: id, delivery }),
    refused: ({ message }, status, error) => json(status, { ok: false, error, message }),
  },
  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
  slack: {
    accepted: () => plain(200, "ok"),
    refused: ({ kind }, status, error) => plain(SLACK_STATUSES[kind] ?? status, error),
  },
  // gotify/server: model/message.go, model/error.go
  gotify: {
    accepted: ({ id }, { posted }) => {
      const value = posted?.json?.value;
      const priority = Number(textOf(value, "priority")) || 0;
      return json(200, {
        id: numberOf(id),
        appid: 1,
        message: textOf(value, "message"),
        title: textOf(value, "title"),
        priority,
        date: new Date().toISOString(),
      });
    },
    refused: ({ message }, status, error) =>
      json(status, { error, errorCode: status, errorDescription: message }),
  },
  // binwiederhier/ntfy: server/types.go, server/errors.go
  ntfy: {
    accepted: ({ id, key }, { hook, posted, isRemoval }) => {
      const said = posted && {
        title: ntfyParameter(posted, "title"),
        message:
          posted.text === undefined || posted.text === "" ? ntfyParameter(posted, "message") : posted.text,
      };
      return json(200, {
        id,
        time: Math.floor(Date.now() / 1000),
        event: isRemoval === true ? "message_delete" : "message",
        topic: hook,
        sequence_id: key,
        ...said,
      });
    },
    refused: ({ message }, status) => json(status, { code: status * 100 + 1, http: status, error: message }),
  },
  // https://discord.com/developers/docs/resources/webhook#execute-webhook
  discord: {
    accepted: ({ id }, { hook, posted }) =>
      posted?.query?.get("wait")?.toLowerCase() === "true"
        ? json(200, {
            id: String(numberOf(id)),
            type: 0,
            channel_id: hook,
            webhook_id: hook,
            content: textOf(posted.json?.value, "content"),
            timestamp: new Date().toISOString(),
          })
        : { status: 204, headers: [], text: "" },
    refused: ({ message }, status) => json(status, { code: 50035, message }),
  },
  // Workflows answer 202 without a body.
  teams: {
    accepted: () => ({ status: 202, headers: ["Content-Length", "0"], text: "" }),
    refused: ({ message }, status, error) => json(status, { error: { code: error, message } }),
  },
  // https://developer.rocket.chat/apidocs/post-message
  rocketchat: {
    accepted: ({ id }, { hook }) =>
      json(200, { success: true, ts: Date.now(), channel: hook, message: { _id: id } }),
    refused: ({ message }, status, error) =>
      json(status, { success: false, error: message, errorType: error }),
  },
};

/** Slack's statuses of faults for which the component's own are others. */
const SLACK_STATUSES: Readonly<Partial<Record<FaultKind, number>>> = {
  payload: 400,
  attachments: 400,
  empty: 400,
};

/** Returns the response to an accepted post. @param dialect undefined: the component's own */
export function acceptedResponse(
  dialect: Dialect | undefined,
  accepted: Accepted,
  about: Answered,
): ApiResponse {
  return DIALECTS[dialect ?? "own"].accepted(accepted, about);
}

/** Returns the response to a refused post. @param dialect undefined: the component's own */
export function refusedResponse(dialect: Dialect | undefined, fault: HookFault): ApiResponse {
  const { status, error } = RESPONSES[fault.kind];
  return DIALECTS[dialect ?? "own"].refused(fault, status, error);
}

/** Returns a number for a message's id (UUIDv7): its time in milliseconds. */
function numberOf(id: string): number {
  return parseInt(id.replace("-", "").slice(0, 12), 16) || 0;
}

export function plain(status: number, text: string): ApiResponse {
  return { status, headers: headersOf(text, "text/plain; charset=utf-8"), text };
}

export function json(status: number, body: object): ApiResponse {
  const text = `${JSON.stringify(body)}\n`;
  return { status, headers: headersOf(text), text };
}

/** Returns how the posting program wants to be answered; undefined: in the component's own form. */
export function dialectOf(
  { format }: Hook,
  suffix: string,
  posted: Payload | undefined,
): Dialect | undefined {
  if (format !== AUTO) return formatNamed(format)?.dialect;
  const found = posted === undefined ? undefined : formatOf(posted, AUTO);
  return found === undefined || found instanceof HookFault ? SUFFIXES.get(suffix)?.dialect : found.dialect;
}
