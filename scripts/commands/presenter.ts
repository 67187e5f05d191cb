/** Prints results of operations: secrets and tables on standard output, explanations of secrets on standard error. */
import { stdout } from "node:process";
import { resultFieldsOf, valueIn, type Field } from "../../component/administration/fields.js";
import type { Operation } from "../../component/administration/operation.js";
import { exactTimeText, localTimeText } from "../local-time.js";
import { printError, say } from "../output.js";
import { excerpt, fitted, oneLine, table } from "../table.js";

type Row = Readonly<Record<string, unknown>>;

export function present(operation: Operation, result: object): void {
  const values = result as Row;
  const fields = resultFieldsOf(operation).filter((field) => valueIn(values, field) !== undefined);
  const secrets = fields.filter(({ secret }) => secret);
  const { message, notes = [], next } = values;
  if (message !== undefined) (secrets.length > 0 ? printError : say)(message as string);
  for (const field of secrets) {
    printError(`Shown only now, the ${field.label.en}:`);
    say(String(valueIn(values, field)));
  }
  const rest = fields.filter(({ name, secret }) => !["message", "notes", "next"].includes(name) && !secret);
  // A sentence says what the numbers beside it say.
  const facts = rest.filter((field) => field.items === undefined && !field.long && message === undefined);
  if (facts.length > 0)
    say(
      ...facts.map((field) =>
        `${field.label.en}: ${oneLine(textOf(field, valueIn(values, field)))}`.trimEnd(),
      ),
    );
  for (const field of rest)
    if (field.long && valueIn(values, field) !== "") say(String(valueIn(values, field)).trimEnd());
  const lists = rest.filter(({ items }) => items !== undefined);
  for (const [index, list] of lists.entries()) {
    if (index > 0) say("");
    showList(list, valueIn(values, list) as readonly Row[], lists.length > 1);
  }
  printError(...(notes as readonly string[]));
  if (next !== undefined) printError(`More follow: pass --after '${next as string}'.`);
}

/** Prints a table, without columns that are empty in every row. */
function showList({ label, items = [], none }: Field, rows: readonly Row[], isTitled: boolean): void {
  if (rows.length === 0) {
    if (none !== undefined) say(none.en);
    return;
  }
  if (isTitled) say(`${label.en}:`);
  const columns = items.filter(
    (field) =>
      !field.inner && rows.some((row) => ![undefined, ""].includes(valueIn(row, field) as undefined)),
  );
  // Titles are the last columns, because terminals disagree about the widths of some characters, such as emoji.
  const ordered = [
    ...columns.filter(({ name }) => !WIDE.has(name)),
    ...columns.filter(({ name }) => WIDE.has(name)),
  ];
  const cells = rows.map((row) =>
    ordered.map((column) => {
      const text = textOf(column, valueIn(row, column));
      // --json has the whole text.
      return column.long && !column.whole ? excerpt(text, stdout.isTTY ? SHORT : LINE) : text;
    }),
  );
  const headings = ordered.map((column) => column.label.en);
  const { columns: width, isTTY } = stdout;
  const isLong = (column: number): boolean => ordered[column]?.long === true;
  if (!isTTY) {
    say(table(headings, cells));
    return;
  }
  const shown = fitted(headings, cells, { width, isLong });
  say(table(shown.headings, shown.rows));
  if (shown.omitted.length > 0)
    printError(`Left out, as the terminal is too narrow: ${shown.omitted.join(", ")}. --json has them.`);
}

/** How many characters of a long text a row of a table has at most: in a terminal, and in a pipe or file. */
const SHORT = 60;
const LINE = 200;

const WIDE: ReadonlySet<string> = new Set(["title"]);

function textOf({ time, kind }: Field, value: unknown): string {
  // Without a time, an event is the present state.
  if (value === undefined) return time === "exact" ? "now" : "";
  if (time !== undefined) return (time === "exact" ? exactTimeText : localTimeText)(Number(value));
  if (kind === "boolean") return value === true ? "yes" : "no";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : (value as string | number).toString();
}
