"""The practice model: follows simple rules, needs no key and no network, and says so."""

from app.llm.practice.model import PRACTICE_MODEL, PracticeModel

__all__ = ["PRACTICE_MODEL", "PracticeModel"]
