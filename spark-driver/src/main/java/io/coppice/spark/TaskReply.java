package io.coppice.spark;

/**
 * What a task sends back.
 *
 * @param result as the job's {@link Exchange} sends it
 * @param worker which worker of which JVM did it; a worker does one task at a time
 * @param instructionSet that its kernels use
 */
record TaskReply(Object result, String worker, String instructionSet) {}
