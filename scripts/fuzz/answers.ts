/** Whether an answer over HTTP is one that callers can rely on (contract: every endpoint). */

/** Statuses that the interface may give, beside 200 (contract: transport). */
const STATUSES: ReadonlySet<number> = new Set([
  200, 400, 401, 403, 404, 405, 408, 411, 413, 414, 417, 431, 503,
]);

/** What is wrong with an answer; undefined where nothing is. */
export function faultOfAnswer(path: string, status: number, body: string): string | undefined {
  const said = `${path.slice(0, 300)}: ${status} ${body.slice(0, 500)}`;
  if (!STATUSES.has(status) || /internal|\n {4}at /.test(body)) return said;
  if (!path.startsWith("/qtalk/")) return undefined;
  try {
    const answer = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const { ret, errcode, errmsg } = answer;
    const isDone = ret === true && Number(errcode) === 0 && status === 200;
    const isError = (typeof errcode === "number" && errcode > 0) || errcode === "-1";
    const isRefused = ret === false && isError && typeof errmsg === "string";
    const isInOrder = /^ret,errcode,errmsg(?:,data)?$/.test(Object.keys(answer).join());
    return (isDone || isRefused) && isInOrder ? undefined : said;
  } catch {
    return said;
  }
}

/** Says no more than that the body may come. */
const INTERIM = /^HTTP\/1\.1 100 Continue\r\n\r\n/;

/** The same for characters that need not be a request at all: they may be refused, or the connection closed. */
export function faultOfBytes(sent: string, answer: string): string | undefined {
  const came = answer.replace(INTERIM, "");
  const [, status = "200"] = /^HTTP\/1\.1 (\d{3}) /.exec(came) ?? [];
  const isHttp = came === "" || came.startsWith("HTTP/1.1 ");
  return isHttp && STATUSES.has(Number(status)) && !/\n {4}at /.test(came)
    ? undefined
    : `${JSON.stringify(sent).slice(0, 500)}: ${came.slice(0, 500)}`;
}
