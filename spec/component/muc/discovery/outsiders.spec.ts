import { onStage } from "../stage.js";
import { crone, hag, stranger, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";
import { type RoomStep } from "../../../plays/rooms.js";

/** What outsiders must not learn: in words, and what is told of the room's state. */
const DETAILS =
  "{muc#roominfo_description=Dark} {muc#roominfo_subject=Brew} {muc#roominfo_lang=tlh} {muc#roominfo_occupants=1} " +
  "{allowinvites=1} {muc#roominfo_avatarhash=*}";
const NO_DETAILS = DETAILS.replaceAll("{", "!{").replace(/=[^ ]*\}/g, "=*}");
/** What a stranger may ask of an occupant, which tells nothing about whether there is one. */
const excluded = (nick: string, error: string): RoomStep[] => [
  stranger.administers`<item nick="${nick}" role="none"/> = auth/forbidden by coven`,
  stranger.asks`coven/${nick} info = modify/bad-request by coven`,
  stranger.asks`coven/${nick} items = modify/bad-request by coven`,
  stranger.asks`coven/${nick} version = modify/not-acceptable by coven`,
  stranger.asks`coven/${nick} ping = cancel/not-acceptable by coven`,
  stranger.asks`coven/${nick} vcard = modify/not-acceptable by coven`,
  stranger.whispers`${nick} psst`,
  stranger.enters`as ${nick}`,
  stranger.hears`message coven/${nick} error modify/not-acceptable by coven
          < presence coven/${nick} error ${error} by coven`,
];

describe("what outsiders learn about a room", () => {
  const OPENED = [
    hag.opens`roomname=Cave roomdesc=Dark lang=tlh`,
    hag.makes`CRONE member nick=third`,
    hag.posts`<subject>Brew</subject>`,
    hag.says`Bubble`,
    hag.sets`<vCard xmlns="vcard"><PHOTO><BINVAL>YQ==</BINVAL></PHOTO></vCard>`,
  ];

  /** Reasons for which a user may not enter, the room's options for them, and how entering is refused. */
  for (const [how, option, feature, error] of [
    ["of members", "membersonly=1", "muc_membersonly", "auth/forbidden"],
    ["with a password", "roomsecret=cauldron", "muc_open", "auth/forbidden"],
    ["that they are banned from", "", "muc_open", "auth/forbidden"],
  ] as const) {
    describe(`one ${how}`, () => {
      onStage({}, [OPENED, hag.configures`${option}`, hag.makes`elsewhere.test outcast`]).scenes({
        "is that it exists, and its features": [
          stranger.asks`info | <identity name="coven"/> {http://jabber.org/protocol/muc} {urn:xmpp:mam:2} {muc_hidden}
        {${feature}} ${NO_DETAILS}`,
        ],

        "is everything for members outside and occupants": [
          forEach([hag, crone, crone.at("elsewhere")], (who) => [
            who.asks`info | <identity name="Cave"/> ${DETAILS}`,
          ]),
        ],

        "excludes occupants, picture, messages and their times": [
          stranger.asks`items | !<item/>`,
          hag.configures`publicroom=1`,
          stranger.asks`items | !<item/>`,
          crone.asks`items | <item name="hag"/>`,
          forEach(["vcard", "metadata"], (request) => [
            stranger.asks`${request} = auth/forbidden by coven`,
            crone.asks`${request}`,
          ]),
          stranger.sets`archive = auth/forbidden by coven`,
          crone.sets`archive`,
        ],

        "excludes whether a nickname is inside, whatever they request": [
          excluded("hag", error),
          excluded("nobody", error),
        ],
      });
    });
  }

  onStage({}, OPENED).scenes({
    "includes the name if the room is in the public list": [
      hag.configures`membersonly=1 publicroom=1`,
      stranger.asks`service items | <item name="/Cave/"/>`,
      stranger.asks`info | <identity name="Cave"/> ${NO_DETAILS}`,
    ],

    "is everything if they may enter": [
      stranger.asks`info | <identity name="Cave"/> ${DETAILS}`,
      stranger.asks`vcard`,
    ],

    "excludes occupants whose presence isn't broadcast": [
      hag.configures`publicroom=1 presencebroadcast=moderator`,
      wicca.enters(),
      stranger.asks`items | <item name="hag"/> !<item name="wicca"/>`,
    ],

    "excludes a locked room's data": [
      hag.enters`locked`,
      stranger.asks`locked info | !<field var="muc#roominfo_occupants"/>`,
      stranger.sets`locked archive = auth/forbidden by locked`,
      hag.sets`locked archive`,
    ],

    "excludes the archive of a room with a password, which occupants may read": [
      hag.configures`roomsecret=cauldron`,
      wicca.sets`archive = auth/forbidden by coven`,
      wicca.enters`<password>cauldron</password>`,
      wicca.sets`archive`,
    ],
  });
});
