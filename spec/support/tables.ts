/** Reads tables in results of ad-hoc commands, as a client shows them. */
import type { Element } from "../../scripts/lab/client.js";

/** Returns the table of a command's answer (XEP-0004 §3.4): the columns' labels, then the rows' values. */
export function tableIn(answer: Element): string[][] {
  const form = answer.getChild("command")?.getChild("x");
  const columns = form?.getChild("reported")?.getChildren("field") ?? [];
  const rows = form?.getChildren("item") ?? [];
  return [
    columns.map(({ attrs }) => attrs.label ?? ""),
    ...rows.map((row) => {
      const fields = row.getChildren("field");
      const values = columns.map(({ attrs }) => fields.find((field) => field.attrs.var === attrs.var));
      return values.map((field) => field?.getChildText("value") ?? "");
    }),
  ];
}
