package io.coppice.spark;

import io.coppice.train.Evaluation;

/**
 * How a candidate mask did.
 *
 * @param evaluation on the images held back
 * @param statistics its batch norms' statistics, estimated anew
 */
record CandidateResult(Evaluation evaluation, float[] statistics) {}
