/** How many stanzas, in words. */
export function counted(count: number): string {
  return `${count} ${count === 1 ? "stanza" : "stanzas"}`;
}
