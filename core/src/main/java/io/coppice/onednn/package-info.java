/**
 * The kernels: oneDNN primitives, native memory and threads. The only package that names JavaCPP.
 * Everything here is owned by one {@link io.coppice.onednn.KernelContext} and used by one thread at
 * a time; what is created is freed by {@code close}, never by the collector. May use {@code
 * network}, for the values that describe windows and functions.
 *
 * <p>Activations are {@code float}, {@code (batch, channels, height, width)}, in one {@link
 * io.coppice.onednn.ActivationLayout} from layer to layer. Channel counts are multiples of its
 * {@code channelBlock}; only the image itself is plain nchw.
 */
@NullMarked
package io.coppice.onednn;

import org.jspecify.annotations.NullMarked;
