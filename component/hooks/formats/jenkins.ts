/** The format of Jenkins' Notification plugin: the phases of a build. A job that fails is an alert until it succeeds. */
import { groupOfOne } from "./alert.js";
import { alertFormat } from "./alert-message.js";
import { joined } from "./alert-labels.js";
import { fieldsOf, listOf, textOf, urlOf } from "./fields.js";

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
    const job = [...foldersOf(textOf(value, "url")), textOf(value, "display_name", "name")].join("/");
    const branch = textOf(value, "build.scm.branch").replace(/^(?:refs\/heads|origin)\//, "");
    const state = textOf(value, "build.status");
    const isOver = state === "SUCCESS";
    const culprits = listOf(value, "build.scm.culprits")
      .map((name) => textOf({ name }, "name"))
      .join(", ");
    const phase = textOf(value, "build.phase");
    const number = textOf(value, "build.number");
    const group = groupOfOne({
      status: isOver ? "resolved" : "firing",
      name: `${job} #${number} ${WORDS.get(state) ?? (state.toLowerCase() || phase.toLowerCase())}`,
      severity: state === "" ? "info" : (SEVERITIES.get(state) ?? "error"),
      labels: { branch, culprits: isOver ? "" : culprits },
      summary: isOver ? "" : testsOf(value),
      description: isOver ? "" : textOf(value, "build.notes"),
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

/** How many failed tests are named. */
const NAMED_TESTS = 3;

/** Returns how many tests have failed, and the first of them. */
function testsOf(value: unknown): string {
  const [failed, total] = [
    textOf(value, "build.test_summary.failed"),
    textOf(value, "build.test_summary.total"),
  ];
  if (!(Number(failed) > 0)) return "";
  const names = listOf(value, "build.test_summary.failed_tests").map((name) => textOf({ name }, "name"));
  const more = Number(failed) - Math.min(names.length, NAMED_TESTS);
  const named = [...names.slice(0, NAMED_TESTS), ...(more > 0 && names.length > 0 ? [`${more} more`] : [])];
  return joined(": ", `${failed} of ${total} tests failed`, named.join(", "));
}

/** Returns the folders of a job, which its name lacks: a branch's job is in its project's ("job/shop/job/main/"). */
function foldersOf(url: string): readonly string[] {
  const names = [...url.matchAll(/(?:^|\/)job\/([^/]{1,100})/g)].map(([, name = ""]) => name);
  return names.slice(0, -1).map((name) => {
    try {
      return decodeURIComponent(name);
    } catch {
      return name;
    }
  });
}

function consoleOf(build: string): string {
  return build === "" ? "" : `${build.replace(/\/$/, "")}/console`;
}
