"""Looking into a network: what it was asked to do, what it learnt, and the ground it stands on."""
