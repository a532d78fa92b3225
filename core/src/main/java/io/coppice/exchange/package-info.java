/**
 * Networks from and to what lies outside: JSON of our own, and Deeplearning4j's definitions and
 * models. What is read is not trusted: sizes are bounded, every mistake is told with its place, and
 * no class that a file names is ever loaded. May use {@code network} and, for the layout of start
 * values, {@code compact}.
 */
@NullMarked
package io.coppice.exchange;

import org.jspecify.annotations.NullMarked;
