/** How long training steps take: Coppice dense and sparse, and its peers, in turn in one run. */
@NullMarked
package io.coppice.benchmarks.step;

import org.jspecify.annotations.NullMarked;
