/**
 * What a user can set: typed, immutable, with defaults and documentation in one place, and a reader
 * that reports every mistake at once.
 */
@NullMarked
package io.coppice.config;

import org.jspecify.annotations.NullMarked;
