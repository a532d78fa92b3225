/**
 * Training steps of several engines taken in turn, each in a JVM of its own, on the same network,
 * weights and images. A benchmark starts a {@link io.coppice.benchmarks.contest.ContestantProcess}
 * for each; the engine's side is a {@link io.coppice.benchmarks.contest.Contestant}.
 */
@NullMarked
package io.coppice.benchmarks.contest;

import org.jspecify.annotations.NullMarked;
