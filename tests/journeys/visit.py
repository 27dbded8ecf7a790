"""A browser page that is watched: policy, console, other origins, accessibility."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    expect,
)

PATIENCE_MS = 45_000  # a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE_MS)

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text("utf-8")
LEFT = re.compile(r"context was destroyed|of null \(reading 'documentElement'\)")
LEFT_AT_MOST = 5
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
# Axe finds by points what a dialog covers, so one that still slides in covers nothing for it.
DIALOGS_AT_REST = """() => Promise.allSettled([...document.querySelectorAll("dialog[open]")]
  .flatMap((dialog) => dialog.getAnimations({ subtree: true }))
  .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
  .map((animation) => animation.finished))"""
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "color_scheme": "light",
        "has_touch": True,
        "is_mobile": True,
    },
}


class Visit:
    """One person at one screen. `check` after each page fails on anything that was wrong."""

    def __init__(self, browser: Browser, address: str, look: str, **options: Any) -> None:
        self.address = address
        self.context: BrowserContext = browser.new_context(
            base_url=address, reduced_motion="reduce", **LOOKS[look], **options
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.page.add_init_script(TELL_VIOLATIONS)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", self._see)
        self.wrong: list[str] = []
        self.clicks = 0

    def open(self, path: str) -> None:
        """Go to an address."""
        self.page.goto(path)

    def click(self, role: str, name: str, *, exact: bool = False) -> None:
        """Click what a person would: the thing with this role and name."""
        self.clicks += 1
        self.page.get_by_role(role, name=name, exact=exact).first.click()  # type: ignore[arg-type]

    def fill(self, label: str, value: str) -> None:
        """Type into the field with this label."""
        # A field's button is named after it too: “Insert value into …”.
        fields = self.page.locator("input, textarea, select")
        self.page.get_by_label(label, exact=False).and_(fields).first.fill(value)

    def check(self) -> None:
        """Nothing broke the policy, the console is clean and axe finds nothing."""
        assert not self.wrong, "\n".join([self.page.url, *self.wrong])
        violations = [_told(violation) for violation in self._looked_through()["violations"]]
        assert not violations, "\n".join([self.page.url, *violations])
        assert not self._is_wider_than_the_screen(), self.page.url

    def _looked_through(self) -> Any:
        """What axe finds; a page that was being left takes it along, then the next one is asked."""
        for _ in range(LEFT_AT_MOST):
            self.page.wait_for_load_state()
            try:
                self.page.evaluate(DIALOGS_AT_REST)
                return self.page.evaluate(f"async () => {{ {AXE}; return await axe.run(); }}")
            except Error as error:
                if not LEFT.search(error.message):
                    raise
        raise AssertionError(f"{self.page.url} is left again and again")

    def close(self) -> None:
        """Leave."""
        self.context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium writes a line for every answer from 400 up; journeys provoke those.
        if message.type == "error" and not re.search(r"status of 4\d\d", message.text):
            self.wrong.append(message.text)

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.wrong.append(f"asked another origin: {request.url}")

    def _is_wider_than_the_screen(self) -> bool:
        return bool(
            self.page.evaluate(
                "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
        )


def _told(violation: dict[str, Any]) -> str:
    return f"{violation['id']}: {violation['help']}: {violation['nodes'][0]['html'][:200]}"
