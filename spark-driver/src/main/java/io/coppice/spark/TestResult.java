package io.coppice.spark;

import io.coppice.model.ModelEvaluation;

/**
 * How a model did on test images.
 *
 * @param evaluation on those that could be read
 * @param unreadable images that were passed over
 */
public record TestResult(ModelEvaluation evaluation, long unreadable) {}
