/** Reads the components of a message to Discord ("Component Reference"): texts, pictures, and buttons with links. */
import { listOf, textOf, urlOf, wholeListOf, fieldsOf } from "./fields.js";

/** The types that say something themselves; others, such as rows, sections and containers, have components inside. */
const TYPES = { button: 2, text: 10, thumbnail: 11, gallery: 12 };
/** How deep components may be nested, and how many are read. */
const MOST = { depth: 5, said: 50 };

export interface SaidComponents {
  /** Texts in Discord's Markdown, and buttons as links. */
  readonly texts: string[];
  readonly images: string[];
}

/** Whether a post has components, which other programs name so, too, but not number. */
export function hasComponents(value: unknown): boolean {
  return typeof fieldsOf(wholeListOf(value, "components")[0]).type === "number";
}

/** Returns what the components of a post say, in order. */
export function componentsOf(value: unknown): SaidComponents {
  const said: SaidComponents = { texts: [], images: [] };
  if (hasComponents(value)) walk(listOf(value, "components"), said, 0);
  return said;
}

function walk(components: readonly unknown[], said: SaidComponents, depth: number): void {
  for (const each of components) {
    if (depth > MOST.depth || said.texts.length + said.images.length >= MOST.said) return;
    const { type, accessory } = fieldsOf(each);
    if (type === TYPES.text) said.texts.push(textOf(each, "content"));
    else if (type === TYPES.button) addButton(each, said);
    else if (type === TYPES.thumbnail) addImage(each, said);
    else if (type === TYPES.gallery) for (const item of listOf(each, "items")) addImage(item, said);
    else
      walk([...listOf(each, "components"), ...(accessory === undefined ? [] : [accessory])], said, depth + 1);
  }
}

function addButton(button: unknown, { texts }: SaidComponents): void {
  const url = urlOf(button, "url");
  if (url !== "") texts.push(`${textOf(button, "label")} ${url}`.trim());
}

function addImage(item: unknown, { images }: SaidComponents): void {
  const url = urlOf(item, "media.url");
  if (url !== "") images.push(url);
}
