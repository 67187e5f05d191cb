/** Escapes text for HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Returns a table. It scrolls on its own if it is wide; `tabindex` lets the keyboard scroll it. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (texts: readonly string[]): string => texts.map((text) => `<td>${text}</td>`).join("");
  // Screen readers would announce an empty header cell.
  const names = head.map((name) => (name === "" ? "<td></td>" : `<th>${escape(name)}</th>`)).join("");
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join("");
  return `<div class="wide" tabindex="0"><table><thead><tr>${names}</tr></thead><tbody>${body}</tbody></table></div>`;
}

export function htmlList(items: readonly string[]): string {
  return `<ul>\n${items.map((item) => `<li>${item}</li>`).join("\n")}\n</ul>`;
}

/** Returns a code block, which the keyboard can scroll. */
export function htmlCode(text: string): string {
  return `<pre tabindex="0">${escape(text)}</pre>`;
}
