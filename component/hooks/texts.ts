/** What hooks add to their messages, in the language of the configuration (messages.language). */
import type { Language } from "../translated.js";

const TEXTS = {
  en: {
    /** Stands above the message of a test, so that nobody acts on it. */
    test: (hook: string) => `🧪 Test of the hook ${hook}: nothing has happened.\n`,
    /** Shown by clients that don't know retractions. */
    removed: "(An earlier message was removed.)",
    notUploaded: "(could not be uploaded)",
  },
  zh: {
    test: (hook: string) => `🧪 这是 Webhook“${hook}”的测试消息：并没有发生任何事情。\n`,
    removed: "（之前的一条消息已被删除。）",
    notUploaded: "（无法上传）",
  },
} as const;

export type HookTexts = (typeof TEXTS)[Language];

export function hookTextsIn(language: Language): HookTexts {
  return TEXTS[language];
}
