/** Removing messages that were corrected: what was removed is nowhere, whichever version was named, in whichever order. */
import { onStage } from "../stage.js";
import { bot, db, everybody, component } from "../../../plays/component.js";
import { time } from "../../../plays/time.js";
import { crone, hag, wicca } from "../../../plays/people.js";
import { forEach, meanwhile } from "../../../plays/steps.js";
import { type RoomStep } from "../../../plays/rooms.js";

const replace = (id: string): string => `<replace xmlns="replace" id="${id}"/>`;
/** Crone posts a secret, corrects it twice, and the stanza-ids of the three versions are $1, $2 and $3. */
const three = (first: string, second: string): RoomStep[] => [
  crone.posts`id=one <body>password hunter1</body>`,
  hag.notices`hunter1 | <stanza-id id="$1"/>`,
  crone.posts`id=two <body>password hunter2</body>${replace(first)}`,
  hag.notices`hunter2 | <stanza-id id="$2"/>`,
  crone.posts`id=three <body>password hunter3</body>${replace(second)}`,
  hag.notices`hunter3 | <stanza-id id="$3"/>`,
  everybody.hush(),
];
const NOWHERE = [
  db.has`archive WHERE stanza LIKE '%hunter%' OR text LIKE '%hunter%' = 0`,
  wicca.replays`= nothing`,
  hag.reads`= -, -, -, -, -, -
    | <stanza-id id="$1"/> <stanza-id id="$2"/> <stanza-id id="$3"/> !<body/>`,
  hag.reads`withtext=hunter = nothing`,
];
const indexed = [time.passes`1 minute`, component.indexes()];

describe("removing a corrected message", () => {
  const play = onStage({}, [hag.opens(), crone.enters(), everybody.hush()]);

  // Clients name the first message in each correction, as the XEP demands, or the correction before.
  for (const [chain, first, second] of [
    ["each names the first message", "one", "one"],
    ["each names the one before", "one", "two"],
  ] as const)
    for (const target of ["1", "2", "3"])
      play.scenes({
        [`takes all versions if a moderator names the ${target}. of three, and ${chain}`]: [
          three(first, second),
          indexed,
          hag.moderates`\$${target} <reason>a password</reason>`,
          crone.hears`3 stanzas`,
          NOWHERE,
          hag.reads`| <retract xmlns="retract" id="$1"><moderated/><reason>a password</reason></retract>
        <retract xmlns="retract" id="$2"><moderated/></retract> <retract xmlns="retract" id="$3"><moderated/></retract>`,
          everybody.hush(),
          forEach(["$1", "$2", "$3"], (again) => [hag.moderates`${again}`]),
          crone.hears`nothing`,
          hag.reads`= -, -, -, -, -, -`,
        ],

        [`takes all versions if the sender names the ${target}. of three, and ${chain}`]: [
          three(first, second),
          indexed,
          crone.posts`id=gone <retract xmlns="retract" id="\$${target}"/>`,
          hag.hears`message coven/crone groupchat | <retract xmlns="retract" id="\$${target}"/>
          < message coven/crone groupchat | <retract xmlns="retract"/> <occupant-id id="*"/> <stanza-id id="*"/>
          < message coven/crone groupchat | <retract xmlns="retract"/> <occupant-id id="*"/> <stanza-id id="*"/>`,
          NOWHERE,
          hag.reads`| <retract xmlns="retract" id="$1"/> <retract xmlns="retract" id="$2"/>
        <retract xmlns="retract" id="$3"/> !<moderated/>`,
          crone.posts`id=again <retract xmlns="retract" id="$1"/>`,
          hag.reads`= -, -, -, -, -, -, -`,
        ],
      });

  play.scenes({
    "takes all versions if the sender names its own id of a correction": [
      three("one", "one"),
      crone.posts`id=gone <retract xmlns="retract" id="three"/>`,
      NOWHERE,
    ],

    "is final: a correction that comes later is refused, whichever version it names": [
      three("one", "one"),
      hag.moderates`$2`,
      everybody.hush(),
      forEach(["one", "two", "three"], (id) => [
        crone.posts`id=late <body>hunter4</body><replace xmlns="replace" id="${id}"/>`,
        crone.hears`message coven error cancel/not-allowed by coven | <text>/was removed/</text>`,
        hag.hears`nothing`,
      ]),
      db.has`archive WHERE stanza LIKE '%hunter%' = 0`,
    ],

    "is final also for calls, and while nothing is on disk yet": [
      meanwhile(crone.posts`id=one <body>hunter1</body>`),
      meanwhile(crone.posts`id=gone <retract xmlns="retract" id="one"/>`),
      meanwhile(crone.posts`id=late <body>hunter2</body><replace xmlns="replace" id="one"/>`),
      hag.notices`coven/crone | <retract xmlns="retract" id="one"/>`,
      crone.waits(),
      db.has`archive WHERE stanza LIKE '%hunter%' = 0`,
    ],

    "is final for bots, too: their correction is refused, or is a message of its own if they say so": [
      bot("Alertmanager").announces`hunter1`,
      hag.notices`hunter1 | <stanza-id id="$1"/>`,
      bot("Alertmanager").announces`instead of hunter1: hunter2`,
      hag.moderates`$1`,
      everybody.hush(),
      bot("Alertmanager").announces`instead of hunter1: hunter3 = refused`,
      hag.hears`nothing`,
      db.has`archive WHERE stanza LIKE '%<body>hunter%' OR text LIKE '%hunter%' = 0`,
      bot("Alertmanager").announces`anew instead of hunter1: resolved`,
      hag.notices`resolved | !<replace/>`,
    ],

    "takes what is between two removals: the first version, then a correction that was a message by itself": [
      crone.posts`id=one <body>hunter1</body>`,
      hag.notices`hunter1 | <stanza-id id="$1"/>`,
      hag.moderates`$1`,
      crone.posts`id=new <body>hunter2</body>`,
      hag.notices`hunter2 | <stanza-id id="$2"/>`,
      crone.posts`id=newer <body>hunter3</body>${replace("new")}`,
      hag.notices`hunter3 | <stanza-id id="$3"/>`,
      hag.moderates`$3`,
      db.has`archive WHERE stanza LIKE '%hunter%' = 0`,
    ],

    "leaves other messages of the sender that had the same id before or later": [
      crone.posts`id=m <body>before</body>`,
      crone.posts`id=m <body>hunter1</body>`,
      hag.notices`hunter1 | <stanza-id id="$1"/>`,
      crone.posts`id=c <body>hunter2</body>${replace("m")}`,
      hag.notices`hunter2 | <stanza-id id="$2"/>`,
      crone.posts`id=m <body>after</body>`,
      crone.posts`id=d <body>after, corrected</body>${replace("m")}`,
      hag.moderates`$2`,
      hag.reads`= before, -, -, after, after, corrected, -, -`,
    ],

    "leaves what others said with these ids": [
      three("one", "one"),
      hag.posts`id=one <body>mine</body>`,
      hag.posts`id=five <body>mine, too</body>${replace("two")}`,
      hag.moderates`$1`,
      hag.reads`= -, -, -, mine, mine, too, -, -, -`,
    ],

    "takes hundreds of corrections, in steps": [
      crone.posts`id=one <body>hunter</body>`,
      hag.notices`hunter | <stanza-id id="$1"/>`,
      Array.from({ length: 80 }, (_, n) =>
        meanwhile(crone.posts`id=c${n} <body>hunter${n}</body>${replace("one")}`),
      ),
      crone.posts`id=end <body>end</body>`,
      hag.moderates`$1`,
      db.loses`archive WHERE stanza LIKE '%hunter%'`,
      db.has`archive = 163`,
    ],

    "takes all versions without an archive": [
      hag.configures`enablearchiving=0`,
      three("one", "one"),
      hag.moderates`$2`,
      db.has`archive WHERE stanza LIKE '%hunter%' = 0`,
      wicca.replays`= -, -, -`,
    ],
  });
});
