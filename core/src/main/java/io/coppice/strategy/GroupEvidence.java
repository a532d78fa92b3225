package io.coppice.strategy;

/**
 * What is known of each channel group's worth, from masks in each of which some groups were
 * thinned.
 *
 * @param effect loss that thinning a group adds, nats; 0 where it is not known
 * @param variance of that; infinite where it is not known
 * @param pairVariance variance of the same by the paper's estimator, VR-PGE, from as many pairs of
 *     masks
 */
public record GroupEvidence(double[] effect, double[] variance, double pairVariance) {}
