/** PyTorch's training step on the networks, weights and images of the benchmarks. */
@NullMarked
package io.coppice.benchmarks.pytorch;

import org.jspecify.annotations.NullMarked;
