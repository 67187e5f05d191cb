/** Removing messages that were corrected: what was removed is nowhere, whichever version was named, in whichever order. */
import { onStage } from "../stage.js";

const replace = (id: string): string => `<replace xmlns="replace" id="${id}"/>`;
/** Crone posts a secret, corrects it twice, and the stanza-ids of the three versions are $1, $2 and $3. */
const three = (first: string, second: string): string => `crone posts id=one <body>password hunter1</body>
      hag ~ hunter1 | <stanza-id id="$1"/>
      crone posts id=two <body>password hunter2</body>${replace(first)}
      hag ~ hunter2 | <stanza-id id="$2"/>
      crone posts id=three <body>password hunter3</body>${replace(second)}
      hag ~ hunter3 | <stanza-id id="$3"/>
      all hush`;
const NOWHERE = `db has archive WHERE stanza LIKE '%hunter%' OR text LIKE '%hunter%' = 0
      wicca replays = nothing
      hag reads = -, -, -, -, -, -
        | <stanza-id id="$1"/> <stanza-id id="$2"/> <stanza-id id="$3"/> !<body/>
      hag reads withtext=hunter = nothing`;
const indexed = "minutes pass 1\n      service indexes";

const scenes: string[] = [];
// Clients name the first message in each correction, as the XEP demands, or the correction before.
for (const [chain, first, second] of [
  ["each names the first message", "one", "one"],
  ["each names the one before", "one", "two"],
] as const)
  for (const target of ["1", "2", "3"])
    scenes.push(`
    takes all versions if a moderator names the ${target}. of three, and ${chain}
      ${three(first, second)}
      ${indexed}
      hag moderates $${target} <reason>a password</reason>
      crone < 3 stanzas
      ${NOWHERE}
      hag reads | <retract xmlns="retract" id="$1"><moderated/><reason>a password</reason></retract>
        <retract xmlns="retract" id="$2"><moderated/></retract> <retract xmlns="retract" id="$3"><moderated/></retract>
      all hush
      for $again in $1 $2 $3
        hag moderates $again
      crone < nothing
      hag reads = -, -, -, -, -, -

    takes all versions if the sender names the ${target}. of three, and ${chain}
      ${three(first, second)}
      ${indexed}
      crone posts id=gone <retract xmlns="retract" id="$${target}"/>
      hag < message coven/crone groupchat | <retract xmlns="retract" id="$${target}"/>
          < message coven/crone groupchat | <retract xmlns="retract"/> <occupant-id id="*"/> <stanza-id id="*"/>
          < message coven/crone groupchat | <retract xmlns="retract"/> <occupant-id id="*"/> <stanza-id id="*"/>
      ${NOWHERE}
      hag reads | <retract xmlns="retract" id="$1"/> <retract xmlns="retract" id="$2"/>
        <retract xmlns="retract" id="$3"/> !<moderated/>
      crone posts id=again <retract xmlns="retract" id="$1"/>
      hag reads = -, -, -, -, -, -, -`);

describe("removing a corrected message", () => {
  onStage({}, "hag opens\ncrone enters\nall hush").scenes(`${scenes.join("\n")}

    takes all versions if the sender names its own id of a correction
      ${three("one", "one")}
      crone posts id=gone <retract xmlns="retract" id="three"/>
      ${NOWHERE}

    is final: a correction that comes later is refused, whichever version it names
      ${three("one", "one")}
      hag moderates $2
      all hush
      for $id in one two three
        crone posts id=late <body>hunter4</body><replace xmlns="replace" id="$id"/>
        crone < message coven error cancel/not-allowed by coven | <text>/was removed/</text>
        hag < nothing
      db has archive WHERE stanza LIKE '%hunter%' = 0

    is final also for calls, and while nothing is on disk yet
      crone posts id=one <body>hunter1</body> &
      crone posts id=gone <retract xmlns="retract" id="one"/> &
      crone posts id=late <body>hunter2</body><replace xmlns="replace" id="one"/> &
      hag ~ coven/crone | <retract xmlns="retract" id="one"/>
      crone waits
      db has archive WHERE stanza LIKE '%hunter%' = 0

    is final for bots, too: their correction is refused, or is a message of its own if they say so
      Alertmanager announces hunter1
      hag ~ hunter1 | <stanza-id id="$1"/>
      Alertmanager announces instead of hunter1: hunter2
      hag moderates $1
      all hush
      Alertmanager announces instead of hunter1: hunter3 = refused
      hag < nothing
      db has archive WHERE stanza LIKE '%<body>hunter%' OR text LIKE '%hunter%' = 0
      Alertmanager announces anew instead of hunter1: resolved
      hag ~ resolved | !<replace/>

    takes what is between two removals: the first version, then a correction that was a message by itself
      crone posts id=one <body>hunter1</body>
      hag ~ hunter1 | <stanza-id id="$1"/>
      hag moderates $1
      crone posts id=new <body>hunter2</body>
      hag ~ hunter2 | <stanza-id id="$2"/>
      crone posts id=newer <body>hunter3</body>${replace("new")}
      hag ~ hunter3 | <stanza-id id="$3"/>
      hag moderates $3
      db has archive WHERE stanza LIKE '%hunter%' = 0

    leaves other messages of the sender that had the same id before or later
      crone posts id=m <body>before</body>
      crone posts id=m <body>hunter1</body>
      hag ~ hunter1 | <stanza-id id="$1"/>
      crone posts id=c <body>hunter2</body>${replace("m")}
      hag ~ hunter2 | <stanza-id id="$2"/>
      crone posts id=m <body>after</body>
      crone posts id=d <body>after, corrected</body>${replace("m")}
      hag moderates $2
      hag reads = before, -, -, after, after, corrected, -, -

    leaves what others said with these ids
      ${three("one", "one")}
      hag posts id=one <body>mine</body>
      hag posts id=five <body>mine, too</body>${replace("two")}
      hag moderates $1
      hag reads = -, -, -, mine, mine, too, -, -, -

    takes hundreds of corrections, in steps
      crone posts id=one <body>hunter</body>
      hag ~ hunter | <stanza-id id="$1"/>
      ${Array.from({ length: 80 }, (_, n) => `crone posts id=c${n} <body>hunter${n}</body>${replace("one")} &`).join("\n      ")}
      crone posts id=end <body>end</body>
      hag moderates $1
      db loses archive WHERE stanza LIKE '%hunter%'
      db has archive = 163

    takes all versions without an archive
      hag configures enablearchiving=0
      ${three("one", "one")}
      hag moderates $2
      db has archive WHERE stanza LIKE '%hunter%' = 0
      wicca replays = -, -, -
  `);
});
