/** Lines drawn as SVG. */
@NullMarked
package io.coppice.benchmarks.picture;

import org.jspecify.annotations.NullMarked;
