/** Deeplearning4j's own training on the networks, weights and images of the benchmarks. */
@NullMarked
package io.coppice.benchmarks.dl4j;

import org.jspecify.annotations.NullMarked;
