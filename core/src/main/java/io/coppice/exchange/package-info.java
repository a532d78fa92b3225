/**
 * Networks from and to what lies outside: JSON of our own, and Deeplearning4j's definitions and
 * models. What is read is not trusted: sizes are bounded, every mistake is told with its place, and
 * no class that a file names is ever loaded. May use {@code network} and, for the layout of start
 * values, {@code compact}.
 *
 * <p>A file of Deeplearning4j takes three steps: readers make a {@code Dl4jDefinition} of its JSON,
 * which says what every vertex computes; {@code Dl4jTranslation} makes our network of it; and
 * {@code Dl4jWeights} sorts its vector of weights by the order that the translation found.
 */
@NullMarked
package io.coppice.exchange;

import org.jspecify.annotations.NullMarked;
