/**
 * Makes the data sets of the benchmarks, and the sample that ships with the project, from their
 * published forms.
 */
@NullMarked
package io.coppice.benchmarks.data;

import org.jspecify.annotations.NullMarked;
