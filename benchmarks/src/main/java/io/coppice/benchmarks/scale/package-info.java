/** What becomes of memory and time where data or clusters grow. */
@NullMarked
package io.coppice.benchmarks.scale;

import org.jspecify.annotations.NullMarked;
