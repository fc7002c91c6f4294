"""``python -m facecrystal_widgets`` is the program ``facecrystal``."""

from .cli import main

raise SystemExit(main())
