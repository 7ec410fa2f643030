"""Words as rows of numbers, the words that are one edit from them, and the hashes of both."""

from collections.abc import Sequence
from operator import mul
from string import ascii_lowercase
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Hashes: TypeAlias = NDArray[np.uint32]
Codes: TypeAlias = NDArray[np.uint32]
"""Words of one length as Unicode code points: a row a word."""

BASE = 0x01000193
"""Of the polynomial hash: any odd number will do; this one is FNV's prime."""

LONGEST = 40
"""Letters of the longest word that can be hashed: what is longer is no word that somebody would type."""

_EACH = [pow(BASE, at, 2**32) for at in range(LONGEST + 2)]
_POWERS = np.array(_EACH, dtype=np.uint32)
_ALPHABET = np.array([ord(letter) for letter in ascii_lowercase], dtype=np.uint32)


def codes_of(words: Sequence[str]) -> Codes:
    """Return the codes of *words* of one length (words by letters)."""
    return np.frombuffer("".join(words).encode("utf-32-le"), dtype="<u4").reshape(len(words), -1)


def hash_of(word: str) -> int:
    """Return the hash of one word, as `hashes` does, in a tenth of the time."""
    total: int = sum(map(mul, map(ord, word), _EACH))
    return total & 0xFFFFFFFF


def hashes(codes: Codes) -> Hashes:
    """Return the hash of each word (words by letters)."""
    told: Hashes = (codes * _POWERS[: codes.shape[1]]).sum(axis=1, dtype=np.uint32)
    return told


def shortened(codes: Codes) -> Hashes:
    """Return the hashes of each word without each of its letters (words by letters)."""
    before = np.cumsum(codes * _POWERS[: codes.shape[1]], axis=1, dtype=np.uint32)
    # What stands after the lost letter moves up by one place.
    moved = codes[:, 1:] * _POWERS[: codes.shape[1] - 1]
    after = np.cumsum(moved[:, ::-1], axis=1, dtype=np.uint32)[:, ::-1]
    without = np.zeros_like(before)
    without[:, 1:] += before[:, :-1]
    without[:, :-1] += after
    return without


def swapped(codes: Codes) -> Codes:
    """Return a word, one row of *codes*, with any two neighbouring letters swapped."""
    length = codes.shape[1]
    forms = np.repeat(codes, length - 1, axis=0)
    at = np.arange(length - 1)
    forms[at, at], forms[at, at + 1] = codes[0, 1:], codes[0, :-1]
    return forms


def fewer(codes: Codes) -> Codes:
    """Return a word, one row of *codes*, without any one of its letters."""
    length = codes.shape[1]
    forms: Codes = np.repeat(codes, length, axis=0)[~np.eye(length, dtype=bool)].reshape(length, -1)
    return forms


def replaced(codes: Codes) -> Codes:
    """Return a word, one row of *codes*, with any one of its letters replaced."""
    letters, length = _alphabet(codes), codes.shape[1]
    forms = np.repeat(codes, length * len(letters), axis=0)
    forms[np.arange(len(forms)), np.repeat(np.arange(length), len(letters))] = np.tile(letters, length)
    return forms


def lengthened(codes: Codes) -> Hashes:
    """Return the hashes of a word, one row of *codes*, with any letter put in anywhere."""
    powers = _POWERS[: codes.shape[1] + 1]
    one = codes[0].tolist()
    gaps = np.array([[*one[:at], 0, *one[at:]] for at in range(len(powers))], dtype=np.uint32)
    forms: Hashes = hashes(gaps)[:, None] + powers[:, None] * _alphabet(codes)
    return forms.ravel()


def _alphabet(codes: Codes) -> Codes:
    return _ALPHABET if codes.max() <= _ALPHABET[-1] else distinct(codes)


def distinct(values: Codes) -> Codes:
    """Return the distinct *values* in order, as `np.unique` does, which first loads all of masked arrays."""
    ordered = np.sort(values, axis=None)
    kept: Codes = ordered[np.append(True, ordered[1:] != ordered[:-1])]
    return kept
