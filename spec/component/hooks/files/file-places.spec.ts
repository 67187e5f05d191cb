/** Where the files of posts go: to the server's upload service, to the component itself, or nowhere. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { FilePlaces } from "../../../../component/hooks/files/file-places.js";
import { hookOf } from "../../../../component/hooks/hook.js";
import type { IqAnswer, IqRequest } from "../../../../component/inbound/iq-requests.js";
import type { Metrics } from "../../../../component/metrics.js";
import { NS, xml } from "../../../../component/xml/builder.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { HookFiles, type StoredFile } from "../../../../storage/hook-files.js";
import { HooksStore } from "../../../../storage/hooks-store.js";
import { settledAnswer } from "../../../support/settled-answer.js";
import { storedHook } from "../../../support/stored-hook.js";
import { hookDependencies } from "../hook-dependencies.js";

describe("The files of a post", () => {
  let db: Database;
  let server: Server;
  let base: string;
  let store: HookFiles;
  /** What the upload service answers; undefined: there is none. */
  let slot: ((name: string) => IqAnswer) | undefined;
  let status: number;
  let puts: string[];
  let asked: string[];
  let linked: () => void;
  let link: { isUp: boolean; on(event: "up", listener: () => void): unknown };

  beforeEach(async () => {
    db = openDatabase(":memory:");
    store = new HookFiles(db);
    [status, puts, asked] = [201, [], []];
    link = { isUp: true, on: (_event, listener) => (linked = listener) };
    server = createServer((request, response) => {
      void buffer(request).then((bytes) => {
        const { method, url, headers } = request;
        puts.push([method, url, headers["content-type"], headers.authorization, bytes.toString()].join(" "));
        response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    slot = (name) => ({
      kind: "result",
      payload: xml(
        "slot",
        NS.upload,
        xml(
          "put",
          { url: `${base}/put/${name}` },
          xml("header", { name: "Authorization" }, "t"),
          xml("header", { name: "X-Evil" }, "t"),
        ),
        xml("get", { url: `https://files.x.test/${name}` }),
      ),
    });
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    new HooksStore(db).add(storedHook({ bot: "bot" }));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
    db.close();
  });

  const requests = {
    ask: ({ to, payload, from }: IqRequest) => {
      asked.push(`${payload.name} ${to.text} ${from?.text ?? "component"}`);
      const { filename = "" } = payload.attrs;
      if (payload.name === "request") return settledAnswer<IqAnswer>(slot?.(filename) ?? { kind: "silence" });
      const isService = to.text === "upload.x.test";
      const form = xml(
        "x",
        { xmlns: NS.data, type: "result" },
        xml("field", { var: "FORM_TYPE" }, xml("value", {}, NS.upload)),
        xml("field", { var: "max-file-size" }, xml("value", {}, "10")),
      );
      const found = isService ? [xml("feature", { var: NS.upload }), form] : [];
      const items =
        !isService && slot !== undefined && payload.attrs.xmlns === NS.discoItems
          ? [xml("item", { jid: "upload.x.test" })]
          : [];
      return settledAnswer<IqAnswer>({
        kind: "result",
        payload: xml("query", { xmlns: payload.attrs.xmlns }, ...found, ...items),
      });
    },
  };
  const places = (config: object = {}) => {
    const dependencies = hookDependencies(db, config);
    const given = { ...dependencies, hosts: ["x.test"], requests, link };
    return {
      lines: dependencies.lines,
      places: new FilePlaces(given),
      metrics: dependencies.metrics,
      hook: hookOf(storedHook({ bot: "bot" }), dependencies),
    };
  };
  /** Stores a post with these files. */
  const files = (...names: readonly string[]): readonly StoredFile[] => {
    const all = names.map((name) => ({
      ...{
        id: name,
        name,
        type: "text/plain",
        source: undefined,
        size: name.length,
        bytes: Buffer.from(name),
      },
    }));
    store.add({ id: `p${names.join()}`, hook: "h", acceptedAt: 1, request: "r", content: "{}" }, all);
    return store.filesOf(`p${names.join()}`);
  };
  /** How many files came where. */
  const counts = async ({ hookFiles }: Metrics): Promise<Record<string, number>> => {
    const { values } = await hookFiles.get();
    return Object.fromEntries(
      values
        .filter(({ value }) => value > 0)
        .map(({ labels, value }) => [String(labels.result), value] as const),
    );
  };
  const never = new AbortController().signal;

  it("are uploaded in the bot's name, with the headers that the service may ask for, in order", async () => {
    const { places: all, lines, hook } = places();
    const placed = await all.place(hook, files("a.txt", "b.txt"), never);
    expect(placed.map(({ file, url, served }) => [file.id, url, served])).to.deep.equal([
      ["a.txt", "https://files.x.test/a.txt", undefined],
      ["b.txt", "https://files.x.test/b.txt", undefined],
    ]);
    expect(puts.sort()).to.deep.equal([
      "PUT /put/a.txt text/plain t a.txt",
      "PUT /put/b.txt text/plain t b.txt",
    ]);
    expect(asked.find((line) => line.startsWith("request"))).to.match(/^request upload\.x\.test bot@c\.test/);
    expect(lines.about("are uploaded to upload.x.test (XEP-0363)")).to.have.length(1);
  });

  it("are served by the component if they can't be uploaded, which is logged once, or named", async () => {
    status = 507;
    const { places: all, lines, hook, metrics } = places({ url: "https://im.x.test" });
    for (const name of ["a.txt", "b.txt"]) {
      const [placed] = await all.place(hook, files(name), never);
      expect(placed).to.deep.include({ url: `https://im.x.test/files/${name}/${name}`, served: "as it is" });
    }
    expect(lines.about("The component serves files of posts to hooks itself")).to.have.length(1);
    expect(await counts(metrics)).to.deep.equal({ served: 2 });
    const none = places();
    expect(await none.places.place(none.hook, files("c.txt"), never)).to.deep.equal([
      { file: store.filesOf("pc.txt")[0] },
    ]);
    expect(
      none.lines.about(
        "The file c.txt of a post to the hook h was not uploaded: upload.x.test refuses the upload: HTTP 507",
      ),
    ).to.have.length(1);
    expect(await counts(none.metrics)).to.deep.equal({ named: 1 });
  });

  it("aren't uploaded if they are too large, or nothing answers, and for a minute nobody is asked then", async () => {
    const { places: all, lines, hook } = places();
    await all.place(hook, files("much-too-long.txt"), never);
    expect(lines.about("takes files of 10 bytes at most")).to.have.length(1);
    slot = () => ({ kind: "silence" });
    await all.place(hook, files("a.txt"), never);
    expect(lines.about("the upload service upload.x.test doesn't answer")).to.have.length(1);
    const before = asked.length;
    await all.place(hook, files("b.txt"), never);
    expect([asked.length, lines.about("the server's upload service doesn't answer").length]).to.deep.equal([
      before,
      1,
    ]);
    linked();
    await all.place(hook, files("c.txt"), never);
    expect(asked.length, "the server may be another one").to.be.greaterThan(before);
    expect(puts).to.deep.equal([]);
  });

  it("say why, if the service refuses the component or gives no slot", async () => {
    for (const [answer, reason] of [
      [
        { kind: "error", condition: "forbidden" },
        "refuses the component (forbidden): permit it in the server's configuration",
      ],
      [{ kind: "unasked" }, "can't be asked: there is no link to the server"],
      [{ kind: "result", payload: xml("slot", NS.upload) }, "gives no slot"],
      [
        {
          kind: "result",
          payload: xml("slot", NS.upload, xml("put", { url: "ftp://x/" }), xml("get", { url: "https://x/" })),
        },
        "gives no slot",
      ],
    ] as const) {
      slot = () => answer;
      const { places: all, lines, hook } = places();
      const id = `${Math.random()}`.slice(2, 8);
      await all.place(hook, files(id), never);
      expect(lines.about(reason), reason).to.have.length(1);
    }
  });

  it("wait for the link for a while, and are uploaded four at a time", async () => {
    link.isUp = false;
    const { places: all, hook } = places();
    const names = ["a", "b", "c", "d", "e", "f"];
    const placing = all.place(hook, files(...names), never);
    await new Promise(setImmediate);
    expect(asked).to.deep.equal([]);
    link.isUp = true;
    linked();
    const placed = await placing;
    expect(placed.map(({ url }) => url?.at(-1))).to.deep.equal(names);
    expect(puts).to.have.length(6);
    expect(await all.place(hook, files("g"), never), "the places are free again").to.have.length(1);
  });

  it("are given up when the component stops", async () => {
    link.isUp = false;
    const { places: all, hook } = places();
    const ended = new AbortController();
    const placing = all.place(hook, files("a"), ended.signal);
    ended.abort();
    expect((await placing)[0]).to.have.all.keys("file");
    expect(puts).to.deep.equal([]);
  });

  it("keep their own URL if they can't be fetched", async () => {
    const source = `${base}/graph.png`;
    status = 404;
    const { places: all, lines, hook } = places();
    const file = { id: "s", name: "", type: "", source, size: 0 };
    expect(await all.place(hook, [file], never)).to.deep.equal([{ file, url: source }]);
    expect(lines.about("keeps the URL of its picture: the picture from")).to.have.length(1);
  });
});
