"""Which exposures of a scene a network is shown together."""

# Samples of one exposure: how many are made of a scene.
EXPOSURES = {8: 8, 16: 6, 32: 3}

# Likewise: sets of them. All others together are what ought to come of a set.
TOGETHER = {
    8: ((0,), (1,), (2,), (3, 4), (5, 6), (7, 0), (1, 2, 3)),
    16: ((0,), (1,), (2,), (3,), (4, 5), (0, 3)),
    32: ((0,), (1,), (2,)),
}
