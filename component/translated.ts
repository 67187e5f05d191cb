/** The languages of pages and texts. */
export type Language = "en" | "zh";

/** A text in each language. */
export type Translated = Readonly<Record<Language, string>>;

/** Returns the texts of a table in one language. */
export function inLanguage<K extends string>(
  table: Readonly<Record<K, Translated>>,
  language: Language,
): Record<K, string> {
  const rows = Object.entries<Translated>(table).map(([key, text]) => [key, text[language]]);
  return Object.fromEntries(rows) as Record<K, string>;
}
