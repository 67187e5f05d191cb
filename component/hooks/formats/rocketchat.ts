/** The format of programs that log in to Rocket.Chat (Alertmanager): its API's `chat.postMessage`, in Slack's fields. */
import { slack } from "./slack.js";
import type { Format } from "./format.js";

export const rocketchat: Format = {
  ...slack,
  name: "rocketchat",
  knownBy: "the path …/api/v1/chat.postMessage, and JSON with text or attachments",
  suffixes: ["api/v1/chat.postMessage"],
  dialect: "rocketchat",
  recognises: (posted) => posted.suffix === "api/v1/chat.postMessage" && slack.recognises(posted),
};
