/** Draws the pictures of bots by their hooks' formats, as PNGs: node dist/scripts/docs/bot-pictures.js. */
import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { documentAt } from "./parts.js";

type Point = readonly [x: number, y: number];

/** A white sign of lines on a colour, 64 wide and high, with the origin at the left top. It is no trademark. */
interface Drawing {
  /** Red, green, blue. */
  readonly colour: readonly [number, number, number];
  /** Lines with round ends, each with its width; a line of one point is a dot. */
  readonly lines: readonly (readonly [width: number, ...points: Point[]])[];
}

const DRAWINGS: Readonly<Record<string, Drawing>> = {
  alertmanager: {
    colour: [200, 60, 50],
    lines: [
      [5, [17, 44], [22, 38], [22, 28], [26, 20], [32, 17], [38, 20], [42, 28], [42, 38], [47, 44], [17, 44]],
      [8, [32, 51]],
    ],
  },
  grafana: {
    colour: [225, 120, 30],
    lines: [
      [5, [15, 40], [25, 28], [34, 35], [49, 16]],
      [4, [13, 50], [51, 50]],
    ],
  },
  github: {
    colour: [70, 75, 90],
    lines: [
      [4, [23, 17], [23, 47]],
      [4, [43, 22], [43, 29], [39, 34], [23, 38]],
      [11, [23, 17]],
      [11, [23, 47]],
      [11, [43, 21]],
    ],
  },
  gitlab: {
    colour: [100, 80, 170],
    lines: [
      [4, [14, 32], [50, 32]],
      [14, [14, 32]],
      [14, [32, 32]],
      [14, [50, 32]],
    ],
  },
  "uptime-kuma": {
    colour: [45, 150, 90],
    lines: [[5, [10, 34], [22, 34], [28, 18], [37, 47], [43, 34], [54, 34]]],
  },
  sentry: {
    colour: [60, 50, 90],
    lines: [
      [8, [32, 15], [32, 35]],
      [9, [32, 48]],
    ],
  },
  zabbix: {
    colour: [190, 40, 60],
    lines: [
      [9, [17, 20], [47, 20]],
      [9, [17, 33], [47, 33]],
      [9, [17, 46], [47, 46]],
    ],
  },
  "home-assistant": {
    colour: [30, 130, 190],
    lines: [
      [5, [13, 33], [32, 15], [51, 33]],
      [5, [19, 32], [19, 48], [45, 48], [45, 32]],
    ],
  },
};

/** The width and height of pictures, in pixels. */
const SIZE = 96;
const SCALE = SIZE / 64;
/** How many shades there are from a drawing's colour to white. */
const SHADES = 16;
const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

for (const [format, drawing] of Object.entries(DRAWINGS)) {
  writeFileSync(documentAt(`component/hooks/pictures/${format}.png`), png(drawing));
}

/** Returns a PNG with a palette of shades (PNG specification §11). */
function png(drawing: Drawing): Buffer {
  const shades = Array.from({ length: SHADES }, (_, shade) =>
    drawing.colour.map((part) => Math.round(part + ((255 - part) * shade) / (SHADES - 1))),
  );
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  // 8 bits a pixel, each an index of the palette.
  header.set([8, 3], 8);
  const rows = Array.from({ length: SIZE }, (_, y) => [
    0,
    ...Array.from({ length: SIZE }, (_, x) => shadeAt(drawing, (x + 0.5) / SCALE, (y + 0.5) / SCALE)),
  ]);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(shades.flat())),
    chunk("IDAT", deflateSync(Buffer.from(rows.flat()), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, sum]);
}

/** Returns the shade of a point: the last is that of points inside a line; edges are soft. */
function shadeAt({ lines }: Drawing, x: number, y: number): number {
  const depths = lines.flatMap(([width, ...points]) =>
    points.map((point, at) => width / 2 - distance([x, y], points[Math.max(0, at - 1)] ?? point, point)),
  );
  return Math.round(Math.min(1, Math.max(0, Math.max(...depths) * SCALE + 0.5)) * (SHADES - 1));
}

/** Returns the distance of a point from the line between two points. */
function distance([x, y]: Point, [fromX, fromY]: Point, [toX, toY]: Point): number {
  const [width, height] = [toX - fromX, toY - fromY];
  const length = width * width + height * height;
  const along = length === 0 ? 0 : ((x - fromX) * width + (y - fromY) * height) / length;
  const nearest = Math.min(1, Math.max(0, along));
  return Math.hypot(x - fromX - nearest * width, y - fromY - nearest * height);
}
