"""What the pages with one walker are made of, beside the stage: maps, experiments, games."""
