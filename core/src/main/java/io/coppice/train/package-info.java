/**
 * One shard's work, steps with probes, and what becomes of it: initial weights, optimisers,
 * evaluation, batch-norm statistics. Knows nothing of how the shards are reached. May use all
 * packages of core.
 */
@NullMarked
package io.coppice.train;

import org.jspecify.annotations.NullMarked;
