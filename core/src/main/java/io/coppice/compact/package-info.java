/**
 * From a network and a mask to the compact network: what it costs, which weights it has, and its
 * forward and backward passes, in which an absent channel is never stored, read or computed. May
 * use {@code network}, {@code structure} and {@code onednn}.
 *
 * <p>The compact network equals the full one in which every absent channel is exactly 0 for whoever
 * reads it: its convolution, batch norm and activation are gone together. A convolution none of
 * whose inputs is active gives zeros, whose batch norm is its shift.
 */
@NullMarked
package io.coppice.compact;

import org.jspecify.annotations.NullMarked;
