/** Hooks in the documentation: the page where posts of each format can be tried, and their part of the OpenAPI document. */
import { FORMATS } from "../../component/hooks/formats/formats.js";
import { SAMPLES } from "../hooks/samples.js";
import { escape } from "./escape.js";
import type { Framed } from "./frame.js";
import { WORDS as EVERYWHERE, type Language } from "./language.js";
import { HOOKS_PAGE } from "./pages.js";

const WORDS = {
  en: {
    intro:
      "Posts as each kind of program makes them, to be changed and sent. What is sent here is said for real.",
    more: "What hooks are, and how to make one",
    address: "The hook's address",
    send: "Send",
    answer: "Answer",
    post: "Post to a hook",
    status: "What became of a message that a hook said",
  },
  zh: {
    intro: "各类程序发送的请求示例,可修改后发送。在此发送的内容会真正发出。",
    more: "什么是 Hook,如何创建",
    address: "Hook 地址",
    send: "发送",
    answer: "返回值",
    post: "向 Hook 发送",
    status: "查询 Hook 消息的状态",
  },
} as const;

export const HOOKS_SCRIPT_PATH = "/docs/hooks.js";

export function hooksPage(language: Language): Framed {
  const words = WORDS[language];
  const title = EVERYWHERE[language].hooks;
  const sections = FORMATS.map(({ name, knownBy }) => {
    const { headers = {}, body = "" } = SAMPLES[name] ?? {};
    const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}`);
    return `<section id="${name}" data-headers="${escape(JSON.stringify(headers))}">
<h2>${name}</h2>
<p>${escape(knownBy)}</p>
<pre tabindex="0">${escape(lines.join("\n"))}</pre>
<textarea spellcheck="false" rows="${body.split("\n").length + 1}" aria-label="${name}">${escape(body)}</textarea>
<button type="button">${escape(words.send)}</button>
<pre class="answer" aria-label="${escape(words.answer)}"></pre>
</section>`;
  });
  return {
    title,
    path: HOOKS_PAGE,
    language,
    body: `<h1>${escape(title)}</h1>
<p>${escape(words.intro)} <a href="/docs/guide/hooks?lang=${language}">${escape(words.more)}</a></p>
<p><label>${escape(words.address)} <input id="address" type="password" autocomplete="off"></label></p>
${sections.join("\n")}`,
    headings: FORMATS.map(({ name }) => ({ id: name, text: name })),
    script: HOOKS_SCRIPT_PATH,
  };
}

/** Posts what stands in a format's field to the hook, at this server whatever the address names. */
export const HOOKS_SCRIPT = `"use strict";
for (const section of document.querySelectorAll("main > section[data-headers]")) {
  const answer = section.querySelector("pre.answer");
  section.querySelector("button").addEventListener("click", async () => {
    try {
      const { pathname } = new URL(document.getElementById("address").value, location.href);
      const headers = JSON.parse(section.dataset.headers);
      const response = await fetch(pathname, { method: "POST", headers, body: section.querySelector("textarea").value });
      answer.textContent = response.status + "\\n" + (await response.text());
    } catch (error) {
      answer.textContent = String(error);
    }
  });
}
`;

/** The paths of the OpenAPI document. */
export function hookPaths(language: Language): Record<string, object> {
  const words = WORDS[language];
  const parameters = ["id", "secret"].map(pathParameter);
  const examples = Object.fromEntries(
    FORMATS.flatMap(({ name }) => {
      const sample = SAMPLES[name];
      return sample === undefined || name === "text"
        ? []
        : [[name, { value: JSON.parse(sample.body) as unknown }]];
    }),
  );
  const text = { schema: { type: "string" } };
  return {
    "/hooks/{id}/{secret}": {
      post: {
        operationId: "post_to_hook",
        summary: words.post,
        security: [],
        parameters: [
          ...parameters,
          { name: "Idempotency-Key", in: "header", schema: { type: "string", maxLength: 256 } },
        ],
        requestBody: {
          required: true,
          content: { "application/json": { schema: {}, examples }, "text/plain": text },
        },
        responses: {
          200: {
            description: "said, or safe in the queue",
            content: { "application/json": { schema: said() }, "text/plain": text },
          },
          403: refused("not signed, or the sender may not speak there"),
          404: refused("no such hook, or no such room"),
          410: refused("the room was destroyed"),
          413: refused("too large"),
          422: refused("of no known kind, or the template can't be used with it"),
          429: refused("too many in a second"),
          503: refused("not now; nothing was said"),
        },
      },
    },
    "/hooks/{id}/{secret}/messages/{message}": {
      get: {
        operationId: "hook_message",
        summary: words.status,
        security: [],
        parameters: [...parameters, pathParameter("message")],
        responses: {
          200: { description: "known", content: { "application/json": { schema: status() } } },
          404: refused("no such message; each is known for a day"),
        },
      },
    },
  };
}

function pathParameter(name: string): object {
  return { name, in: "path", required: true, schema: { type: "string" } };
}

function said(): object {
  const properties = {
    ok: { const: true },
    message_id: { type: "string" },
    delivery: { enum: ["confirmed", "queued"] },
  };
  return { type: "object", required: Object.keys(properties), properties };
}

function status(): object {
  const state = { enum: ["queued", "routed", "bounced", "set aside"] };
  const properties = { ok: { const: true }, message_id: { type: "string" }, state };
  return {
    type: "object",
    required: Object.keys(properties),
    properties: { ...properties, condition: { type: "string" } },
  };
}

function refused(description: string): object {
  const properties = { ok: { const: false }, error: { type: "string" }, message: { type: "string" } };
  const schema = { type: "object", required: ["ok", "error"], properties };
  return {
    description,
    content: { "application/json": { schema }, "text/plain": { schema: { type: "string" } } },
  };
}
