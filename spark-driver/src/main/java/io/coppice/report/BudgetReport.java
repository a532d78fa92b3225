package io.coppice.report;

import io.coppice.config.RunConfig.Cost;
import io.coppice.config.StructureBudget;
import java.util.Locale;

/**
 * What of a network may remain, and what does.
 *
 * @param cost what is counted
 * @param kept cost of the mask at hand
 * @param limit the most that it may cost
 * @param dense cost of the dense network
 */
public record BudgetReport(Cost cost, double kept, double limit, double dense) {

  private static final double PERCENT = 100;

  /** What may remain, such as {@code at most 14.60 MFLOPs an image, 36.0 % of the dense ...}. */
  public String limitText() {
    return String.format(
        Locale.ROOT,
        "at most %s, %.1f %% of the dense network's %s",
        StructureBudget.describe(limit, cost),
        PERCENT * limit / dense,
        StructureBudget.describe(dense, cost));
  }

  /** What remains of it. */
  public String keptText() {
    return String.format(
        Locale.ROOT,
        "%s kept, %.1f %% of the %s allowed",
        StructureBudget.describe(kept, cost),
        PERCENT * kept / limit,
        StructureBudget.describe(limit, cost));
  }
}
