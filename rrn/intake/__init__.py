"""The gates: whatever a visitor hands in becomes a checked value here, or is Refused."""
