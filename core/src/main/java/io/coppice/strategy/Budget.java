package io.coppice.strategy;

import io.coppice.structure.CostModel;
import io.coppice.structure.CubicRamp;
import io.coppice.structure.StructureSpace;

/**
 * What may remain of a network.
 *
 * @param space the units of structure
 * @param cost what a mask costs
 * @param limit bound on the cost by round, the final one from the ramp's end on
 */
public record Budget(StructureSpace space, CostModel cost, CubicRamp limit) {}
