/** Hooks in the documentation: a page for each format, where a post of it is shown with what is said of it, and tried. */
import type { Language } from "../../component/language.js";
import { HookFault } from "../../component/hooks/fault.js";
import { ALL_FORMATS, formatNamed } from "../../component/hooks/formats/formats.js";
import type { Format, Sample } from "../../component/hooks/formats/format.js";
import { Templates } from "../../component/hooks/templates.js";
import { renderPost } from "../../component/hooks/rendering.js";
import { contentOf, posted } from "../hooks/payload.js";
import { escape } from "./escape.js";
import type { Framed } from "./frame.js";
import { WORDS as EVERYWHERE } from "./language.js";
import { hookPage, HOOKS_PAGE } from "./pages.js";

const WORDS = {
  en: {
    intro: "What programs of these kinds post to a hook is said in a room, or to somebody.",
    more: "What hooks are, and how to make one",
    format: "Format",
    about: "What is posted",
    make: "Make a hook, which prints its address, this once:",
    try: "Try it",
    forReal: "What is sent here is said for real.",
    address: "The hook's address",
    post: "Post",
    send: "Send",
    answer: "Answer",
    read: "What people read of it",
    template: "Its template",
    copy: "To be copied and changed; it gets the whole post as payload.",
  },
  zh: {
    intro: "这些程序向 Hook 发送的内容会发到群里或发给某人。",
    more: "什么是 Hook,如何创建",
    format: "格式",
    about: "发送的内容",
    make: "创建 Hook,其地址只显示这一次:",
    try: "试用",
    forReal: "在此发送的内容会真正发出。",
    address: "Hook 地址",
    post: "请求",
    send: "发送",
    answer: "返回值",
    read: "用户读到的内容",
    template: "模板",
    copy: "可复制后修改;模板得到整个请求,名为 payload。",
  },
} as const;

export const HOOKS_SCRIPT_PATH = "/docs/hooks.js";

/** The formats, each with the way to its page. */
export function hooksPage(language: Language): Framed {
  const words = WORDS[language];
  const title = EVERYWHERE[language].hooks;
  const rows = ALL_FORMATS.map(({ name, words: { [language]: of } }) => {
    const link = `<a href="${hookPage(name)}?lang=${language}">${escape(of.title)}</a>`;
    return `<tr><td>${link}</td><td>${escape(of.about)}</td></tr>`;
  });
  return {
    title,
    path: HOOKS_PAGE,
    language,
    body: `<h1>${escape(title)}</h1>
<p>${escape(words.intro)} <a href="/docs/guide/hooks?lang=${language}">${escape(words.more)}</a></p>
<div class="wide" tabindex="0"><table><thead><tr><th>${words.format}</th><th>${words.about}</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`,
    headings: [],
  };
}

/** Undefined where there is no such format. */
export async function formatPage(name: string, language: Language): Promise<Framed | undefined> {
  const format = formatNamed(name);
  if (format === undefined) return undefined;
  const { sample, template, command, setting } = format;
  const about = format.words[language];
  const words = WORDS[language];
  const templates = await Templates.load();
  return {
    title: about.title,
    path: hookPage(name),
    language,
    body: `<h1>${escape(about.title)}</h1>
<p>${escape(about.about)} <a href="/docs/guide/hooks?lang=${language}">${escape(words.more)}</a></p>
<p>${escape(words.make)}</p>
${code(command)}
<p>${escape(about.where)}</p>
${setting === undefined ? "" : code(setting)}
${trial(sample, language)}
<h2 id="read">${escape(words.read)}</h2>
<p>${escape(about.becomes)}</p>
${code(textOf(format, templates))}
<h2 id="template">${escape(words.template)}</h2>
<p>${escape(words.copy)}</p>
${code(template)}`,
    headings: [
      { id: "try", text: words.try },
      { id: "read", text: words.read },
      { id: "template", text: words.template },
    ],
    script: HOOKS_SCRIPT_PATH,
  };
}

function trial({ headers, body }: Sample, language: Language): string {
  const words = WORDS[language];
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `<section id="try" data-headers="${escape(JSON.stringify(headers))}">
<h2>${escape(words.try)}</h2>
<p>${escape(words.forReal)}</p>
<p><label>${escape(words.address)} <input id="address" type="password" autocomplete="off"></label></p>
${code(lines.join("\n"))}
<textarea spellcheck="false" rows="${body.split("\n").length + 1}" aria-label="${escape(words.post)}">${escape(body)}</textarea>
<button type="button">${escape(words.send)}</button>
<pre class="answer" role="status" aria-label="${escape(words.answer)}"></pre>
</section>`;
}

/** What people read of its sample. */
function textOf(format: Format, templates: Templates): string {
  const { sample, template } = format;
  const content = contentOf(sample.headers, Buffer.from(sample.body));
  const given = posted(sample.headers, content, false);
  const limits = { message_bytes: Infinity };
  const wording =
    given instanceof HookFault ? given : renderPost(format, given, { templates, template, limits });
  return wording instanceof HookFault ? wording.message : wording.text;
}

/** Scrolled by itself where it is wide, by keyboard, too. */
function code(text: string): string {
  return `<pre tabindex="0">${escape(text)}</pre>`;
}

/** Posts what stands in the field to the hook, at this server whatever the address names; then asks what became of it. */
export const HOOKS_SCRIPT = `"use strict";
const section = document.querySelector("main > section[data-headers]");
const answer = section.querySelector("pre.answer");
const tell = (text) => { answer.textContent = text; };
section.querySelector("button").addEventListener("click", async () => {
  try {
    const { pathname } = new URL(document.getElementById("address").value.trim(), location.href);
    if (!pathname.startsWith("/hooks/")) return tell("…/hooks/ID/SECRET ?");
    const headers = JSON.parse(section.dataset.headers);
    const response = await fetch(pathname, { method: "POST", headers, body: section.querySelector("textarea").value });
    const lines = [response.status, await response.text()];
    tell(lines.join("\\n"));
    const id = response.headers.get("x-qtalk-message-id");
    for (let left = 20; id !== null && left > 0; left--) {
      const { state, condition } = await (await fetch(pathname + "/messages/" + id)).json();
      tell([...lines, condition === undefined ? state : state + " (" + condition + ")"].join("\\n"));
      if (state !== "queued") return;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  } catch (error) {
    tell(String(error));
  }
});
`;
