/** Completion of the command line, in real shells, beside a program that answers as the component does. */
import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { expect } from "chai";
import { SHELLS, type Shell } from "../../../scripts/packaging/completion.js";
import { runCommand } from "../../support/command-line.js";
import { Folder } from "../../support/folder.js";

/** What the component lists, by the family that is asked for. */
const LISTS: Readonly<Record<string, object>> = {
  hook: {
    incoming: [{ name: "grafana" }, { name: "ci" }],
    outgoing: [{ name: "audit", url: "https://bot.example.org" }],
  },
  duty: { rosters: [{ name: "ops" }] },
  operator: { operators: [{ name: "night-shift" }] },
  room: { rooms: [{ room: "plan@groups.example.org", title: "Plan" }] },
};

/** Types a line and the Tab key in zsh, and prints what the completion adds, which a function in compadd's place writes. */
const IN_ZSH = `
zmodload zsh/zpty
zpty shell "zsh -f -i"
zpty -w shell 'PS1=""; autoload -Uz compinit && compinit -u -D'
zpty -w shell "source $1"
zpty -w shell 'compadd() { builtin compadd -O found "$@"; (( $#found )) && print -r -- "<<" $found ">>"; builtin compadd "$@" }'
zpty -w shell 'print -r READ""Y'
zpty -r -m shell REPLY '*READY*'
zpty -w -n shell "$2"$'\\t'
zpty -r -m shell REPLY '*<<*>>*'
print -r -- "$REPLY"
zpty -d shell
`;

/** Completes the last word of a line, as bash does. */
const IN_BASH = `
source $1
IFS=' ' read -ra COMP_WORDS <<<"$2"
[[ "$2" == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_qtalk_component
printf '%s\\n' "\${COMPREPLY[@]}"
`;

const IN_FISH = "source $argv[1]; complete -C $argv[2]";

describe("Completion in shells", () => {
  const folder = new Folder();
  const scripts = new Map<Shell, string>();
  let env: NodeJS.ProcessEnv;
  before(async () => {
    for (const shell of SHELLS) {
      const { stdout } = await runCommand(["print", "completion", shell]);
      scripts.set(shell, folder.file(`completion.${shell}`, stdout));
    }
    const cases = Object.entries(LISTS).map(
      ([family, listed]) =>
        `"${family} list --json") cat <<'END'\n${JSON.stringify(listed, null, 2)}\nEND\n;;`,
    );
    const program = folder.file("qtalk-component", `#!/bin/sh\ncase "$*" in\n${cases.join("\n")}\nesac\n`);
    chmodSync(program, 0o755);
    env = {
      ...process.env,
      PATH: `${folder.path}:${process.env.PATH ?? ""}`,
      HOME: folder.path,
      TERM: "dumb",
    };
  });
  after(() => folder.remove());

  /** Returns what a shell offers for the last word of a line, which is empty after a space. */
  const offered = (shell: Shell, words: string): string[] => {
    const line = [scripts.get(shell) ?? "", `qtalk-component ${words}`];
    const run = (program: string, ...args: string[]): string =>
      execFileSync(program, [...args, ...line], { env, cwd: folder.path, encoding: "utf8" });
    const split = (text: string, by: string | RegExp): string[] => text.split(by).filter(Boolean);
    if (shell === "fish") return split(run("fish", "--no-config", "-c", IN_FISH), "\n");
    if (shell === "bash") return split(run("bash", "--norc", "-c", IN_BASH, "bash"), "\n");
    const [, added = ""] = /<<(.*?)>>/s.exec(run("zsh", "-f", "-c", IN_ZSH, "zsh")) ?? [];
    return split(added, /\s+/);
  };

  for (const shell of SHELLS) {
    it(`offers commands and options in ${shell}, and the flags of keys only when one is begun`, () => {
      expect(offered(shell, "doc")).to.deep.equal(["doctor"]);
      expect(offered(shell, "outbox re")).to.deep.equal(["retry"]);
      expect(offered(shell, "hook set x --forma")).to.deep.equal(["--format"]);
      expect(offered(shell, "start --xmpp.dom")).to.deep.equal(["--xmpp.domain"]);
      expect(offered(shell, "start --")).to.have.members(["--config", "--help-config", "--help"]);
    });

    it(`offers the values of options and arguments in ${shell}`, () => {
      expect(offered(shell, "hook add x --format graf")).to.deep.equal(["grafana"]);
      expect(offered(shell, "start --xmpp.send_as_users ")).to.include.members(["never", "direct"]);
      expect(offered(shell, "print completion ")).to.have.members([...SHELLS]);
    });

    it(`offers the names of hooks, rosters, operators and rooms in ${shell}, as the component lists them`, () => {
      expect(offered(shell, "hook show ")).to.have.members(["grafana", "ci", "audit"]);
      expect(offered(shell, "hook test g")).to.deep.equal(["grafana"]);
      expect(offered(shell, "duty cover ")).to.deep.equal(["ops"]);
      expect(offered(shell, "operator remove ")).to.deep.equal(["night-shift"]);
      expect(offered(shell, "room member ")).to.deep.equal(["plan@groups.example.org"]);
      expect(offered(shell, "hook add "), "a new name").not.to.contain("grafana");
    });

    it(`leaves files to ${shell}`, () => {
      folder.file("copy.db", "");
      // bash itself offers files if there is nothing else.
      expect(offered(shell, "restore cop")).to.deep.equal(shell === "bash" ? [] : ["copy.db"]);
    });
  }
});
