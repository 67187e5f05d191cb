/** Small dumps of the original's database, for tests: only what a test names differs from what is usual. */

export type Cell = string | number | null;
export type TableRows = readonly Readonly<Record<string, Cell>>[];

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r" };

/** A COPY block; its columns are those of its rows. */
export function copyBlock(table: string, rows: TableRows, columns = columnsOf(rows)): string {
  const lines = rows.map((row) => columns.map((column) => cellText(row[column] ?? null)).join("\t"));
  return [`COPY public.${table} (${columns.join(", ")}) FROM stdin;`, ...lines, "\\.", "", ""].join("\n");
}

/** A dump as pg_dump prints it. */
export function dumpOf(...blocks: readonly string[]): string {
  const head = "--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n";
  return `${head}${blocks.join("")}--\n-- PostgreSQL database dump complete\n--\n`;
}

/** A table as psql's \copy … csv header writes it. */
export function csvOf(rows: TableRows): string {
  const columns = columnsOf(rows);
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column] ?? null)).join(","));
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}

/** A room's options as ejabberd printed them. */
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
