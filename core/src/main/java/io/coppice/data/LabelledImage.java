package io.coppice.data;

/**
 * An image and its class.
 *
 * @param label number of the class, from 0
 * @param pixels unsigned, {@code (channels, height, width)}; not a copy
 */
@SuppressWarnings("ArrayRecordComponent") // travels from a reader to whoever keeps it
public record LabelledImage(int label, byte[] pixels) {}
