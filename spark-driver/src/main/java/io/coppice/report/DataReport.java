package io.coppice.report;

/**
 * What a run is about.
 *
 * @param network name of the network
 * @param source where the images come from
 * @param trainImages images to learn from, those held back among them
 * @param testImages images to measure the result by
 * @param unreadable images that were passed over
 * @param classes number of classes
 */
public record DataReport(
    String network,
    String source,
    long trainImages,
    long testImages,
    long unreadable,
    int classes) {}
