"""How near passages are to a question in meaning, told by a local sentence model, where one is configured.

A static model (Model2Vec: a vector for each token, averaged) takes a fraction of a millisecond for a question
and a few for the passages that are looked at, on any machine; so nothing has to be kept or built for it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.errors import ConfigError
from bot.search.ranking import DIGITS, Ranked, Ranking

if TYPE_CHECKING:
    from model2vec import StaticModel

SHARE = 0.2
"""The part of a score that comes from meaning (convex combination, Bruch, Gai and Ingber 2023)."""

FILES = "config.json", "model.safetensors", "tokenizer.json"
"""What a model's folder holds."""


class Semantics:
    """Orders answers by what they mean as well."""

    def __init__(self, model: "StaticModel") -> None:
        self._model = model

    @classmethod
    def load(cls, folder: Path) -> "Semantics":
        """Return those of the model in *folder*; nothing is fetched. Raises ConfigError."""
        where = "config.yml: search.semantic"
        lacking = [name for name in FILES if not (folder / name).is_file()]
        if lacking:
            raise ConfigError(
                f"{where}: {folder}: has no {' and no '.join(lacking)}; name a Model2Vec folder"
            )
        try:
            from model2vec import StaticModel  # noqa: PLC0415 - an extra, loaded only where it is asked for
        except ImportError as error:
            raise ConfigError(f"{where}: needs an extra; pip install 'briefbot[semantic]'") from error
        try:
            return cls(StaticModel.from_pretrained(folder, force_download=False))
        except Exception as error:  # Whatever a file that is none makes of it.
            raise ConfigError(f"{where}: {folder}: cannot be read as a model ({error})") from error

    def reordered(self, ranking: Ranking, question: str, texts: Sequence[str]) -> Ranking:
        """Return *ranking*, its first passages, whose *texts* are given, ordered by meaning as well."""
        looked_at = ranking.answers[: len(texts)]
        best = max((answer.score for answer in looked_at), default=0.0)
        if len(looked_at) < 2 or best <= 0:
            return ranking
        vectors = self._model.encode([question, *texts])
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        alike = np.maximum(vectors[1:] @ vectors[0], 0.0)
        alike *= best / max(float(alike.max()), 1e-9)
        weighed = [
            _weighed(answer, float(points)) for answer, points in zip(looked_at, alike.tolist(), strict=True)
        ]
        weighed.sort(key=lambda answer: (-answer.score, answer.number))
        rest = [
            answer._replace(score=min(answer.score, weighed[-1].score))
            for answer in ranking.answers[len(texts) :]
        ]
        return Ranking([*weighed, *rest], ranking.is_all)


def _weighed(answer: Ranked, points: float) -> Ranked:
    meaning = SHARE * (points - answer.score)
    return answer._replace(score=round(answer.score + meaning, DIGITS), meaning=meaning)
