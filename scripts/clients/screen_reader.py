"""Prints what the programs on a display show, as a screen reader learns it (AT-SPI): a JSON array of [text, x, y],
where x and y are the middle of the element in its window."""
import json

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib


def walk(element, found):
    try:
        if element.get_state_set().contains(Atspi.StateType.SHOWING):
            box = element.get_component_iface()
            text = words(element)
            if text and box:
                at = box.get_extents(Atspi.CoordType.WINDOW)
                found.append([text, at.x + at.width // 2, at.y + at.height // 2])
        for index in range(element.get_child_count()):
            child = element.get_child_at_index(index)
            if child:
                walk(child, found)
    except GLib.Error:
        pass  # It went while it was looked at.


def words(element):
    said = Atspi.Text.get_text(element, 0, -1) if element.get_text_iface() else ""
    return said or element.get_name()


everything = []
walk(Atspi.get_desktop(0), everything)
print(json.dumps(everything))
