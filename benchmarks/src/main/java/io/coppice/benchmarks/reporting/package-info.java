/** What it costs to tell how a run gets on. */
@NullMarked
package io.coppice.benchmarks.reporting;

import org.jspecify.annotations.NullMarked;
