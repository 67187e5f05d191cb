/** Returns the lines that are indented least, each with the deeper ones that follow. */
export function blocksIn(text: string): string[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const depth = (line: string): number => line.search(/\S/);
  const least = Math.min(...lines.map(depth));
  const blocks: string[] = [];
  for (const line of lines) {
    if (depth(line) === least) blocks.push(line.trim());
    else blocks.push(`${blocks.pop() ?? ""}\n${line}`);
  }
  return blocks;
}
