/**
 * Ways to learn a structure: which masks a round uses, and what their losses teach. Each is a
 * {@link io.coppice.strategy.StructureStrategy} with options and a state of its own; rounds, steps
 * and checkpoints know the interface alone. May use all packages of core; used by none of them.
 */
@NullMarked
package io.coppice.strategy;

import org.jspecify.annotations.NullMarked;
