/** Any JSON, worded by a template of the hook's own. */
import { HookFault } from "../fault.js";
import { type Format, jsonSample } from "./format.js";

/** A template as an operator would write it for the sample. */
const OWN_TEMPLATE = "Backup of {{ payload.host }}: {{ payload.seconds }} s\n";

const SAMPLE = jsonSample({ service: "backup", host: "db1", seconds: 42 });

export const template: Format = {
  name: "template",
  knownBy: "JSON, for a template of the hook's own",
  isRetried: false,
  recognises: ({ json }) => json !== undefined,
  read: ({ json }) => (json === undefined ? new HookFault("payload", "the post is no JSON") : { view: {} }),
  sample: SAMPLE,
  needsTemplate: true,
  template: OWN_TEMPLATE,
  command: "qtalk-component hook add backup --to ops --format template --template FILE",
  words: {
    en: {
      title: "Any JSON, by a template",
      about: "JSON of any program, worded by a template of the hook's own.",
      where: "Wherever the program wants the URL that it is to post to.",
      becomes: `What the template makes of it; here of ${OWN_TEMPLATE.trim()}. Faults are answered with the template's line.`,
    },
    zh: {
      title: "任意 JSON,用模板",
      about: "任何程序的 JSON,由 Hook 自己的模板写成文字。",
      where: "程序要填接收请求的 URL 的地方。",
      becomes: `模板生成的内容;此处的模板是 ${OWN_TEMPLATE.trim()}。出错时返回模板的行号。`,
    },
  },
};
