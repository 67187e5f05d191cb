/** Hostile posts and mails to hooks, and receivers of their events. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LOOPBACK } from "../../lab/ports.js";
import { HostileReceiver } from "../hostile-receiver.js";
import { sendMail } from "../smtp.js";
import {
  CONNECTIONS,
  chunks,
  floods,
  HELD_MS,
  held,
  occupies,
  postsFor,
  reached,
  ROOM,
  said,
  type Act,
  type Attack,
  type Target,
} from "./attack.js";

const MAIL = `Subject: x\r\n\r\n${"\r\n".repeat(500_000)}`;
/** The SMTP library hands on each such line as a piece of its own. */
const DOTS = `Subject: x\r\n\r\n${".\r\n".repeat(90_000)}`;
/** How many mails, and how many slow posts, are on their way at once. */
const AT_ONCE = 20;
const SLOW_POSTS = 200;
const SMALL_AT_ONCE = 100;
const MEGABYTE = 1024 ** 2;
/** What a post becomes that is sent, or refused for what it holds. */
const READ = [200, 202, 422];

export const HOOK_ATTACKS: readonly Attack[] = [
  {
    right: "nobody",
    input: "a mail of 1 MB with a wrong secret",
    prepare: async (target) => {
      await target.hook("mail", "--to", ROOM);
      return async () => {
        const fault = await sendMail(target.smtpPort, "mail+wrong@x", MAIL);
        reached("the mail's port", fault === undefined, fault ?? "");
      };
    },
  },
  {
    right: "a receiver of events",
    input: "responses of 1xx without end",
    prepare: async (target) => {
      await occupies(target);
      const receiver = await HostileReceiver.listen();
      const hook = ["--deliver-to", receiver.url, "--on", "room-message", "--room", ROOM];
      await target.component.command("hook", "add", "ears", ...hook, "--allow-inner", LOOPBACK);
      receiver.prepare("HTTP/1.1 102 Processing\r\n\r\n".repeat(300_000));
      return async () => {
        await floods(target, 1, said);
        await sleep(HELD_MS);
        reached("a delivery", receiver.deliveries > 0, "none came");
        await receiver.close();
      };
    },
  },
  hook("an alert with 440 labels of 1 KB", "alertmanager", (target, path) => {
    const labels = Object.fromEntries(
      Array.from({ length: 440 }, (_, index) => [`key${index}`, "* ".repeat(490)]),
    );
    return () => postsFor(READ, target, path, alert(labels));
  }),
  hook("an alert with a label of 0.5 MB", "alertmanager", (target, path) => {
    return () => postsFor(READ, target, path, alert({ alertname: "a", instance: "* ".repeat(240_000) }));
  }),
  hook("a form of 500,000 pairs", "auto", (target, path) => {
    const form = `text=a&${"a=b&".repeat(250_000)}`;
    return () => postsFor(READ, target, path, form, "application/x-www-form-urlencoded");
  }),
  hook("3,000 small posts", "slack", (target, path) => async () => {
    for (let number = 0; number < 3_000; number += SMALL_AT_ONCE)
      await Promise.all(
        Array.from({ length: SMALL_AT_ONCE }, () => postsFor([200, 429, 503], target, path, '{"text":"x"}')),
      );
  }),
  hook("60 posts of 900 alerts each", "alertmanager", (target, path) => {
    const alerts = Array.from({ length: 900 }, (_, index) => ({
      status: "firing",
      labels: { alertname: `a${index}`, instance: `i${index}` },
      annotations: { summary: `**${index}** [x](y)` },
    }));
    const body = JSON.stringify({ version: "4", groupKey: "k", status: "firing", alerts });
    return () => Promise.all(Array.from({ length: 60 }, () => postsFor(READ, target, path, body)));
  }),
  hook("a mail of 190,000 nested HTML elements", "mail", (target, path) => {
    const mail = `Subject: x\r\nContent-Type: text/html\r\n\r\n${"<div>".repeat(190_000)}`;
    return () => postsFor([422, 503], target, path, mail, "message/rfc822");
  }),
  hook(`${CONNECTIONS} connections with bodies in chunks of one byte`, "slack", (target, path) =>
    chunks(path)(target),
  ),
  {
    right: "a hook",
    input: "a template that uses all its time",
    prepare: async (target) => {
      await occupies(target);
      const file = join(target.component.folder, "dear.liquid");
      const sorted = "{% assign x = payload.t | split: '' | sort | join: '' %}{{ x }}";
      writeFileSync(file, `{% for a in payload.l %}${sorted}{% endfor %}`);
      const path = await target.hook("dear", "--to", ROOM, "--format", "template", "--template", file);
      const list = Array.from({ length: 500 }, (_, index) => index);
      const body = JSON.stringify({ l: list, t: "x y".repeat(300_000) });
      return () => postsFor([422], target, path, body);
    },
  },
  {
    right: "a hook",
    input: `${AT_ONCE} mails of 90,000 lines with a dot, by SMTP`,
    prepare: async (target) => {
      await occupies(target);
      const [id = "", secret = ""] = (await target.hook("dots", "--to", ROOM)).split("/").slice(-2);
      return async () => {
        const faults = await Promise.all(
          Array.from({ length: AT_ONCE }, () => sendMail(target.smtpPort, `${id}+${secret}@x`, DOTS)),
        );
        const fault = faults.find((each) => each !== undefined);
        reached("the mail's port", fault === undefined, fault ?? "");
      };
    },
  },
  hook(`${SLOW_POSTS} slow posts of 1 MB`, "slack", (target, path) => async () => {
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`;
    const start = `${head}Content-Length: ${MEGABYTE}\r\n\r\n${"x".repeat(MEGABYTE - 1)}`;
    const bytes = await held(target, (socket) => socket.resume().write(start), SLOW_POSTS);
    reached(path, bytes > 30 * MEGABYTE, `only ${bytes} bytes were taken`);
  }),
  hook(
    "a mail of 500,000 lines, refused",
    "mail",
    (target, path) => () => postsFor([422, 503], target, path, MAIL, "message/rfc822"),
  ),
  hook(
    `${AT_ONCE} such mails at once, refused`,
    "mail",
    (target, path) => () =>
      Promise.all(
        Array.from({ length: AT_ONCE }, () =>
          postsFor([422, 429, 503], target, path, MAIL, "message/rfc822"),
        ),
      ),
  ),
];

function hook(input: string, format: string, act: (target: Target, path: string) => Act): Attack {
  return {
    right: "a hook",
    input,
    prepare: async (target) => {
      await occupies(target);
      return act(target, await target.hook("hook", "--to", ROOM, "--format", format));
    },
  };
}

function alert(labels: Readonly<Record<string, string>>): string {
  const alerts = [{ status: "firing", labels }];
  return JSON.stringify({ version: "4", groupKey: "k", status: "firing", alerts, commonLabels: labels });
}
