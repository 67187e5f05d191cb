/** The languages of pages and documents. */
export type Language = "en" | "zh";

/** The same text in each. */
export type Translated = Readonly<Record<Language, string>>;
