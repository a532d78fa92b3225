package io.coppice.strategy;

/**
 * How probabilities are learned by policy gradient.
 *
 * @param learningRate of s at the start; cosine to 0
 * @param probeEvery rounds of which one probes and updates s; the others only train. The estimator
 *     of each update has the same variance, there are only fewer updates
 * @param rounds rounds in which s is learned; in later ones the present mask is fixed and nothing
 *     is probed
 */
public record PolicyGradientOptions(double learningRate, int probeEvery, long rounds) {}
