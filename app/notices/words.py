"""The words of notices: templates in `templates/notices`, the first line is the subject."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.settings import PROJECT


@cache
def _words() -> Environment:
    return Environment(
        loader=FileSystemLoader(PROJECT / "templates" / "notices" / "words"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # plain text; the page that shows it escapes it
        trim_blocks=True,
        lstrip_blocks=True,
    )


def words(template: str, **values: object) -> tuple[str, str]:
    """Subject and text of a notice."""
    written = _words().get_template(f"{template}.txt").render(values).strip()
    subject, _, text = written.partition("\n")
    return subject.strip(), text.strip()
