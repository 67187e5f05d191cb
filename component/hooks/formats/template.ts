/** The format for any JSON: the hook's own template renders it. */
import { HookFault } from "../fault.js";
import { type Format, jsonSample } from "./format.js";

/** An example of a template, for the sample. */
const OWN_TEMPLATE = "Backup of {{ payload.host }}: {{ payload.seconds }} s\n";

export const template: Format = {
  name: "template",
  knownBy: "JSON for the hook's own template",
  isRetried: false,
  recognises: ({ json }) => json !== undefined,
  read: ({ json }) => (json === undefined ? new HookFault("payload", "the post is no JSON") : { view: {} }),
  sample: jsonSample({ service: "backup", host: "db1", seconds: 42 }),
  needsTemplate: true,
  template: OWN_TEMPLATE,
  variables: {},
  command: "qtalk-component hook add backup --to ops --format template --template FILE",
  words: {
    en: {
      title: "Any JSON, by a template",
      about: "JSON of any program, rendered by the hook's own template.",
      where: "Enter the hook's address as the URL that the program posts to.",
      becomes: `The output of the template, for example of ${OWN_TEMPLATE.trim()}. Errors name the template's line.`,
    },
    zh: {
      title: "任意 JSON，用模板",
      about: "任何程序的 JSON，由 Hook 自己的模板生成文字。",
      where: "程序要填接收请求的 URL 的地方。",
      becomes: `模板生成的内容，例如模板 ${OWN_TEMPLATE.trim()}。出错时返回模板的行号。`,
    },
  },
};
