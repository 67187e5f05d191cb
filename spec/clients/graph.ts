/** Draws a graph as Grafana's image renderer does. */
import type { Browser } from "playwright-core";

const SIZE = { width: 800, height: 250 };
const VALUES = [20, 25, 22, 34, 31, 42, 60, 74, 86, 94, 96, 98];
const TOP = 110;

/** @param start the time of its left end, in milliseconds since 1970 */
export async function drawGraph(browser: Browser, title: string, start: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: SIZE, deviceScaleFactor: 2 });
  const [left, bottom, width, height] = [52, SIZE.height - 34, SIZE.width - 72, SIZE.height - 78];
  const y = (value: number): number => bottom - (value / TOP) * height;
  const x = (part: number): number => left + part * width;
  const text = (at: readonly [number, number], words: string, anchor: string): string =>
    `<text x="${at[0]}" y="${at[1]}" text-anchor="${anchor}" font-size="15" fill="#a3a7ae">${words}</text>`;
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  const points = VALUES.map((value, at) => `${x(at / (VALUES.length - 1))},${y(value)}`).join(" ");
  const line = (value: number, style: string): string =>
    `<line x1="${left}" x2="${left + width}" y1="${y(value)}" y2="${y(value)}" ${style}/>`;
  const svg = [
    `<rect width="100%" height="100%" fill="#181b1f"/>`,
    `<text x="14" y="27" font-size="19" fill="#ccccdc">${title}</text>`,
    ...[25, 50, 75, 100].flatMap((value) => [
      line(value, 'stroke="#2c3235"'),
      text([left - 10, y(value) + 5], String(value), "end"),
    ]),
    line(90, 'stroke="#f2495c" stroke-width="2.5" stroke-dasharray="6 5"'),
    `<polyline points="${points}" fill="none" stroke="#73bf69" stroke-width="4" stroke-linejoin="round"/>`,
    ...[0, 1, 2].map((third) =>
      text(
        [x(third / 2), SIZE.height - 10],
        clock.format(start + third * 15 * 60_000),
        ["start", "middle", "end"][third] ?? "",
      ),
    ),
  ];
  const attributes = `width="${SIZE.width}" height="${SIZE.height}" font-family="Noto Sans"`;
  await page.setContent(
    `<body style="margin:0"><svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${svg.join("")}</svg>`,
  );
  const picture = await page.screenshot();
  await page.close();
  return picture;
}
