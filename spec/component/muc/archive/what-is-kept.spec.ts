import { onStage } from "../stage.js";
import { db, everybody } from "../../../plays/component.js";
import { crone, hag, wicca } from "../../../plays/people.js";
import { forEach, meanwhile } from "../../../plays/steps.js";
import { type RoomStep } from "../../../plays/rooms.js";

const STORE = `<store xmlns="hints"/>`;
const CORRECTION = `<body>better</body><replace xmlns="replace" id="text"/>`;
const reaction = `<reactions xmlns="reactions" id="1"><reaction>👍</reaction></reactions>`;
/** Says a secret, whose stanza-id is $id. */
const secret = (inside = ""): RoomStep[] => [
  crone.posts`id=secret <body>a secret</body>${inside}`,
  hag.notices`a secret | <stanza-id id="$id"/>`,
];
const TOMBSTONE = `<message id="secret"><retracted xmlns="retract" id="retraction"/></message>`;

describe("the messages that a room keeps", () => {
  onStage({}, [hag.opens(), crone.enters(), everybody.hush()]).scenes({
    "are those with text or changes of text, whatever hints they carry, unless they forbid it": [
      crone.posts`id=text <body>a text</body>`,
      crone.posts`id=encrypted <encrypted xmlns="urn:xmpp:omemo:2"/>${STORE}`,
      crone.posts`id=correction ${CORRECTION}`,
      crone.posts`id=reaction ${reaction}${STORE}`,
      crone.posts`id=marker <displayed xmlns="urn:xmpp:chat-markers:0" id="1"/>${STORE}`,
      crone.posts`id=receipt <received xmlns="urn:xmpp:receipts" id="1"/>${STORE}`,
      crone.posts`id=state <composing xmlns="states"/>${STORE}`,
      crone.posts`id=no-store <body>psst</body><no-store xmlns="hints"/>`,
      crone.posts`id=no-permanent-store <body>psst</body><no-permanent-store xmlns="hints"/>`,
      crone.posts`id=hint <body>for all</body><no-store xmlns="urn:example:hints"/>`,
      db.has`archive = 5`,
      hag.reads`= a text, -, better, -, for all`,
      hag.replays`= a text, -, better, -, for all`,
      hag.reads`| <message id="encrypted"/> <message id="reaction"/>`,
    ],

    "include subjects in the archive, but not in the history": [
      hag.posts`<subject>Macbeth</subject>`,
      hag.reads`= - | <subject>Macbeth</subject>`,
      wicca.enters(),
      wicca.hears`...
          < presence coven/wicca none/participant 110
          < message coven/hag groupchat "Macbeth" delayed`,
    ],

    "aren't replayed if the room had no history when they were sent": [
      hag.configures`historylength=0`,
      crone.says`unheard`,
      hag.configures`historylength=20`,
      crone.says`heard`,
      wicca.replays`= heard`,
      hag.reads`= unheard, heard`,
    ],

    "lose a message that its sender retracts: the archive has a tombstone, the history nothing": [
      secret(),
      crone.posts`id=corrected <body>another secret</body><replace xmlns="replace" id="secret"/>`,
      crone.says`harmless`,
      crone.posts`id=retraction <retract xmlns="retract" id="$id"/><body>/me took something back</body>`,
      hag.reads`= -, -, harmless, /me took something back, - | ${TOMBSTONE} <message id="corrected"/> !<moderated/>`,
      wicca.replays`= harmless`,
    ],

    "lose a message that is retracted by its origin-id": [
      secret(`<origin-id xmlns="sid" id="own"/>`),
      crone.posts`id=retraction <retract xmlns="retract" id="own"/>`,
      hag.reads`| ${TOMBSTONE}`,
    ],

    "lose a message that isn't on disk yet; a second retraction changes nothing": [
      meanwhile(crone.posts`id=secret <body>a secret</body>`),
      meanwhile(crone.posts`id=retraction <retract xmlns="retract" id="secret"/>`),
      hag.notices`a secret | <stanza-id id="$id"/>`,
      crone.posts`id=second <retract xmlns="retract" id="$id"/>`,
      hag.reads`| ${TOMBSTONE}`,
    ],

    "lose a retracted message without an archive, and the history has the retraction": [
      hag.configures`enablearchiving=0`,
      secret(),
      crone.posts`id=retraction <retract xmlns="retract" id="$id"/>`,
      wicca.replays`= -`,
    ],

    "lose only the retracted message if messages have no id": [
      crone.posts`<body>a secret</body>`,
      hag.notices`a secret | <stanza-id id="$id"/>`,
      crone.posts`<body>harmless</body>`,
      crone.posts`<body>harmless, too</body>`,
      crone.posts`id=retraction <retract xmlns="retract" id="$id"/>`,
      hag.reads`= -, harmless, harmless, too, - | <message><retracted/><stanza-id id="$id"/></message>`,
    ],

    "keep messages that another user retracts": [
      secret(),
      hag.posts`<retract xmlns="retract" id="$id"/>`,
      hag.posts`<retract xmlns="retract" id="secret"/>`,
      hag.reads`= a secret, -, -`,
      wicca.replays`= a secret`,
    ],

    "lose a message that a moderator retracts, with its corrections": [
      secret(),
      crone.posts`id=worse <body>a worse secret</body><replace xmlns="replace" id="secret"/>`,
      hag.moderates`$id`,
      hag.reads`= -, -, -, -`,
      wicca.replays`= nothing`,
    ],
  });
});

describe("a room's archive and its public logging", () => {
  onStage().scenes({
    "are two options: a room without public logging keeps its archive and sends no 170": [
      hag.opens`enablelogging=0 {http://prosody.im/protocol/muc}roomconfig_unknown=1`,
      hag.says`hello`,
      hag.reads`= hello`,
      crone.enters(),
      crone.notices`presence coven/crone none/participant 110`,
      hag.configures`enablelogging=1 enablearchiving=0`,
      hag.says`not kept`,
      hag.reads`= hello`,
      wicca.enters(),
      wicca.notices`presence coven/wicca none/participant 170 110`,
    ],

    "keep what was archived if the archive is switched off": [
      hag.opens(),
      hag.says`kept`,
      hag.configures`enablearchiving=0 historylength=1`,
      forEach(["a", "b", "c"], (text) => [hag.says`${text}`]),
      db.has`archive WHERE kept = 1 = 1`,
      db.has`archive = 2`,
    ],

    "are advertised only if there is an archive": [
      hag.opens(),
      hag.asks`info | {urn:xmpp:mam:2} {urn:xmpp:mam:2#extended}`,
      hag.configures`:mam=0`,
      hag.asks`info | !{urn:xmpp:mam:2} !{urn:xmpp:mam:2#extended}`,
    ],
  });
});
