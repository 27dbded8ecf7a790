"""Start the house: `python -m app.supervisor`, called by `bin/up`."""

import sys

from app.supervisor.house import main

sys.exit(main(sys.argv[1:]))
