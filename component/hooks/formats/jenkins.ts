/** The format of Jenkins' Notification plugin: the phases of a build. A job that fails is an alert until it succeeds. */
import { groupOfOne } from "./alert.js";
import { alertFormat } from "./alert-message.js";
import { fieldsOf, textOf, urlOf } from "./fields.js";

const SEVERITIES: ReadonlyMap<string, string> = new Map([
  ["FAILURE", "error"],
  ["UNSTABLE", "warning"],
  ["ABORTED", "info"],
  ["NOT_BUILT", "info"],
]);

export const jenkins = alertFormat({
  name: "jenkins",
  knownBy: "name, url, and build with number and phase",
  isRetried: true,
  recognises: ({ json }) =>
    ["name", "url", "build.number", "build.phase"].every((name) => textOf(json?.value, name) !== ""),
  parse: (value) => {
    const job = textOf(value, "display_name", "name");
    const branch = textOf(value, "build.scm.branch").replace(/^(?:refs\/heads|origin)\//, "");
    const state = textOf(value, "build.status");
    const isOver = state === "SUCCESS";
    const phase = textOf(value, "build.phase");
    const number = textOf(value, "build.number");
    const group = groupOfOne({
      status: isOver ? "resolved" : "firing",
      name: `${job} #${number} ${WORDS.get(state) ?? (state.toLowerCase() || phase.toLowerCase())}`,
      severity: state === "" ? "info" : (SEVERITIES.get(state) ?? "error"),
      labels: branch === "" ? {} : { branch },
      summary: isOver ? "" : textOf(value, "build.notes"),
      links: [{ name: "log", url: consoleOf(urlOf(fieldsOf(value), "build.full_url")) }],
    });
    // A build that has only begun says nothing about the job's state.
    const isJudged = state !== "" && phase !== "STARTED";
    const event = { name: phase.toLowerCase(), action: state.toLowerCase(), branch };
    return { group, event, key: isJudged ? `${textOf(value, "url")} ${branch}` : "" };
  },
});

const WORDS: ReadonlyMap<string, string> = new Map([
  ["SUCCESS", "succeeded"],
  ["FAILURE", "failed"],
  ["UNSTABLE", "is unstable"],
  ["ABORTED", "was aborted"],
]);

function consoleOf(build: string): string {
  return build === "" ? "" : `${build.replace(/\/$/, "")}/console`;
}
