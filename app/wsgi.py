"""The app as a server loads it, or one line that says why it cannot start."""

import sys
import warnings

from app import create_app
from app.config import SettingsError

# Pillow warns of damage in a picture that it reads past, which is no news to an operator.
warnings.filterwarnings("ignore", module="PIL")

try:
    application = create_app()
except SettingsError as error:
    sys.exit(f"Inkling cannot start: {error}")
