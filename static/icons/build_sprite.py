"""Write sprite.svg from the icons named in icons.txt.

Run it after changing the list, with the folder of an unpacked `lucide-static` package:
`npm pack lucide-static@1.62.0 && tar xzf lucide-static-*.tgz`, then
`python static/icons/build_sprite.py package`.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent


def sprite(names: list[str], drawings: Path) -> str:
    """An SVG document with one symbol per icon, in the order given."""
    symbols = "\n".join(_symbol(name, (drawings / f"{name}.svg").read_text()) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(name: str, drawing: str) -> str:
    inside = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if inside is None:
        raise SystemExit(f"{name}.svg holds no drawing")
    shapes = re.sub(r"\s*\n\s*", "", inside.group(1)).replace(" />", "/>").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


if __name__ == "__main__":
    listed = (HERE / "icons.txt").read_text().split()
    (HERE / "sprite.svg").write_text(sprite(listed, Path(sys.argv[1]) / "icons"))
    print(f"{len(listed)} icons written to sprite.svg")
