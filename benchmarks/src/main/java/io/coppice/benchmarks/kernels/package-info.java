/** JMH benchmarks of single kernels and of the arithmetic around them. */
@NullMarked
package io.coppice.benchmarks.kernels;

import org.jspecify.annotations.NullMarked;
