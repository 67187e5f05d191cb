/** Hostile requests of nobody and of callers. */
import {
  CONNECTIONS,
  chunks,
  held,
  posts,
  postsFor,
  reached,
  type Act,
  type Attack,
  type Target,
} from "./attack.js";

/** How many posts are on their way at once. */
const AT_ONCE = 50;
const MANY_KEYS = `{${Array.from({ length: 720_000 }, (_, index) => `"k${index}":1`).join()}}`;

export const HTTP_ATTACKS: readonly Attack[] = [
  nobody(
    "8 MB of JSON keys to the console's login",
    (target) => () => postsFor([0, 413, 422], target, "/console/api/login", MANY_KEYS),
  ),
  nobody(`${CONNECTIONS} connections with bodies in chunks of one byte`, chunks("/console/api/login")),
  ...["/openapi.json", "/docs/search.json"].map((path) => {
    const get = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    return nobody(
      `${CONNECTIONS} connections that pipeline \`${path}\` and read nothing`,
      (target) => async () => {
        const bytes = await held(target, (socket) => socket.write(get.repeat(2_000)));
        reached(path, bytes > CONNECTIONS * get.length, `only ${bytes} bytes were taken`);
      },
    );
  }),
  nobody("1,000 posts with wrong secrets", (target) => async () => {
    for (let number = 0; number < 1_000; number += AT_ONCE)
      await Promise.all(
        Array.from({ length: AT_ONCE }, (_, index) =>
          postsFor([404], target, `/hooks/x${number + index}/wrong`, "{}"),
        ),
      );
  }),
  caller("8 MB of JSON keys, refused", (target) => () => refused(target, MANY_KEYS)),
  caller(`${CONNECTIONS} connections with bodies in chunks of one byte`, chunks("/qtalk/send_thirdmessage")),
  caller("1,000 messages of 7 KB with `realfrom`", (target) => {
    const message = `<message realfrom="romeo"><body>${"&amp;".repeat(1_400)}</body></message>`;
    const item = { from: "juliet", to: "nurse", message };
    const body = JSON.stringify(Array.from({ length: 1_000 }, () => item));
    return () => postsFor([200], target, "/qtalk/send_thirdmessage", body);
  }),
];

/** QTalk's calls are refused with status 200. */
async function refused(target: Target, body: string): Promise<void> {
  const status = await posts(target, "/qtalk/send_thirdmessage", body);
  reached("the call", [0, 200].includes(status), `status ${status}`);
}

function nobody(input: string, act: (target: Target) => Act): Attack {
  return { right: "nobody", input, prepare: (target) => Promise.resolve(act(target)) };
}

function caller(input: string, act: (target: Target) => Act): Attack {
  return { right: "a caller", input, prepare: (target) => Promise.resolve(act(target)) };
}
