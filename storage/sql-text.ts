/** Reads the text of SQL: its tokens, its statements, and a form in which texts are compared. */

/** Comments and white space; string literals and quoted names; words and numbers; any other character. */
const TOKEN = /--[^\n]*|\/\*[^]*?\*\/|\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|[^]/g;
const BLANK = /^(?:--|\/\*|\s)/;
const QUOTED_NAME = /^"(\w+)"$/;

/** Returns the text without comments, and with one form of white space and of quoted names. */
export function normalised(sql: string): string {
  return tokens(sql)
    .map((token) => token.replace(QUOTED_NAME, "$1"))
    .join(" ");
}

/** Splits a script into its statements. */
export function statements(script: string): string[] {
  const found: string[] = [];
  let text = "";
  let open: string[] = [];
  for (const token of script.match(TOKEN) ?? []) {
    text += token;
    if (BLANK.test(token)) continue;
    open.push(token);
    if (token !== ";" || (isTrigger(open) && !endsTrigger(open))) continue;
    found.push(text.trim());
    text = "";
    open = [];
  }
  if (open.length > 0) found.push(text.trim());
  return found;
}

function tokens(sql: string): string[] {
  return (sql.match(TOKEN) ?? []).filter((token) => !BLANK.test(token));
}

function isTrigger(open: readonly string[]): boolean {
  return /^create (?:temp |temporary )?trigger /i.test(`${open.slice(0, 3).join(" ")} `);
}

/** Whether the last statement of a trigger has ended. (The END of a CASE doesn't follow a semicolon.) */
function endsTrigger(open: readonly string[]): boolean {
  const [before, end] = open.slice(-3);
  return before === ";" && /^end$/i.test(end ?? "");
}
