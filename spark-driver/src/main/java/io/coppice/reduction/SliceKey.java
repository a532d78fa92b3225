package io.coppice.reduction;

/**
 * Whose slice it is, and which.
 *
 * @param slice its number; behind the last one stands what a task says besides
 * @param task number of the task that gave it
 */
record SliceKey(int slice, int task) {}
