"""What a batch cannot do, said to the person who asked for it."""


class BatchRefused(ValueError):
    """A wish that cannot be fulfilled; `sentence` says why and what to do instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
