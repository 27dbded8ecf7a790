"""The pure core: flows, their checks and the runner that walks them; no web, no database."""
