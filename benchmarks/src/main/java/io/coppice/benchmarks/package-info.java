/** Measurements of Coppice and its peers. */
@NullMarked
package io.coppice.benchmarks;

import org.jspecify.annotations.NullMarked;
