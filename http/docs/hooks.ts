/** The pages about the formats of incoming webhooks, with samples and a form for posting. */
import { inLanguage, type Language } from "../../component/translated.js";
import { HookFault } from "../../component/hooks/fault.js";
import { FORMATS } from "../../component/hooks/formats/formats.js";
import type { Format } from "../../component/hooks/formats/format.js";
import { Templates } from "../../component/hooks/templates.js";
import { renderPost } from "../../component/hooks/rendering.js";
import { documentationOf, samplePayload, variablesOf, type DocumentedFormat } from "./formats.js";
import type { Framed } from "./frame.js";
import { htmlCode, escape, htmlTable } from "./html.js";
import { docTextsIn } from "./language.js";
import { hookPage, HOOKS_PAGE } from "./pages.js";

const TEXTS = {
  intro: {
    en: "Programs post to a hook in one of these formats; the hook sends a message to a room or a user.",
    zh: "程序以下列格式之一向 Webhook 发送 POST 请求，Webhook 把内容作为消息发到群或发给用户。",
  },
  more: { en: "About hooks, and how to add one", zh: "Webhook 简介及添加方法" },
  format: { en: "Format", zh: "格式" },
  about: { en: "Content", zh: "内容" },
  make: { en: "Add a hook. Its URL is shown only once:", zh: "添加 Webhook。URL 只显示一次：" },
  try: { en: "Try it", zh: "试用" },
  forReal: { en: "Posts from this page are real: the message is sent.", zh: "从本页发送的内容会真正发出。" },
  address: { en: "The hook's URL", zh: "Webhook 的 URL" },
  post: { en: "Post", zh: "请求" },
  picture: { en: "The message in a chat", zh: "聊天中的消息" },
  read: { en: "Resulting message", zh: "生成的消息" },
  repeats: {
    en: "Identical posts within ten minutes count as one.",
    zh: "十分钟之内内容相同的请求只算一次。",
  },
  template: { en: "Template", zh: "模板" },
  copy: {
    en: "Copy and change it. The variable payload has the whole post.",
    zh: "可复制后修改。变量 payload 是请求体的全部内容。",
  },
  variables: { en: "Further variables:", zh: "其他变量：" },
};

export function hooksPage(language: Language): Framed {
  const texts = inLanguage(TEXTS, language);
  const title = docTextsIn(language).hooks;
  const rows = FORMATS.map((format) => {
    const { title: name, about } = documentationOf(format)[language];
    return [`<a href="${hookPage(format.name)}?lang=${language}">${escape(name)}</a>`, escape(about)];
  });
  return {
    title,
    path: HOOKS_PAGE,
    language,
    body: `<h1>${escape(title)}</h1>
<p>${escape(texts.intro)} <a href="/docs/guide/hooks?lang=${language}">${escape(texts.more)}</a></p>
${htmlTable([texts.format, texts.about], rows)}`,
    headings: [],
  };
}

export async function formatPage(format: Format, language: Language): Promise<Framed> {
  const { sample, command, setting, programs, [language]: about } = documentationOf(format);
  const texts = inLanguage(TEXTS, language);
  const templates = await Templates.load();
  const variables = await variablesText(format, language);
  return {
    title: about.title,
    path: hookPage(format.name),
    language,
    body: `<h1>${escape(about.title)}</h1>
<p>${escape(about.about)} <a href="/docs/guide/hooks?lang=${language}">${escape(texts.more)}</a></p>
<p>${escape(texts.make)}</p>
${htmlCode(command)}
<p>${escape(about.where)}</p>
${setting === undefined ? "" : htmlCode(setting)}
${programs.map((program) => recipe(program, language)).join("\n")}
${trial(sample, language)}
<h2 id="read">${escape(texts.read)}</h2>
<p>${escape([about.becomes, ...(format.isRetried ? [texts.repeats] : [])].join(language === "zh" ? "" : " "))}</p>
${messagePicture(textOf(format, templates), command, language)}
<h2 id="template">${escape(texts.template)}</h2>
<p>${escape(texts.copy)}${escape(variables)}</p>
${htmlCode(format.template)}`,
    headings: [
      { id: "try", text: texts.try },
      { id: "read", text: texts.read },
      { id: "template", text: texts.template },
    ],
    script: "/docs/hooks.js",
  };
}

/** Shows where to enter the hook's URL in a program. */
function recipe(program: DocumentedFormat["programs"][number], language: Language): string {
  const { name, setting, [language]: where } = program;
  return `<h3>${escape(name)}</h3>
<p>${escape(where)}</p>
${setting === undefined ? "" : htmlCode(setting)}`;
}

/** Shows a message as chat clients do: the bot's name, and the text with bold text (XEP-0393) and links. */
function messagePicture(text: string, command: string, language: Language): string {
  const [, title = "Bot"] = /--title (\S+)/.exec(command) ?? [];
  const lines = escape(text.trim())
    .replace(/(^|\s)\*(\S(?:[^*\n]*\S)?)\*(?=\s|$)/g, "$1<strong>$2</strong>")
    .replace(/https?:\/\/[^\s<]+/g, '<span class="link">$&</span>');
  return `<figure class="message" aria-label="${escape(inLanguage(TEXTS, language).picture)}">
<span class="face" aria-hidden="true">${escape(title.charAt(0))}</span>
<div><b>${escape(title)}</b> <span class="hat">bot</span>
<p>${lines}</p></div>
</figure>`;
}

function trial({ headers, body }: DocumentedFormat["sample"], language: Language): string {
  const texts = { ...docTextsIn(language), ...inLanguage(TEXTS, language) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `<section id="try" data-headers="${escape(JSON.stringify(headers))}">
<h2>${escape(texts.try)}</h2>
<p>${escape(texts.forReal)}</p>
<p><label>${escape(texts.address)} <input id="address" type="password" autocomplete="off"></label></p>
${htmlCode(lines.join("\n"))}
<textarea spellcheck="false" rows="${body.split("\n").length + 1}" aria-label="${escape(texts.post)}">${escape(body)}</textarea>
<button type="button">${escape(texts.send)}</button>
<pre class="answer" role="status" aria-label="${escape(texts.answer)}"></pre>
</section>`;
}

/** Returns the text of the message that results from a format's sample. */
function textOf(format: Format, templates: Templates): string {
  const { template } = format;
  const given = samplePayload(format);
  const limits = { message_bytes: Infinity };
  const wording =
    given instanceof HookFault ? given : renderPost(format, given, { templates, template, limits });
  if (wording === "nothing") return "";
  return wording instanceof HookFault ? wording.message : wording.text;
}

/** Returns a sentence with a format's variables, and in parentheses the fields of lists; "" if there are none. */
async function variablesText(format: Format, language: Language): Promise<string> {
  const names = (await variablesOf(format)).map(([name, fields]) =>
    fields.length === 0 ? name : `${name} (${fields.join(", ")})`,
  );
  return names.length === 0 ? "" : ` ${inLanguage(TEXTS, language).variables} ${names.join(", ")}`;
}
