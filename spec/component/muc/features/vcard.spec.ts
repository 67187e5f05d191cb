import { hash } from "node:crypto";
import { onStage } from "../stage.js";
import { component, db, disk, everybody } from "../../../plays/component.js";
import { crone, each, hag, stranger, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

const CAULDRON = Buffer.from("89504e470d0a1a0a", "hex");
const BROOM = Buffer.concat([CAULDRON, Buffer.alloc(3000, 7)]);
const [CAULDRON_HASH, BROOM_HASH] = [CAULDRON, BROOM].map((bytes) => hash("sha1", bytes));
const base64 = (bytes: Buffer): string => bytes.toString("base64");
const photo = (bytes: Buffer | string): string =>
  `<PHOTO><TYPE>image/png</TYPE><BINVAL>${typeof bytes === "string" ? bytes : base64(bytes)}</BINVAL></PHOTO>`;
const sets = (...inside: readonly string[]): string => `<vCard xmlns="vcard">${inside.join("")}</vCard>`;

const shows = (picture: string): string =>
  `presence coven | <x xmlns="vcardUpdate"><photo>${picture}</photo></x>`;
const CHANGED = "message coven groupchat 104";
const IS_EMPTY = `vcard | <vCard xmlns="vcard"/> !<PHOTO/> !<FN/>`;
const isPicture = (bytes: Buffer): string => `vcard | <BINVAL>${base64(bytes)}</BINVAL>`;
const advertises = (...hashes: readonly (string | undefined)[]): string =>
  `info | <field var="muc#roominfo_avatarhash" type="text-multi">` +
  `${hashes.map((value) => `<value>${value ?? ""}</value>`).join("")}</field>`;
const ADVERTISES_NONE = `info | !<field var="muc#roominfo_avatarhash"/>`;

describe("a room's picture", () => {
  onStage({ avatarBytes: 4096, rooms: { tombstone_days: 0 } }, [
    hag.opens`membersonly=1`,
    hag.makes`CRONE admin`,
    crone.enters(),
    everybody.hush(),
  ]).scenes({
    "is set by an owner, and its hash is sent to occupants": [
      hag.sets`${sets(photo(CAULDRON))}`,
      each(hag, crone).hears`${shows(CAULDRON_HASH!)}
          < ${CHANGED}`,
      crone.asks`${isPicture(CAULDRON)}`,
    ],

    "is an empty vCard if none was set or it is damaged, for users who may know the room": [
      crone.asks`${IS_EMPTY}`,
      stranger.asks`vcard = auth/forbidden by coven`,
      hag.sets`${sets(photo(CAULDRON))}`,
      db.runs`UPDATE room_vcards SET vcard = '<vCard'`,
      crone.asks`${IS_EMPTY}`,
    ],

    "can't be set by anybody else, not even administrators": [
      forEach([crone, wicca, stranger], (who) => [
        who.sets`${sets(photo(CAULDRON))} = auth/forbidden by coven`,
      ]),
      hag.asks`${IS_EMPTY}`,
      hag.hears`nothing`,
    ],

    "is announced to newcomers after their own presence, and again with a replay": [
      hag.sets`${sets(photo(CAULDRON))}`,
      hag.says`before`,
      hag.makes`WICCA member`,
      everybody.hush(),
      forEach(["first", "again"], () => [
        wicca.enters(),
        wicca.hears`presence coven/hag owner/moderator
          < presence coven/crone admin/moderator
          < presence coven/wicca member/participant 110
          < ${shows(CAULDRON_HASH!)}
          < message coven/hag groupchat "before" delayed
          < message coven groupchat ""`,
      ]),
      hag.hears`presence coven/wicca member/participant`,
    ],

    "is announced when it is changed and removed": [
      hag.sets`${sets(photo(CAULDRON))}`,
      everybody.hush(),
      hag.sets`${sets(photo(BROOM))}`,
      crone.hears`${shows(BROOM_HASH!)}
          < ${CHANGED}`,
      crone.asks`${advertises(BROOM_HASH)}`,
      hag.sets`${sets()}`,
      crone.hears`${shows("/^$/")}
          < ${CHANGED}`,
      crone.asks`${ADVERTISES_NONE}`,
      crone.asks`${IS_EMPTY}`,
      crone.enters(),
      crone.misses`presence coven | <photo>/./</photo>`,
    ],

    "isn't announced if it is the same, nor anything if the whole vCard is": [
      hag.sets`${sets(photo(CAULDRON))}`,
      everybody.hush(),
      hag.sets`${sets(photo(CAULDRON))}`,
      crone.hears`nothing`,
      hag.sets`${sets("<FN>Coven</FN>", photo(CAULDRON))}`,
      crone.hears`${CHANGED}`,
      crone.asks`vcard | <FN>Coven</FN>`,
    ],

    "can have several formats, and all their hashes are advertised": [
      hag.sets`${sets(photo(CAULDRON), photo(BROOM))}`,
      crone.asks`${advertises(CAULDRON_HASH, BROOM_HASH)}`,
      crone.hears`${shows(CAULDRON_HASH!)}
          < ${CHANGED}`,
    ],

    "is normalised if its base64 has line breaks": [
      hag.sets`${sets(photo(`&#10;${base64(BROOM).replace(/.{76}/g, "$&&#13;&#10;  ")}&#10;`))}`,
      crone.asks`${isPicture(BROOM)}`,
      crone.asks`${advertises(BROOM_HASH)}`,
      hag.sets`${sets(photo("no picture!"))} = modify/bad-request by coven`,
    ],

    "is refused if it is too large, and the old one stays": [
      hag.sets`${sets(photo(CAULDRON))}`,
      everybody.hush(),
      hag.sets`${sets(photo(Buffer.alloc(4097)))} = modify/policy-violation by coven`,
      hag.sets`${sets(photo(Buffer.alloc(2048)), photo(Buffer.alloc(2049)))} = modify/policy-violation by coven`,
      hag.sets`${sets(photo(CAULDRON), `<DESC>${"x".repeat(17_000)}</DESC>`)} = modify/policy-violation by coven`,
      hag.sets`${sets(photo(CAULDRON).repeat(9))} = modify/policy-violation by coven`,
      crone.hears`nothing`,
      crone.asks`${isPicture(CAULDRON)}`,
      hag.sets`${sets(photo(Buffer.alloc(4096)))}`,
    ],

    "isn't a logo or a link; the rest of the vCard is kept": [
      hag.sets`${sets("<FN>Coven</FN>", photo(BROOM).replaceAll("PHOTO", "LOGO"), `<PHOTO><EXTVAL>x</EXTVAL></PHOTO>`)}`,
      crone.asks`${ADVERTISES_NONE}`,
      crone.asks`vcard | <FN>Coven</FN> <LOGO><BINVAL>${base64(BROOM)}</BINVAL></LOGO> <PHOTO><EXTVAL>x</EXTVAL></PHOTO>`,
    ],

    "survives a restart, and is deleted with the room": [
      hag.sets`${sets(photo(CAULDRON))}`,
      component.restarts`{"rooms": {"tombstone_days": 0}}`,
      crone.asks`${advertises(CAULDRON_HASH)}`,
      crone.asks`${isPicture(CAULDRON)}`,
      hag.destroys(),
      db.has`room_vcards = 0`,
      hag.opens(),
      hag.asks`${ADVERTISES_NONE}`,
      hag.asks`${IS_EMPTY}`,
    ],

    "is deleted with a large room a little later": [
      hag.sets`${sets(photo(CAULDRON))}`,
      hag.makes`${Array.from({ length: 101 }, (_, n) => `M${n} member`).join("; ")}`,
      hag.destroys(),
      hag.opens(),
      hag.asks`${ADVERTISES_NONE}`,
      db.loses`room_vcards`,
    ],

    "stays the old one for everybody if the disk refuses the new one": [
      hag.sets`${sets(photo(CAULDRON))}`,
      everybody.hush(),
      disk.refuses`INSERT ON room_vcards`,
      hag.sets`${sets(photo(BROOM))} = wait/resource-constraint`,
      crone.hears`nothing`,
      crone.asks`${advertises(CAULDRON_HASH)}`,
      crone.asks`${isPicture(CAULDRON)}`,
    ],
  });
});
