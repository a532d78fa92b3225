/**
 * Networks from and to what lies outside: JSON of our own. What is read is not trusted: sizes are
 * bounded, and every mistake is told with its place. May use {@code network}.
 */
@NullMarked
package io.coppice.exchange;

import org.jspecify.annotations.NullMarked;
