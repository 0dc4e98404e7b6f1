# The unit tests: one program a test file, linked with its room and those to its left alone.
