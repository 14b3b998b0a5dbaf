"""The parts of the section in which a network hears a sound: where it comes from, and what is inside the answer."""
