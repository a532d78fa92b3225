/**
 * What a round of training takes by the channels that are active: a model, fitted to rounds that
 * were timed. May use {@code compact}, {@code network}, {@code structure} and {@code random}.
 */
@NullMarked
package io.coppice.timing;

import org.jspecify.annotations.NullMarked;
