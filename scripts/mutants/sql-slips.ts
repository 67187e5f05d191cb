/** Small changes of meaning in the text of SQL statements. */

/** A part of the text, by its offsets, and what replaces it. */
export interface TextSlip {
  readonly from: number;
  readonly to: number;
  readonly replacement: string;
}

const IS_SQL = /\b(?:SELECT|UPDATE|INSERT INTO|DELETE FROM|WHERE|ORDER BY|AND)\b|(?:[<>]=?|=) \?/;

/** Each pattern's first group is replaced. Conditions with parameters stay: without them the statement would fail at once. */
const CHANGES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/ (<) /g, "<="],
  [/ (<=) /g, "<"],
  [/ (>) /g, ">="],
  [/ (>=) /g, ">"],
  [/ (IS NULL)\b/g, "IS NOT NULL"],
  [/ (IS NOT NULL)\b/g, "IS NULL"],
  [/\b(min)\(/g, "max"],
  [/\b(max)\(/g, "min"],
  [/\bORDER BY [\w.]+( DESC)/g, ""],
  [/\bORDER BY [\w.]+()(?! DESC)/g, " DESC"],
  [
    /( AND (?:NOT )?[\w.]+ (?:=|<>|<=?|>=?|IS|IN) (?:NOT NULL|NULL|'[^']*'|\d+|[\w.]+|\([^()?$]*\)))(?! *[+\-|*]|\w|\()/g,
    "",
  ],
];

/** Returns the slips of a literal's source text; none if it isn't SQL. */
export function* sqlSlips(text: string): Iterable<TextSlip> {
  if (!IS_SQL.test(text)) return;
  for (const [pattern, replacement] of CHANGES) {
    for (const match of text.matchAll(new RegExp(pattern.source, "dg"))) {
      const [from, to] = match.indices?.[1] ?? [0, 0];
      yield { from, to, replacement };
    }
  }
}
