"""The app as a server loads it, or one line that says why it cannot start."""

import gc
import sys
import warnings

from app import create_app
from app.config import SettingsError

# Pillow warns of damage in a picture that it can still read; an operator cannot act on that.
warnings.filterwarnings("ignore", module="PIL")

try:
    application = create_app()
except SettingsError as error:
    sys.exit(f"Inkling cannot start: {error}")

# Workers share the memory of what is loaded here until one writes to it, as the garbage collector
# does: collect once, and exempt from later collections what is left.
gc.collect()
gc.freeze()
