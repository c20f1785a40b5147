"""
Texts of a message that tell of vitamin D with a number; no value is read out of them.

A whole report may be sent as one text. Where no result stands beside it, what it holds
would be passed over without a word.
"""

from collections.abc import Iterator

from labs.formats.hl7v2_messages import Message
from labs.formats.hl7v2_segments import type_of_value
from labs.formats.running_texts import IN_A_TEXT, tells_of_vitamin_d

_TEXTS = frozenset({"", "ST", "TX", "FT"})


def texts_about_vitamin_d(messages: tuple[Message, ...]) -> Iterator[str]:
    """Say which text segments tell of vitamin D, each in a sentence."""
    for message in messages:
        results = (one for one in message.segments() if one.name == "OBX")
        place = f"message {message.number}, " if len(messages) > 1 else ""
        for number, segment in enumerate(results, start=1):
            is_text = type_of_value(segment) in _TEXTS
            if is_text and tells_of_vitamin_d(segment.text(5)):
                yield IN_A_TEXT % {"where": f"{place}segment OBX {number}"}
