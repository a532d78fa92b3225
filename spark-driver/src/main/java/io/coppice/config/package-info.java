/**
 * What a user can set: typed, immutable, with defaults and documentation in one place, and a reader
 * that reports every mistake at once. Knows nothing of Spark, and of Hadoop only which keys are
 * secrets.
 */
@NullMarked
package io.coppice.config;

import org.jspecify.annotations.NullMarked;
