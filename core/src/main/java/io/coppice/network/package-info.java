/**
 * What a network is: an immutable graph of layers with shapes and channel groups, and the catalogue
 * of well-known networks. Holds no weights and computes nothing. Depends on no other package of
 * Coppice.
 */
@NullMarked
package io.coppice.network;

import org.jspecify.annotations.NullMarked;
