/** What trainings came to, side by side. */
@NullMarked
package io.coppice.benchmarks.results;

import org.jspecify.annotations.NullMarked;
