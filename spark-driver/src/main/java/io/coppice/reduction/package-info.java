/**
 * Adds up, on executors, the numbers that the tasks of a stage give: every task writes them in
 * slices through Spark's shuffle, and as many tasks of a second stage each add one slice, in the
 * order of the first. The driver receives one sum, whatever the number of tasks. May use Spark and
 * core's {@code train}, which says what a sum is.
 */
@NullMarked
package io.coppice.reduction;

import org.jspecify.annotations.NullMarked;
