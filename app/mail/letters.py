"""The words of mails: templates in `templates/mail`, filled in by whichever process writes."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.settings import PROJECT


@cache
def _words() -> Environment:
    return Environment(
        loader=FileSystemLoader(PROJECT / "templates" / "mail"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # mails are text/plain: nobody reads them as HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )


def letter(template: str, **values: object) -> tuple[str, str]:
    """Subject and text of a mail: the template's first line, and what follows it."""
    written = _words().get_template(f"{template}.txt").render(values).strip()
    subject, _, text = written.partition("\n")
    return subject.strip(), text.strip() + "\n"
