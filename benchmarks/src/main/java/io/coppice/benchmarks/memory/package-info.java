/** How much memory training takes, and whether that stays so. */
@NullMarked
package io.coppice.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
