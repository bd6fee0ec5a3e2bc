"""Telling a slip of the pen from another word.

A spelling that is one letter away may be a slip, a form of the word, or a word of its own: `marker`
is not mistyped `marked`, nor `world` mistyped `would`. Who corrects what is right annoys more than
who leaves what is wrong.
"""

from __future__ import annotations

#: Shorter words are one letter away from too many others.
SHORTEST_SLIP = 5
#: Words so long are seldom another word but for one letter, whichever it is.
LONG = 8

_VOWELS = frozenset("aeiouyàáâãäåèéêëìíîïòóôõöùúûüýÿæœø")
#: The rows of a keyboard; French and German ones differ in few places.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def is_slip(typed: str, meant: str) -> bool:
    """Tell whether a word may have been typed where another one was meant; both in lower case.

    One letter in the middle is left out, typed twice or too much, changed with its neighbor, or
    another one: in words that are not long another vowel or a neighboring key. What differs at the
    end alone is a form of the word.
    """
    if min(len(typed), len(meant)) < SHORTEST_SLIP - 1 or len(typed) < SHORTEST_SLIP:
        return False
    head = _common_length(typed, meant)
    tail = _common_length(typed[head:][::-1], meant[head:][::-1])
    wrong, right = typed[head : len(typed) - tail], meant[head : len(meant) - tail]
    if len(wrong) == len(right) == 2:
        return wrong == right[::-1]
    if head == 0 or tail == 0 or len(wrong) > 1 or len(right) > 1:
        return False
    if wrong and right:
        return len(typed) >= LONG or _are_confused(wrong, right)
    return bool(wrong or right)


def _common_length(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _are_confused(typed: str, meant: str) -> bool:
    if typed in _VOWELS and meant in _VOWELS:
        return True
    keys = _place(typed), _place(meant)
    if None in keys:
        # Other scripts have other keyboards.
        return not (typed.isascii() and meant.isascii())
    (row, column), (other_row, other_column) = (key for key in keys if key)
    # A key lies between two of the row below it, on the left of the second.
    return (row, abs(column - other_column)) == (other_row, 1) or (
        abs(row - other_row) == 1 and 0 <= (column - other_column) * (other_row - row) <= 1
    )


def _place(letter: str) -> tuple[int, int] | None:
    """Return the row and the column of a letter on the keyboard."""
    return next(
        ((row, keys.index(letter)) for row, keys in enumerate(_ROWS) if letter in keys), None
    )
