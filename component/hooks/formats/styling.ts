/** Texts with message styling (XEP-0393), as several formats make them. */

/** Returns a text in bold; a text that has stars already stays as it is. */
export function bold(text: string): string {
  return text === "" || text.includes("*") ? text : `*${text}*`;
}

/** Joins the texts that aren't empty, a line each. */
export function lines(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join("\n");
}
