package io.coppice.report;

import java.util.List;

/**
 * What probes have told until now of the channel groups' worth.
 *
 * @param groups those that something is known of
 * @param varianceOverPairs variance of these estimates over that of the paper's estimator with as
 *     many pairs of masks: mean over the groups
 */
public record EvidenceReport(List<OfGroup> groups, double varianceOverPairs) {

  /**
   * One group.
   *
   * @param group its name
   * @param loss that a thinner group adds, nats
   * @param standardError of that
   */
  public record OfGroup(String group, double loss, double standardError) {}
}
