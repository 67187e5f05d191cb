/** Files of posts: where they are put, their limits, and that no post is lost because of them. */
import { expect } from "chai";
import { once, EventEmitter } from "node:events";
import { HookFault } from "../../../../component/hooks/fault.js";
import type { Accepted } from "../../../../component/hooks/post.js";
import { FilesWorld, PNG, slotWith } from "./files-world.js";

const PUBLIC = "https://im.example.org";
const MB = 1024 ** 2;
const NAMED = "Door\n📎 door.png, 15 B (could not be uploaded)\n";

describe("A file of a post", () => {
  let world: FilesWorld;
  const open = async (...args: Parameters<typeof FilesWorld.open>): Promise<void> => {
    await world.close();
    world = await FilesWorld.open(...args);
  };
  beforeEach(async () => (world = await FilesWorld.open()));
  afterEach(() => world.close());

  const uploaded = async (): Promise<string> => /result="uploaded"\} (\d+)/.exec(await shown())?.[1] ?? "0";
  const shown = (): Promise<string> => world.metrics.registry.metrics();
  const reason = async (): Promise<string | undefined> =>
    /qtalk_hook_upload_fault\{reason="([^"]*)"\} 1/.exec(await shown())?.[1];
  const warnings = (): string => JSON.stringify(world.lines.lines);

  it("is uploaded in the bot's name, and said before the text", async () => {
    expect(await world.post("Door", [{}, { name: "log.txt", type: "text/plain" }])).to.include({
      delivery: "confirmed",
    });
    expect(world.said.map((line) => line.split("/").at(-1))).to.deep.equal([
      "door.png",
      "log.txt.png",
      "Door",
    ]);
    expect(world.slots).to.deep.equal(["bot@c.test", "bot@c.test"]);
    const [put] = world.requests;
    expect(put?.method).to.equal("PUT");
    expect(world.said.slice(0, 2)).to.include(`${world.web}${put?.path.replace("put", "get") ?? ""}`);
    expect(put?.body.equals(PNG)).to.equal(true);
    expect(put?.headers).to.include({
      "content-type": "image/png",
      "content-length": "15",
      authorization: "Basic xEvil: 1",
    });
    expect(put?.headers.host).to.equal(new URL(world.web).host);
    expect(await uploaded()).to.equal("2");
  });

  for (const [what, play, why] of [
    [
      "the service refuses the component",
      (): void => void (world.slot = () => ({ kind: "error", condition: "forbidden" })),
      "the upload service upload.x.test refuses the component (forbidden): permit it",
    ],
    [
      "the service doesn't answer",
      (): void => void (world.slot = () => ({ kind: "silence" })),
      "the upload service upload.x.test doesn't answer",
    ],
    [
      "the slot has no URL",
      (): void => void (world.slot = () => slotWith("ftp://x.test/", "x")),
      "the upload service upload.x.test gives no slot",
    ],
    [
      "the upload is refused",
      (): void => void (world.serve = (_, response) => response.writeHead(413).end()),
      "upload.x.test refuses the upload: ",
    ],
    [
      "the upload is cut",
      (): void => void (world.serve = (_, response) => response.destroy()),
      "the upload to 127.0.0.1",
    ],
    [
      "the file is larger than the service takes",
      (): void => void (world.most = 14),
      "the upload service upload.x.test takes files of 14 bytes at most",
    ],
    [
      "there is no service",
      (): void => void (world.hasService = false),
      "the server has no upload service (XEP-0363)",
    ],
    [
      "the server doesn't say whether there is a service",
      (): void => void (world.answers = false),
      "the server doesn't answer whether it has an upload service (XEP-0363); ejabberd's mod_privilege drops such requests",
    ],
  ] as const) {
    it(`is named in the text if ${what}; the log and a metric say why`, async () => {
      play();
      expect(await world.post("Door", [{}])).to.include({ delivery: "confirmed" });
      expect(world.said).to.deep.equal([NAMED]);
      expect(warnings()).to.contain(`The file door.png of a post to the hook h was not uploaded: ${why}`);
      expect(await reason()).to.contain(why);
    });

    it(`is served by the component if ${what}, and hooks have a public URL`, async () => {
      await open({ url: PUBLIC });
      play();
      await world.post("Door", [{}]);
      const [link = "", text] = world.said;
      const [, id = ""] = /^https:\/\/im\.example\.org\/files\/([\w-]{24})\/door\.png$/.exec(link) ?? [];
      expect(text).to.equal("Door");
      expect(world.hooks.files.find(id)?.bytes.equals(PNG)).to.equal(true);
    });
  }

  it("is uploaded again after a fault, and then nothing is the matter any more", async () => {
    const { slot } = world;
    world.slot = () => ({ kind: "error", condition: "resource-constraint" });
    await world.post("Door", [{}]);
    world.slot = slot;
    await world.post("Door", [{}]);
    expect(world.said.at(-2)).to.match(/\/get\/2\/door\.png$/);
    expect(await reason()).to.equal(undefined);
  });

  it("doesn't wait again for a service that didn't answer", async () => {
    world.slot = () => ({ kind: "silence" });
    await world.post("Door", [{}]);
    await world.post("Door", [{}]);
    expect(world.slots).to.have.length(1);
    expect(world.said).to.deep.equal([NAMED, NAMED]);
  });

  it("has a harmless name and type, whatever the program says", async () => {
    await world.post("x", [
      { name: "../../etc/pass\u202ewd", type: "text/html", bytes: Buffer.from("<script>") },
      { name: "", type: "image/svg+xml", bytes: Buffer.from("<svg/>") },
    ]);
    expect(
      world.requests.map(({ path, headers }) => [path.split("/").at(-1), headers["content-type"]]),
    ).to.have.deep.members([
      ["passwd", "application/octet-stream"],
      ["file", "application/octet-stream"],
    ]);
  });

  describe("beyond a limit", () => {
    it("refuses the post, with the limit's name: number", async () => {
      const fault = (await world.post(
        "Door",
        Array.from({ length: 11 }, () => ({})),
      )) as HookFault;
      expect(fault).to.include({
        kind: "large",
        message: "the post has 11 files, more than the 10 allowed in a post",
      });
      expect(world.said).to.deep.equal([]);
      expect(
        await world.post(
          "Door",
          Array.from({ length: 10 }, () => ({})),
        ),
      ).to.include({ delivery: "confirmed" });
    });

    it("refuses the post, with the limit's name: size", async () => {
      await open({ files_mb: 1 });
      const fault = (await world.post("Door", [{ bytes: Buffer.alloc(MB + 1) }])) as HookFault;
      expect(fault.kind).to.equal("large");
      expect(fault.message).to.equal(
        `the files have ${MB + 1} bytes, more than the ${MB} allowed (hooks.files_mb)`,
      );
    });

    it("refuses the post for now if others are being uploaded", async () => {
      await open({ files_mb: 1 });
      const arrived = new EventEmitter();
      world.serve = () => arrived.emit("put");
      world.most = 2 * MB;
      const put = once(arrived, "put");
      const first = world.post("Door", [{ bytes: Buffer.alloc(MB - 10) }]);
      await put;
      const fault = (await world.post("Door", [{}])) as HookFault;
      expect(fault).to.include({ kind: "unavailable" });
      expect(fault.message).to.contain("hooks.files_mb: 1");
      world.hooks.stop();
      await first;
    });

    it("is only named if files are turned off", async () => {
      await open({ files_mb: 0, url: PUBLIC });
      await world.post("Door", [{}]);
      expect(world.said).to.deep.equal(["Door\n📎 door.png, 15 B\n"]);
      expect([world.slots.length, world.requests.length]).to.deep.equal([0, 0]);
    });
  });

  describe("that the component serves", () => {
    beforeEach(async () => {
      await open({ url: PUBLIC, files_mb: 1, files_days: 2 });
      world.hasService = false;
    });
    const served = (): boolean[] =>
      world.said
        .filter((line) => line.startsWith(PUBLIC))
        .map((link) => world.hooks.files.find(link.split("/")[4] ?? "") !== undefined);

    it("is deleted after some days", async () => {
      await world.post("Door", [{}]);
      const day = 24 * 3600_000;
      world.hooks.files.prune(Date.now() + 2 * day - 60_000);
      expect(served()).to.deep.equal([true]);
      world.hooks.files.prune(Date.now() + 2 * day + 60_000);
      world.restart();
      expect(served()).to.deep.equal([false]);
    });

    it("is in memory once, however many read it at the same time, beside others", async () => {
      await world.post("Door", [{}]);
      await world.post("Hall", [{ bytes: Buffer.concat([PNG, PNG]) }]);
      const ids = world.said
        .filter((line) => line.startsWith(PUBLIC))
        .map((link) => link.split("/")[4] ?? "");
      const read = [...ids, ...ids].map((id) => world.hooks.files.find(id)?.bytes);
      expect(read.map((bytes) => bytes?.length)).to.deep.equal([
        PNG.length,
        2 * PNG.length,
        PNG.length,
        2 * PNG.length,
      ]);
      expect([read[0] === read[2], read[1] === read[3]]).to.deep.equal([true, true]);
    });

    it("is deleted for newer ones, the oldest first", async () => {
      const half = { bytes: Buffer.alloc(MB / 2) };
      for (let each = 0; each < 3; each += 1) await world.post("Door", [half]);
      world.restart();
      expect(served()).to.deep.equal([false, true, true]);
    });
  });

  it("is uploaded by the next process if the first ended meanwhile, and is said once", async () => {
    const arrived = new EventEmitter();
    world.serve = () => arrived.emit("put");
    const put = once(arrived, "put");
    const post = world.post("Door", [{}]);
    await put;
    const { id } = await (world.hooks.stop(), post as Promise<Accepted>);
    expect(world.said).to.deep.equal([]);
    expect(world.hooks.statusOf(world.hooks.named("h")!, id)).to.include({ id, outcome: "queued" });
    const again = new EventEmitter();
    world.serve = (_, response) => response.writeHead(201).end(() => again.emit("end"));
    const end = once(again, "end");
    world.restart();
    await end;
    while (world.said.length < 2) await new Promise(setImmediate);
    expect(world.said).to.deep.equal([`${world.web}/get/2/door.png`, "Door"]);
    expect(world.hooks.statusOf(world.hooks.named("h")!, id)).to.include({ outcome: "confirmed" });
    world.restart();
    expect(world.db.prepare("SELECT count(*) FROM hook_posts").pluck().get()).to.equal(0);
  });
});

interface Answer {
  readonly status: number;
  readonly location?: string;
  readonly body: Buffer | string;
}

describe("A picture by its URL", () => {
  let world: FilesWorld;
  afterEach(() => world.close());

  it("is fetched from a host that the hook lists, and uploaded", async () => {
    world = await FilesWorld.open({}, ["HERE"]);
    world.serve = ({ method }, response) => response.writeHead(method === "PUT" ? 201 : 200).end(PNG);
    await world.picture(`${world.web}/render/graph?from=now`);
    expect(world.said).to.deep.equal([`${world.web}/get/1/graph.png`, "graph"]);
    expect(world.requests.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      "GET /render/graph?from=now",
      "PUT /put/1/graph.png",
    ]);
    expect(world.requests[1]?.body.equals(PNG)).to.equal(true);
  });

  it("stays what it is for other hosts and ports, which are never asked", async () => {
    world = await FilesWorld.open({}, ["127.0.0.1", "grafana.test"]);
    await world.picture(`${world.web}/graph.png`);
    expect(world.said).to.deep.equal([`${world.web}/graph.png`, "graph"]);
    expect(world.requests).to.deep.equal([]);
  });

  for (const [what, answer, why] of [
    ["the host answers with an error", () => ({ status: 500, body: PNG }), "can't be fetched: HTTP 500"],
    ["it is no picture", () => ({ status: 200, body: "<html>" }), "is no PNG"],
    [
      "it is too large",
      () => ({ status: 200, body: Buffer.concat([PNG, Buffer.alloc(2_000)]) }),
      "more than the 2000 bytes",
    ],
    [
      "it is elsewhere now",
      (web: string) => ({ status: 302, location: `${web}/other.png`, body: "" }),
      "can't be fetched: HTTP 302",
    ],
  ] as readonly (readonly [what: string, answer: (web: string) => Answer, why: string])[])
    it(`keeps its URL if ${what}, and the log says why`, async () => {
      world = await FilesWorld.open({ body_bytes: 2_000 }, ["HERE"]);
      world.serve = (_, response) => {
        const { status, location = "", body } = answer(world.web);
        response.writeHead(status, { location }).end(body);
      };
      await world.picture(`${world.web}/graph.png`);
      expect(world.said).to.deep.equal([`${world.web}/graph.png`, "graph"]);
      expect(world.requests).to.have.length(1);
      expect(JSON.stringify(world.lines.lines)).to.contain("keeps the URL of its picture").and.contain(why);
    });
});
