/**
 * A registry of models, and the nightly training that may put a new one in the place of the current
 * one: a client of {@code spark.Trainer} as the command line is. May use {@code spark}, {@code
 * shards} for what images came to, {@code source}, {@code report}, {@code page}, {@code config},
 * {@code storage} and core.
 */
@NullMarked
package io.coppice.registry;

import org.jspecify.annotations.NullMarked;
