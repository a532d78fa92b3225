/**
 * What a run keeps on a file system, by Hadoop's FileSystem of the path's own scheme: the directory
 * of its result, who owns it, and its checkpoints. May use {@code config} and core's {@code
 * artifact}, {@code data}, {@code exchange}, {@code model} and {@code network}; knows nothing of
 * Spark.
 */
@NullMarked
package io.coppice.storage;

import org.jspecify.annotations.NullMarked;
