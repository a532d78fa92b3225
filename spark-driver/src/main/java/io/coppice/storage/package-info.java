/**
 * What a run, and a registry of models, keep on a file system, by Hadoop's FileSystem of the path's
 * own scheme: the directory of a result, who owns it, checkpoints, and documents that are only ever
 * added. May use {@code config} and core's {@code artifact}, {@code data}, {@code exchange}, {@code
 * model} and {@code network}; knows nothing of Spark.
 */
@NullMarked
package io.coppice.storage;

import org.jspecify.annotations.NullMarked;
