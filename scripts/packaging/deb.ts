/**
 * Builds a Debian package of this checkout, as it is built and installed now: `node dist/scripts/packaging/deb.js
 * [FOLDER]`. It holds the program with its dependencies (the database's compiled part is this machine's), the systemd
 * unit, the manual page and bash's completion.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { createProgram } from "../program.js";
import { version } from "../version.js";
import { completion } from "./completion.js";
import { manual } from "./manual.js";
import { unit } from "./unit.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PROGRAM = "usr/lib/qtalk-component";
const EXAMPLES = "usr/share/doc/qtalk-component/examples";
const PARTS = ["package.json", "LICENSE", "CHANGELOG.md", "http/docs/guide", "storage/migrations"];
const BUILT = ["component", "http", "storage", "scripts"];

const EXAMPLE = `# The configuration of qtalk-component; "qtalk-component check" tells what is wrong with it,
# "qtalk-component doctor" tries the XMPP server.
xmpp:
  service: xmpp://127.0.0.1:5347
  domain: conference.example.org # the component's own domain: its rooms live here
  password: SECRET
  hosts: [example.org] # whose users it speaks for; the first is the default host
`;

const POSTINST = `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  if ! getent passwd qtalk-component >/dev/null; then
    adduser --quiet --system --group --no-create-home --home /var/lib/qtalk-component qtalk-component
  fi
  if [ ! -e /etc/qtalk-component.yml ]; then
    install -o root -g qtalk-component -m 0640 /usr/share/doc/qtalk-component/examples/qtalk-component.yml /etc/qtalk-component.yml
  fi
  install -d -o qtalk-component -g qtalk-component -m 0700 /var/lib/qtalk-component
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    # Started by hand, once it is configured; restarted where it ran.
    systemctl try-restart qtalk-component.service || true
  fi
fi
`;

const PRERM = `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl disable --now qtalk-component.service || true
fi
`;

const POSTRM = `#!/bin/sh
set -e
if [ "$1" = purge ]; then
  rm -f /etc/qtalk-component.yml
  rm -rf /var/lib/qtalk-component /var/log/qtalk-component
fi
`;

/** @returns the package's file */
export async function buildDeb(folder: string): Promise<string> {
  const architecture = execFileSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).trim();
  const stage = mkdtempSync(join(tmpdir(), "qtalk-deb-"));
  try {
    chmodSync(stage, 0o755);
    copyProgram(join(stage, PROGRAM));
    await addSystemFiles(stage);
    addControl(stage, architecture);
    const file = join(folder, `qtalk-component_${version()}_${architecture}.deb`);
    execFileSync("dpkg-deb", ["--root-owner-group", "-Zxz", "-z2", "--build", stage, file], {
      stdio: "pipe",
    });
    return file;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function copyProgram(target: string): void {
  for (const part of [...PARTS, ...BUILT.map((name) => join("dist", name))]) {
    cpSync(join(ROOT, part), join(target, part), {
      recursive: true,
      filter: (path) => !path.endsWith(".map"),
    });
  }
  chmodSync(join(target, "dist/scripts/qtalk-component.js"), 0o755);
  for (const path of dependencies()) {
    const place = relative(ROOT, path);
    // Nested ones come by themselves; sources and intermediate files of compiled ones are not needed to run.
    cpSync(path, join(target, place), { recursive: true, filter: isNeeded });
  }
}

/** The folders of the packages needed to run. */
function dependencies(): string[] {
  const text = execFileSync("npm", ["ls", "--omit=dev", "--all", "--parseable"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const paths = text.split("\n").filter((path) => path.includes("node_modules"));
  return paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`)));
}

function isNeeded(path: string): boolean {
  return !/better-sqlite3\/(?:deps|src)(?:\/|$)|\/obj(?:\.target)?(?:\/|$)|\.map$|\/test_extension\.node$/.test(
    path,
  );
}

async function addSystemFiles(stage: string): Promise<void> {
  const program = await createProgram();
  const put = (path: string, content: string | Buffer): void => {
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    writeFileSync(join(stage, path), content);
  };
  put("usr/lib/systemd/system/qtalk-component.service", unit("/usr/bin/qtalk-component"));
  put("usr/share/man/man1/qtalk-component.1.gz", gzipSync(manual(program, version())));
  put("usr/share/bash-completion/completions/qtalk-component", completion(program, "bash"));
  put(`${EXAMPLES}/qtalk-component.yml`, EXAMPLE);
  cpSync(join(ROOT, "scripts/packaging/monitoring"), join(stage, EXAMPLES, "monitoring"), {
    recursive: true,
  });
  cpSync(join(ROOT, "LICENSE"), join(stage, "usr/share/doc/qtalk-component/copyright"));
  mkdirSync(join(stage, "usr/bin"), { recursive: true });
  symlinkSync(
    "../lib/qtalk-component/dist/scripts/qtalk-component.js",
    join(stage, "usr/bin/qtalk-component"),
  );
}

function addControl(stage: string, architecture: string): void {
  const folder = join(stage, "DEBIAN");
  mkdirSync(folder);
  const control = [
    "Package: qtalk-component",
    `Version: ${version()}`,
    `Architecture: ${architecture}`,
    "Maintainer: qtalk-component developers <qtalk-component@localhost>",
    // The compiled part of the database is for this one.
    `Depends: nodejs (>= 20.19), nodejs (<< ${Number(process.versions.node.split(".")[0]) + 1}), adduser`,
    "Suggests: ejabberd | prosody",
    "Section: net",
    "Priority: optional",
    "Description: QTalk's HTTP interface on any standard XMPP server",
    " Keeps programs written for the HTTP interface of QTalk (Startalk) working:",
    " an external component that plugs into ejabberd, Prosody or any other server",
    " that speaks XEP-0114.",
    "",
  ];
  writeFileSync(join(folder, "control"), control.join("\n"));
  for (const [name, text] of Object.entries({ postinst: POSTINST, prerm: PRERM, postrm: POSTRM })) {
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${await buildDeb(process.argv[2] ?? ".")}\n`);
}
