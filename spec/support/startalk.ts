/**
 * Makes small dumps of the original QTalk's database for tests. All values have defaults except those that a test sets.
 */

export type Cell = string | number | null;
export type TableRows = readonly Readonly<Record<string, Cell>>[];

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r" };

/** Returns a COPY block of a dump; by default, its columns are those of the rows. */
export function copyBlock(table: string, rows: TableRows, columns = columnsOf(rows)): string {
  const lines = rows.map((row) => columns.map((column) => cellText(row[column] ?? null)).join("\t"));
  return [`COPY public.${table} (${columns.join(", ")}) FROM stdin;`, ...lines, "\\.", "", ""].join("\n");
}

/** Returns a dump in pg_dump's format. */
export function dumpOf(...blocks: readonly string[]): string {
  const head = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n";
  return `${head}${blocks.join("")}--\n-- PostgreSQL database dump complete\n--\n`;
}

/** Returns a table in the format of psql's `\copy … csv header`. */
export function csvOf(rows: TableRows): string {
  const columns = columnsOf(rows);
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column] ?? null)).join(","));
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}

/** Returns a room's options as ejabberd printed them, as an Erlang term. */
export function optsOf(affiliations: string, more = ""): string {
  return `[{title,<<>>},{description,<<>>},{public,false},{persistent,true},{members_only,true},{anonymous,false}${more},{affiliations,[${affiliations}]},{subject,<<>>},{subject_author,<<>>}]`;
}

export function affiliation(user: string, rank: string, host = "qtalk"): string {
  return `{{<<"${user}">>,<<"${host}">>,<<>>},{${rank},<<>>}}`;
}

function columnsOf(rows: TableRows): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function cellText(cell: Cell): string {
  return cell === null ? "\\N" : String(cell).replace(/[\\\n\t\r]/g, (mark) => ESCAPES[mark] ?? mark);
}

function csvCell(cell: Cell): string {
  if (cell === null) return "";
  const text = String(cell);
  return text === "" || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
