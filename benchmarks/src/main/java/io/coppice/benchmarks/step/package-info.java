/**
 * How long training steps take: dense, and sparse at several remaining ratios, in turn in one run.
 */
@NullMarked
package io.coppice.benchmarks.step;

import org.jspecify.annotations.NullMarked;
