"""Where runs are made: ranges of parameters, draws, sampled points, and policies as factors."""
