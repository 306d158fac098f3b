"""The links of a town as a graph that one can move, filter and expand."""
