package io.coppice.spark;

/**
 * What a task sends back.
 *
 * @param result packed
 * @param worker which worker of which JVM did it; a worker does one task at a time
 */
record TaskReply(byte[] result, String worker) {}
