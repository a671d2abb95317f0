"""The demonstration library: generated, the same each time, its owner's taste following the rules of the document."""
