/** The picture of the layers (an SVG), drawn by Graphviz from the folders' real imports. */
import { instance, type Edge, type Graph } from "@viz-js/viz";
import { folderImports, LAYERS, type Import, type Layer } from "./imports.js";

const ABOUT: Readonly<Record<Layer, string>> = {
  scripts: "the door: command line, daemon, quickstart, benchmarks",
  http: "translates the HTTP contract into operations",
  component: "the XMPP side",
  storage: "SQLite",
};

/** Those whose folders are each drawn; the others are one box. */
const OPEN: ReadonlySet<string> = new Set<Layer>(["http", "component"]);

/** Colours by class, so that they suit light and dark. */
const STYLE = `<style>
  text { fill: #1f2328; font-size: 12px; }
  .cluster polygon, .cluster path { fill: #8881; stroke: #8886; }
  .node path, .node polygon { fill: #fff; stroke: #57606a; }
  .edge path { stroke: #57606a; }
  .edge polygon { fill: #57606a; stroke: #57606a; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .node path, .node polygon { fill: #161b22; stroke: #9198a1; }
    .edge path { stroke: #9198a1; }
    .edge polygon { fill: #9198a1; stroke: #9198a1; }
  }
</style>`;

export async function picture(): Promise<string> {
  const viz = await instance();
  const svg = viz.renderString(graphOf(folderImports()), { format: "svg" });
  return svg
    .slice(svg.indexOf("<svg"))
    .replace(/<!--[^]*?-->\n/g, "")
    .replace(/<title>[^]*?<\/title>\n/g, "")
    .replace(/(<svg[^>]*>\n)/, `$1${STYLE}\n`);
}

function graphOf(imports: readonly Import[]): Graph {
  const edges = drawn(imports);
  const common = commonGround(edges);
  const folders = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].sort();
  const inLayer = (layer: string): string[] => folders.filter((folder) => layerOf(folder) === layer);
  return {
    graphAttributes: {
      bgcolor: "transparent",
      compound: true,
      newrank: true,
      nodesep: 0.35,
      ranksep: 0.4,
      ...FONT,
    },
    nodeAttributes: { shape: "box", style: "rounded", height: 0.35, margin: "0.2,0.06", ...FONT },
    edgeAttributes: { arrowsize: 0.6 },
    subgraphs: LAYERS.map((layer) => ({
      name: clusterOf(layer),
      graphAttributes: { label: `${layer}: ${ABOUT[layer]}`, labeljust: "l", style: "rounded", margin: 12 },
      nodes: [
        ...inLayer(layer).map((name) => ({ name, attributes: { label: labelOf(name, common.has(name)) } })),
        { name: floorOf(layer), attributes: { ...UNSEEN, shape: "point", height: 0.01 } },
      ],
    })),
    edges: [...edges.filter((edge) => isWhole(edge) || !common.has(edge.to)).map(arrow), ...stacked(inLayer)],
  };
}

/** Boxes are made for a larger size than is shown, as nobody knows which of these fonts there will be. */
const FONT = { fontname: "Helvetica,Arial,sans-serif", fontsize: 14 };

const clusterOf = (layer: string): string => `cluster_${layer}`;

/** Imports between the folders of an open layer, and between layers as wholes. */
function drawn(imports: readonly Import[]): Import[] {
  const pairs = imports.map(({ from, to }) =>
    layerOf(from) === layerOf(to) && OPEN.has(layerOf(from))
      ? { from, to }
      : { from: layerOf(from), to: layerOf(to) },
  );
  const each = new Map(pairs.map((pair) => [`${pair.from} ${pair.to}`, pair]));
  const all = [...each.values()].filter(({ from, to }) => from !== to);
  return all.filter((edge) => !isWhole(edge) || !isRoundabout(edge, all));
}

/** Whether a layer reaches another by one between them, too: such arrows would only go around that. */
function isRoundabout({ from, to }: Import, all: readonly Import[]): boolean {
  return all.some(
    (first) => first.from === from && all.some((next) => next.from === first.to && next.to === to),
  );
}

const isWhole = ({ from, to }: Import): boolean => layerOf(from) !== layerOf(to);

function arrow(edge: Import): Edge {
  const { from, to } = edge;
  if (!isWhole(edge)) return { tail: from, head: to };
  return { tail: floorOf(from), head: to, attributes: { ltail: clusterOf(from), lhead: clusterOf(to) } };
}

/** A place below all folders of a layer, that nobody sees. */
const floorOf = (layer: string): string => `below ${layer}`;
const UNSEEN = { style: "invis" };

/** Draws each layer's folders above its floor, and that above the folders of the next layer. */
function stacked(inLayer: (layer: string) => readonly string[]): Edge[] {
  return LAYERS.flatMap((layer, index) => {
    const floor = floorOf(layer);
    const next = LAYERS[index + 1];
    return [
      ...inLayer(layer).map((tail) => ({ tail, head: floor, attributes: UNSEEN })),
      ...(next === undefined ? [] : inLayer(next)).map((head) => ({ tail: floor, head, attributes: UNSEEN })),
    ];
  });
}

/** Folders that nearly all others of their layer use: arrows to them would hide the rest. */
function commonGround(edges: readonly Import[]): ReadonlySet<string> {
  const folders = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  const isCommon = (folder: string): boolean => {
    const others = folders.filter((other) => other !== folder && layerOf(other) === layerOf(folder));
    const using = others.filter((from) => edges.some((edge) => edge.from === from && edge.to === folder));
    return others.length > 2 && using.length >= others.length * 0.75;
  };
  return new Set(folders.filter(isCommon));
}

function layerOf(folder: string): string {
  return folder.split("/")[0] ?? folder;
}

function labelOf(folder: string, isCommon: boolean): string {
  const name = folder.slice(folder.indexOf("/") + 1);
  return isCommon ? `${name}\n(used by nearly all of these)` : name;
}
