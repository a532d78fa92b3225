package io.coppice.spark;

/**
 * What a task sends back.
 *
 * @param result of the task; where the driver is in the same JVM, the number of the attempt that
 *     left it there
 * @param worker which worker of which JVM did it; a worker does one task at a time
 * @param executor where that was, as Spark writes the location of an executor's cache
 * @param instructionSet that its kernels use
 */
record TaskReply(Object result, String worker, String executor, String instructionSet) {}
