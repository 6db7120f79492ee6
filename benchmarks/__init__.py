"""How fast the portal answers, measured with much data beside a bare Django page."""
