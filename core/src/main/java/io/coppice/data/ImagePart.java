package io.coppice.data;

/**
 * A rectangle of an image.
 *
 * @param top its first row
 * @param left its first column
 * @param height number of rows, at least 1
 * @param width number of columns, at least 1
 */
public record ImagePart(int top, int left, int height, int width) {}
