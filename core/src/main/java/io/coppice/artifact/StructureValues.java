package io.coppice.artifact;

import io.coppice.structure.Mask;
import org.jspecify.annotations.Nullable;

/**
 * What has been learned of the structure at one moment of a training.
 *
 * @param probabilities s, one value a unit
 * @param moments first and second moments of the optimiser of s, one after the other; empty where s
 *     is not learned
 * @param updates number of updates of s so far
 * @param anchor the mask held at the moment; null where none is
 * @param anchorChosenAt round since which it is held
 */
public record StructureValues(
    double[] probabilities,
    double[] moments,
    int updates,
    @Nullable Mask anchor,
    long anchorChosenAt) {}
