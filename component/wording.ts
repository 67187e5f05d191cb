/** Parts of messages to people. */

/** Returns a count with its noun, such as "1 room" or "2 rooms". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Quotes a text of a user or caller, shortened to 80 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
