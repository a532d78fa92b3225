/** What a round costs beside the shards' computation: Spark, the driver, the network. */
@NullMarked
package io.coppice.benchmarks.round;

import org.jspecify.annotations.NullMarked;
