package io.coppice.benchmarks.picture;

import java.util.List;

/** Lines between two axes. */
public record Panel(String title, Axis x, Axis y, List<Line> lines) {}
