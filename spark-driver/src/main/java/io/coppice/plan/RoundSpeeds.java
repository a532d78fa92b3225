package io.coppice.plan;

/**
 * The constants of {@link RoundModel}, all in seconds.
 *
 * @param driverRound the driver's own work in any round
 * @param driverShard the same for each shard
 * @param driverSentByte gathering and packing a byte of weights
 * @param driverReceivedByte unpacking and adding a byte of sums
 * @param driverModelByte moving a byte of the dense network's weights
 * @param stage Spark's scheduling of a stage
 * @param task the same for each task
 * @param handledByte what a byte that the driver sends or receives costs both ends beside the wire
 * @param shuffledByte what a byte costs the core that writes it to be added up elsewhere, and the
 *     one that reads and adds it
 * @param layer a layer's pass in a step, whatever its size
 * @param flop a floating-point operation on one core
 * @param value a value of a layer, which is written and read
 * @param weightByte a byte of weights in a step: cut out, laid out anew, given back
 */
public record RoundSpeeds(
    double driverRound,
    double driverShard,
    double driverSentByte,
    double driverReceivedByte,
    double driverModelByte,
    double stage,
    double task,
    double handledByte,
    double shuffledByte,
    double layer,
    double flop,
    double value,
    double weightByte) {

  /**
   * As {@code benchmarks/run scale} measured them on two cores of an AMD EPYC with AVX-512 that
   * others used too, in young JVMs, which makes Spark dearer than it is in a long run on machines
   * of one's own.
   */
  public static final RoundSpeeds MEASURED =
      new RoundSpeeds(
          0.000262, 0.00128, 1.91e-09, 0, 1.68e-10, 0.0619, 0.0032, 1.72e-09, 2.71e-09, 0.00019,
          5.6e-12, 4.89e-10, 6.09e-10);

  /** The same with cores that compute so many times as fast. */
  public RoundSpeeds withCores(double timesAsFast) {
    return new RoundSpeeds(
        driverRound,
        driverShard,
        driverSentByte,
        driverReceivedByte,
        driverModelByte,
        stage,
        task,
        handledByte,
        shuffledByte,
        layer / timesAsFast,
        flop / timesAsFast,
        value / timesAsFast,
        weightByte / timesAsFast);
  }
}
