/** What keeping image files instead of pixels saves and costs. */
@NullMarked
package io.coppice.benchmarks.images;

import org.jspecify.annotations.NullMarked;
