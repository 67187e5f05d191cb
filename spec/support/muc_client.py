"""A test client that uses the library slixmpp. It reads commands as lines of JSON from standard input, and writes
events as lines of JSON to standard output.

It enters rooms with slixmpp's MUC plugin (XEP-0045), as programs do, and supports archives (XEP-0313), moderation
(XEP-0425) and rooms' pictures (XEP-0486).
"""

import asyncio
import base64
import hashlib
import json
import sys

import slixmpp
from slixmpp.exceptions import IqError

PLUGINS = [
    "xep_0030", "xep_0045", "xep_0054", "xep_0059", "xep_0199", "xep_0249", "xep_0313", "xep_0410", "xep_0425",
]
TOMBSTONE = "{urn:xmpp:message-retract:1}retracted"


def tell(event, **details):
    print(json.dumps({"event": event, **details}), flush=True)


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, password):
        super().__init__(jid, password)
        for plugin in PLUGINS:
            try:
                self.register_plugin(plugin)
            except Exception:  # Older versions of slixmpp lack some of these plugins.
                pass
        self.enable_direct_tls = False
        self.enable_starttls = False
        self.enable_plaintext = True
        self["feature_mechanisms"].unencrypted_plain = True
        self.muc = self["xep_0045"]
        self.joining = None
        self.add_event_handler("session_start", self.begin)
        self.add_event_handler("failed_auth", lambda _: tell("failed"))
        self.add_event_handler("groupchat_message", self.on_message)
        self.add_event_handler("moderated_message", self.on_moderation)
        self.add_event_handler("groupchat_subject", self.on_subject)
        self.add_event_handler("groupchat_invite", self.on_invite)
        self.add_event_handler("groupchat_direct_invite", self.on_direct_invite)
        self.add_event_handler("message", self.on_private)
        self.add_event_handler("groupchat_presence", self.on_presence)
        self.add_event_handler("groupchat_config_status", self.on_configured)

    async def begin(self, _):
        self.send_presence()
        tell("online", jid=str(self.boundjid))

    def on_refusal(self, presence):
        if self.joining is not None:
            tell("refused", condition=presence["error"]["condition"])
        self.joining = None
        # The plugin would drop invitations from this room, as it believes to be inside.
        self.muc.rooms[None].pop(presence["from"].bare, None)

    def on_message(self, message):
        if self.joining is not None:
            self.joining["history"].append(message["body"])
        stanza_id = message.xml.find("{urn:xmpp:sid:0}stanza-id")
        tell(
            "message",
            id=None if stanza_id is None else stanza_id.get("id"),
            nick=message["mucnick"],
            body=message["body"],
            delayed=message.xml.find("{urn:xmpp:delay}delay") is not None,
        )

    def on_moderation(self, message):
        retract = message["retract"]
        tell(
            "moderated",
            room=str(message["from"]),
            id=retract["id"],
            by=retract["moderated"]["by"],
            occupant=retract["moderated"]["occupant-id"]["id"],
            reason=retract["reason"],
        )

    def on_subject(self, message):
        if self.joining is not None:
            tell("joined", subject=message["subject"], **self.joining)
        self.joining = None
        tell("subject", text=message["subject"])

    def on_invite(self, message):
        x = message.xml.find("{http://jabber.org/protocol/muc#user}x")
        invite = x.find("{http://jabber.org/protocol/muc#user}invite")
        tell("invited", room=str(message["from"]), by=invite.get("from"))

    def on_direct_invite(self, message):
        tell("directly-invited", room=str(message["groupchat_invite"]["jid"]), by=str(message["from"].bare))

    def on_private(self, message):
        if message["type"] == "chat" and message["body"]:
            tell("private", sender=str(message["from"]), body=message["body"])

    def on_presence(self, presence):
        if self.joining is not None and presence["type"] not in ("unavailable", "error"):
            self.joining["occupants"].append(presence["from"].resource)
        codes = sorted(int(code) for code in presence["muc"]["status_codes"])
        tell(
            "presence",
            nick=presence["from"].resource,
            type=presence["type"],
            codes=codes,
            affiliation=presence["muc"]["affiliation"],
            role=presence["muc"]["role"],
        )

    def on_configured(self, message):
        codes = message.xml.iter("{http://jabber.org/protocol/muc#user}status")
        tell("configured", codes=[int(status.get("code")) for status in codes])

    async def obey(self, command, **args):
        room = args.get("room")
        if command == "join":
            # Not join_muc_wait, in which slixmpp 1.10 without its Rust part never recognises its own presence.
            self.joining = {"occupants": [], "history": []}
            room = slixmpp.JID(room)
            self.add_event_handler(f"muc::{room}::presence-error", self.on_refusal, disposable=True)
            self.muc.join_muc(
                room,
                args["nick"],
                password=args.get("password", ""),
                maxhistory=str(args.get("history", 20)),
            )
        elif command == "say":
            self.send_message(mto=room, mbody=args["body"], mtype="groupchat")
        elif command == "whisper":
            self.send_message(mto=f"{room}/{args['nick']}", mbody=args["body"], mtype="chat")
        elif command == "subject":
            self.muc.set_subject(slixmpp.JID(room), args["text"])
        elif command == "invite":
            self.muc.invite(room, args["jid"], args.get("reason", ""))
        elif command == "leave":
            self.muc.leave_muc(room, args["nick"], msg=args.get("reason", ""))
        elif command == "role":
            await self.muc.set_role(room, args["nick"], args["role"], reason=args.get("reason", ""))
            tell("done")
        elif command == "affiliation":
            await self.muc.set_affiliation(room, jid=slixmpp.JID(args["jid"]), affiliation=args["affiliation"])
            tell("done")
        elif command == "affiliations":
            jids = await self.muc.get_affiliation_list(room, args["affiliation"])
            tell("list", jids=sorted(str(jid) for jid in jids))
        elif command == "configure":
            form = await self.muc.get_room_config(room)
            form["type"] = "submit"
            form.set_values({"muc#roomconfig_" + name: value for name, value in args["values"].items()})
            await self.muc.set_room_config(room, form)
            tell("done")
        elif command == "nick":
            self.send_presence(pto=f"{room}/{args['nick']}")
        elif command == "moderate":
            await self["xep_0425"].moderate(slixmpp.JID(room), args["id"], args.get("reason", ""))
            tell("done")
        elif command == "archive":
            bodies = []
            moderators = []
            async for message in self["xep_0313"].iterate(
                jid=slixmpp.JID(room), rsm={"max": args.get("max", 10)}, total=None
            ):
                forwarded = message["mam_result"]["forwarded"]["stanza"]
                bodies.append(forwarded["body"])
                if forwarded.xml.find(TOMBSTONE) is not None:
                    moderators.append(forwarded["retracted"]["moderated"]["by"])
            tell("archive", bodies=bodies, moderators=moderators)
        elif command == "set-picture":
            vcard = self["xep_0054"].make_vcard()
            if "base64" in args:
                vcard["PHOTO"]["TYPE"] = "image/png"
                vcard["PHOTO"]["BINVAL"] = base64.b64decode(args["base64"])
            await self["xep_0054"].publish_vcard(vcard, jid=slixmpp.JID(room))
            tell("done")
        elif command == "picture":
            info = await self["xep_0030"].get_info(slixmpp.JID(room), cached=False)
            fields = info["disco_info"]["form"].get_fields()
            advertised = fields["muc#roominfo_avatarhash"].get_value()
            answer = await self["xep_0054"].get_vcard(slixmpp.JID(room), cached=False)
            picture = answer["vcard_temp"]["PHOTO"]["BINVAL"]
            tell("picture", advertised=advertised, sha1=hashlib.sha1(picture).hexdigest())
        elif command == "destroy":
            await self.muc.destroy(room, reason=args.get("reason", ""))
            tell("done")
        elif command == "ping":
            try:
                await self["xep_0199"].send_ping(slixmpp.JID(f"{room}/{args['nick']}"), timeout=5)
                tell("inside")
            except IqError as error:
                tell("outside", condition=error.condition)


async def main():
    login = json.loads(sys.argv[1])
    client = Client(login["jid"], login["password"])
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    client.connect("127.0.0.1", login["port"])
    while line := await reader.readline():
        command = json.loads(line)
        try:
            await client.obey(**command)
        except IqError as error:
            tell("refused", condition=error.condition)
        except Exception as error:  # Reported to the test, which would otherwise wait in vain.
            tell("broken", reason=repr(error))
    await client.disconnect()


asyncio.run(main())
