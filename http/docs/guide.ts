/** The guide's pages, from the Markdown files in http/docs/guide. */
import type { Language } from "../../component/translated.js";
import type { Framed } from "./frame.js";
import { render } from "./markdown.js";
import { readPage, titleOf } from "./pages.js";

/** Renders a page. @param path the path at which it is served */
export function guidePage(name: string, reader: Language, path = `/docs/guide/${name}`): Framed {
  const { text, language: textLanguage } = readPage(name, reader);
  const original = textLanguage === "en" ? undefined : readPage(name, "en").text;
  return {
    title: titleOf(name, reader),
    path,
    language: reader,
    textLanguage,
    ...render(text, reader, original),
  };
}
