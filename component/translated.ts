/** The languages of pages and texts. */
export type Language = "en" | "zh";

/** A text in each language. */
export type Translated = Readonly<Record<Language, string>>;
