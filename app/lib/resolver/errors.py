"""What can be wrong with a template or with the values it asks for."""


class TemplateError(ValueError):
    """A template cannot be read or filled in.

    `sentence` says why in plain words; `start` and `end` are character offsets in the template.
    """

    def __init__(self, sentence: str, *, start: int = 0, end: int = 0) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.start = start
        self.end = end


class MissingValue(TemplateError):
    """A path leads to nothing; the filter `default` answers this."""
