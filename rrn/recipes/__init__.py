"""How it is learned: build and run, for every task one file of the same name."""
