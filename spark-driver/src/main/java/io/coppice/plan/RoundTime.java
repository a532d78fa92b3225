package io.coppice.plan;

/**
 * Where the seconds of a round go, one after the other.
 *
 * @param driver its own work: masks, packing, unpacking, adding, update
 * @param scheduling Spark's, of stages and tasks
 * @param out weights on their way to the executors
 * @param compute the shards' steps, on the busiest core
 * @param reduce sums on their way: between executors, where they add up, and to the driver
 */
public record RoundTime(
    double driver, double scheduling, double out, double compute, double reduce) {

  /** Wall time of the round. */
  public double seconds() {
    return driver + scheduling + out + compute + reduce;
  }

  /** The share of it in which executors compute. */
  public double computeShare() {
    return compute / seconds();
  }

  /** So much of this and the rest of another. */
  public RoundTime mixedWith(RoundTime other, double share) {
    return new RoundTime(
        share * driver + (1 - share) * other.driver,
        share * scheduling + (1 - share) * other.scheduling,
        share * out + (1 - share) * other.out,
        share * compute + (1 - share) * other.compute,
        share * reduce + (1 - share) * other.reduce);
  }
}
