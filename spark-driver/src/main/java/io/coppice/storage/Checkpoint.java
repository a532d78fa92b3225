package io.coppice.storage;

import io.coppice.artifact.TrainingState;
import java.util.List;

/**
 * A moment of a run from which it goes on.
 *
 * @param number rounds taken until then, over all phases
 * @param state all that decides on what follows
 * @param images training images seen until then
 * @param seconds wall time of the rounds until then
 * @param instructionSets of the processors that computed those rounds, in the order of their names
 */
public record Checkpoint(
    long number, TrainingState state, long images, double seconds, List<String> instructionSets) {}
