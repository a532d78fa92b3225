/**
 * The method: structure probabilities, masks, samplers, policy-gradient estimators, projections and
 * schedules. Pure arithmetic on arrays; knows neither networks nor tensors. May use {@code random},
 * for draws.
 *
 * <p>Source: X. Zhou, W. Zhang, Z. Chen, S. Diao, T. Zhang, "Efficient Neural Network Training via
 * Forward and Backward Propagation Sparsification", NeurIPS 2021.
 */
@NullMarked
package io.coppice.structure;

import org.jspecify.annotations.NullMarked;
